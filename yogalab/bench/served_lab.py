"""A lab served by a process of its own, as users have it: pages, queues and cameras are measured against it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from yogalab.errors import LabNotServed

PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A lab that answers. pid: its process; seconds: from the command to the first page."""

    address: str
    pid: int
    seconds: float


@contextmanager
def served(home: Path, **environment: str) -> Iterator[Served]:
    """Serve the lab in `home` until the block ends. environment: variables that the process gets beside ours.

    Raises:
        LabNotServed: no page came within `PATIENCE_SECONDS`, or the process ended.
    """
    port = free_port()
    command = [sys.executable, "-m", "yogalab", "--home", str(home), "serve", "--port", str(port)]
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**_alone(), **environment}
    )
    try:
        address = f"http://127.0.0.1:{port}"
        while not _answers(address):
            if process.poll() is not None or time.perf_counter() - start > PATIENCE_SECONDS:
                raise LabNotServed()
            time.sleep(0.05)
        yield Served(address=address, pid=process.pid, seconds=time.perf_counter() - start)
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def processor_seconds(pid: int) -> float:
    """Return the seconds of one core that a process has used so far; 0 where the system does not tell."""
    try:
        # What comes after the name, which may hold anything: user and system ticks are the 12th and 13th there.
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    except OSError:
        return 0.0
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port of this machine on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _alone() -> dict[str, str]:
    """The environment without what would make the server listen elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GRADIO_SERVER")}


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/", timeout=5) as page:
            return bool(page.status == 200)
    except urllib.error.HTTPError:
        return False
    except OSError:
        return False
