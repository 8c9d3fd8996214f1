"""A worker for tests: `python -m tests.jobs.work_process`. It knows a few kinds of work and loads no lab."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path

from yogalab.jobs.runner import JobRunner
from yogalab.jobs.working import work_for_parent
from yogalab.keeping.store import SqlStore, open_store
from yogalab.ports import JOB_LOG, Progress
from yogalab.settings import Settings

Payload = Mapping[str, object]


def quick(store: SqlStore) -> JobRunner:
    return JobRunner(store, lease_seconds=0.6, beat_seconds=0.05, look_seconds=0.02)


def say_who(payload: Payload, who: str, progress: Progress) -> Payload:
    """Say which process this is."""
    progress(0.5, "train.labels")
    logging.getLogger(JOB_LOG).info("said by %s with hf_abcdefghijkl", who)
    return {"pid": os.getpid()}


def hold_on(payload: Payload, who: str, progress: Progress) -> Payload:
    """Wait for ever the first time that it is done, and do it the second time."""
    mark = Path(str(payload["mark"]))
    if not mark.exists():
        mark.write_text(str(os.getpid()))
        while True:
            time.sleep(0.05)
    return {"pid": os.getpid()}


def go_on(payload: Payload, who: str, progress: Progress) -> Payload:
    """Never end by itself."""
    while True:
        progress(0.1, "train.fit")
        time.sleep(0.02)


def do_there(order: str, job_id: int) -> None:
    """Do a job where this is called: on some machine of a cluster."""
    store, made = opened(Settings.unpacked(order))
    made.run(job_id)
    store.close()


def runner(store: SqlStore) -> JobRunner:
    made = quick(store)
    made.register("who", say_who)
    made.register("hold", hold_on)
    made.register("long", go_on)
    return made


def opened(settings: Settings) -> tuple[SqlStore, JobRunner]:
    store = open_store(settings)
    return store, runner(store)


if __name__ == "__main__":
    work_for_parent(opened, idle_seconds=60)
