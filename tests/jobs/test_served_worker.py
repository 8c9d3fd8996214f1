"""A lab as it is served: what it learns, it learns in another process, and answers with it here."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from yogalab.bench.crowd import add_crowd
from yogalab.bench.learning_meanwhile import label_every
from yogalab.jobs.worker import WorkerProcess
from yogalab.records import JobState
from yogalab.settings import PROCESS, Settings
from yogalab.wiring import open_lab


@pytest.mark.slow
def test_a_served_lab_learns_in_another_process_and_answers_with_what_that_learnt(tmp_path: Path) -> None:
    lab = open_lab(Settings(home=tmp_path, worker=PROCESS, encoder=""), served=True)
    who, parts = lab.people.enter("Ana"), lab._parts
    label_every(parts, add_crowd(parts, 120, seed=0), 2)
    worker = parts.jobs
    assert isinstance(worker, WorkerProcess)
    # Looking at what could be learnt brings the worker before the click.
    assert lab.versions.plan(who).train
    while worker.pid is None:
        time.sleep(0.01)
    job = lab.versions.train(who)
    while (job := lab.versions.job(who, job.id)).state in {JobState.WAITING, JobState.RUNNING}:
        time.sleep(0.02)
    assert (job.state, lab.answering(who)) == (JobState.DONE, 1)
    assert [line.code for line in lab.said(who, job.id)][:1] == ["train.labels"]
    pid = worker.pid
    assert pid is not None and pid != os.getpid()
    lab.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
