"""A second process that looks at photos, and the handle to it.

Not multiprocessing: its children import the program's main file again, which here is a whole lab with its
pages, and when one child dies its pool is lost with every file in flight. Here each process has one file at a
time, so it is known which one killed it.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Final

from yogalab.errors import PoseModelMissing
from yogalab.records import Framing, Intake, Upload
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.look import look
from yogalab.vision.messages import receive, send

PATIENCE_SECONDS: Final = 120.0

# The child finds the packages where this process does, also when it runs from a checkout.
_START: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from yogalab.vision import worker; worker.serve()"
)


class WorkerDied(Exception):
    """The process ended, or was ended for taking too long, while it looked at a file."""


class Worker:
    """One such process, started at the first file. Not thread-safe: one file at a time."""

    def __init__(self, folder: Path, model: Path | None, *, patience: float = PATIENCE_SECONDS) -> None:
        self._command = [sys.executable, "-c", _START, json.dumps(sys.path), str(folder), str(model or "")]
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The running process, None before the first file."""
        return self._process.pid if self._process else None

    def look(self, upload: Upload, framing: Framing | None = None) -> Intake:
        """Return what `look` returns.

        Raises:
            PoseModelMissing: no file can be looked at, whatever is in it.
            WorkerDied: this file was the last one the process saw; the next file starts a new one.
        """
        if self._process is None:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        overdue = threading.Timer(self._patience, process.kill)
        overdue.start()
        try:
            send(process.stdin, (upload, framing))
            answer = receive(process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self.close()
            raise WorkerDied from error
        finally:
            overdue.cancel()
        if isinstance(answer, Intake):
            return answer
        assert isinstance(answer, BaseException)
        raise answer

    def close(self) -> None:
        """End the process. Safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serve() -> None:
    """In the child: answer Uploads on standard input with Intakes on standard output until the input ends."""
    # Ctrl-C reaches children too; the parent ends them by closing their input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    folder, model = sys.argv[2:4]
    # Libraries print: what they print goes to standard error, the answers keep a way of their own.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    landmarker = BlazePose(Path(folder), model=Path(model) if model else None)
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            asked = receive(sys.stdin.buffer)
            assert isinstance(asked, tuple)
            upload, framing = asked
            send(answers, _answer(upload, framing, landmarker))


def _answer(upload: Upload, framing: Framing | None, landmarker: BlazePose) -> Intake | PoseModelMissing:
    try:
        intake = look(upload, landmarker, framing)
    except PoseModelMissing as error:
        return error
    # A fresh copy of the photo has no pixels decoded: bytes travel, arrays do not.
    return replace(intake, photo=replace(intake.photo)) if intake.photo else intake
