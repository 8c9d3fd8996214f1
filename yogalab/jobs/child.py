"""A process beside this one, that is told lines and says lines, and leaves when it is told no more."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

# One that lived this long was well; one that ends sooner is followed by the next after ever longer waits.
WELL_SECONDS: Final = 60.0
_LONGEST_WAIT: Final = 60.0
_FAREWELL_SECONDS: Final = 5.0
# The child finds the package where this process found it, whatever folder it is started in.
_PACKAGES: Final = Path(__file__).resolve().parents[2]
_BEGIN: Final = (
    "import sys; from importlib import import_module; sys.path.insert(0, sys.argv[1]); "
    "getattr(import_module(sys.argv[2]), sys.argv[3])()"
)


def calling(module: str, function: str) -> tuple[str, ...]:
    """The command of a child that calls this function.

    Not multiprocessing's way, which runs `__main__` there, too: on a Space that is the whole app.
    """
    return sys.executable, "-c", _BEGIN, str(_PACKAGES), module, function


def pause(ends: int, first: float) -> float:
    """Seconds to wait before the next child, when so many in a row have ended soon. first: after one."""
    return min(_LONGEST_WAIT, first * 2 ** (ends - 1)) if ends else 0.0


class Child:
    """Started at once. order: the first line it is told, which nobody else on the machine can read."""

    def __init__(self, command: Sequence[str], order: str) -> None:
        # In a session of its own: Ctrl-C in the terminal is for the server, which then sends it away.
        self._process = subprocess.Popen(
            list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        self.tell(order)

    @property
    def pid(self) -> int | None:
        """None once it has ended."""
        return self._process.pid if self._process.poll() is None else None

    def tell(self, line: str) -> None:
        """One that has ended hears nothing: `hear` finds that out."""
        with suppress(BrokenPipeError, ValueError):
            self._input.write(f"{line}\n".encode())
            self._input.flush()

    def hear(self) -> str | None:
        """Wait for its next line; None when it ended instead."""
        try:
            line = self._output.readline()
        except ValueError:
            return None
        return line[:-1].decode() if line.endswith(b"\n") else None

    def wait(self) -> int:
        """Wait until it has ended, and return its exit status."""
        status = self._process.wait()
        with suppress(BrokenPipeError):
            self._input.close()
        self._output.close()
        return status

    def leave(self) -> None:
        """Send it away, and see that it goes."""
        with suppress(BrokenPipeError):
            self._input.close()
        try:
            self._process.wait(_FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self.wait()


def told_by_parent() -> tuple[str, BinaryIO]:
    """For the child: return its order, and where it says its lines; what it prints goes to the server's log."""
    says = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin.buffer.readline().decode(), says
