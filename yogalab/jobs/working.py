"""The life of a process that does nothing but long work."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

from yogalab.errors import YogaLabError
from yogalab.jobs.child import told_by_parent
from yogalab.jobs.heartbeat import LOG
from yogalab.jobs.queue import OPEN
from yogalab.jobs.runner import JobRunner
from yogalab.jobs.worker import READY
from yogalab.ports import JobStore
from yogalab.redaction import keep_secret
from yogalab.settings import Settings

LOOK_SECONDS: Final = 2.0
IDLE_SECONDS: Final = 300.0
# Pages come first: on a machine with two cores this is the difference between quick and stuck.
_NICENESS: Final = 10


def step_back() -> None:
    """Let this process have what others leave of the processor."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


def work(
    store: JobStore,
    runner: JobRunner,
    *,
    nudges: Iterable[object] | None = None,
    idle_seconds: float | None = None,
    look_seconds: float = LOOK_SECONDS,
    leave: Callable[[int], object] = os._exit,
) -> None:
    """Do what waits in the store, and what comes, until told to leave.

    nudges: each says that there may be work now; when they end, the process leaves at once, giving back what
    it is doing. idle_seconds: after so long without work it returns; None stays for ever.
    """
    woken = threading.Event()
    if nudges is not None:
        threading.Thread(
            target=_listen, args=(nudges, woken, runner, leave), name="nudges", daemon=True
        ).start()
    last = time.monotonic()
    while True:
        if _waits(store, runner):
            runner.wake()
            last = time.monotonic()
        elif idle_seconds is not None and time.monotonic() - last >= idle_seconds:
            return
        if woken.wait(look_seconds):
            woken.clear()
            last = time.monotonic()


def _listen(
    nudges: Iterable[object], woken: threading.Event, runner: JobRunner, leave: Callable[[int], object]
) -> None:
    for _ in nudges:
        woken.set()
    try:
        runner.give_back()
    except YogaLabError as error:
        # The lease runs out by itself then.
        LOG.warning("not given back: %s", error)
    # Threads in the middle of a computation cannot be asked: what they did is whole or not there at all.
    leave(0)


def _waits(store: JobStore, runner: JobRunner) -> bool:
    try:
        return any(job.state in OPEN and job.kind in runner.kinds for job in store.jobs(limit=100))
    except YogaLabError as error:
        LOG.warning("the worker cannot look for work: %s", error)
        return False


def work_for_parent(
    open_lab: Callable[[Settings], tuple[JobStore, JobRunner]], *, idle_seconds: float = IDLE_SECONDS
) -> None:
    """Be the child of a `WorkerProcess`, whose order comes by the standard input: the settings of its lab."""
    order, ready = told_by_parent()
    settings = Settings.unpacked(order)
    keep_secret(settings.secrets)
    step_back()
    store, runner = open_lab(settings)
    with ready:
        ready.write(f"{READY}\n".encode())
    work(store, runner, nudges=sys.stdin.buffer, idle_seconds=idle_seconds)
