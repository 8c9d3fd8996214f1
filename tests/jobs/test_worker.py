"""Long work is done in a process of its own, which comes when it is needed and goes with the lab."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.jobs.work_process import runner
from yogalab.jobs.queue import JobQueue
from yogalab.jobs.worker import WorkerProcess
from yogalab.jobs.working import work
from yogalab.keeping.store import SqlStore, open_store
from yogalab.records import Job, JobState
from yogalab.settings import Settings

OPEN = {JobState.WAITING, JobState.RUNNING}
COMMAND = (sys.executable, "-m", "tests.jobs.work_process")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with closing(open_store(Settings(home=tmp_path))) as opened:
        yield opened


@pytest.fixture
def worker(store: SqlStore, tmp_path: Path) -> Iterator[WorkerProcess]:
    order = Settings(home=tmp_path, password="not to be seen").packed()
    made = WorkerProcess(store, runner(store), command=COMMAND, order=order, look_seconds=0.02, first_wait=0.01)
    yield made
    made.close()


def until(condition: Callable[[], object]) -> None:
    while not condition():
        time.sleep(0.01)


def settled(store: SqlStore, job: Job) -> Job:
    until(lambda: store.job(job.id).state not in OPEN)
    return store.job(job.id)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_another_process_does_the_work_and_what_it_says_is_kept(store: SqlStore, worker: WorkerProcess) -> None:
    assert worker.pid is None
    worker.expect()
    until(lambda: worker.pid)
    first = settled(store, worker.start("who", {}, who="ana"))
    assert first.result == {"pid": worker.pid} and worker.pid != os.getpid()
    # The same one goes on.
    assert settled(store, worker.start("who", {}, who="ana")).result == first.result
    stage, said = store.job_lines(first.id)
    assert (stage.code, said.text) == ("train.labels", "said by ana with [secret]")
    worker.finish()
    worker.close()
    assert worker.pid is None
    # Closed is closed: the row waits for the next lab.
    assert store.job(worker.start("who", {}, who="ana").id).state is JobState.WAITING
    assert worker.pid is None


def test_killed_it_is_started_again_and_the_work_goes_on(
    store: SqlStore, worker: WorkerProcess, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    job = worker.start("hold", {"mark": str(mark)}, who="ana")
    until(lambda: mark.exists() and mark.read_text())
    os.kill(int(mark.read_text()), signal.SIGKILL)
    done = settled(store, job)
    assert (done.state, done.attempt) == (JobState.DONE, 2)
    assert done.result["pid"] == worker.pid != int(mark.read_text())


def test_leaving_it_gives_back_what_it_was_doing_at_once(
    store: SqlStore, worker: WorkerProcess, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    job = worker.start("hold", {"mark": str(mark)}, who="ana")
    until(lambda: mark.exists() and mark.read_text())
    worker.close()
    assert not alive(int(mark.read_text()))
    # Not a lease that somebody has to wait for, and not one of its attempts.
    assert (store.job(job.id).state, store.job(job.id).attempt) == (JobState.WAITING, 0)


def test_where_no_worker_starts_the_work_is_done_here(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    broken = WorkerProcess(
        store, runner(store), command=(sys.executable, "-c", "raise SystemExit(3)"), order="", first_wait=0.01
    )
    done = settled(store, broken.start("who", {}, who="ana"))
    assert done.result == {"pid": os.getpid()}
    assert "does not start" in caplog.text
    assert settled(store, broken.start("who", {}, who="ana")).result == done.result
    broken.close()


def test_a_worker_without_work_goes_after_a_while(store: SqlStore) -> None:
    here = runner(store)
    job = store.add_job("who", {}, who="ana")
    work(store, here, idle_seconds=0.2, look_seconds=0.02)
    assert store.job(job.id).state is JobState.DONE


def test_what_is_done_elsewhere_is_only_written_down_here(store: SqlStore) -> None:
    queue = JobQueue(store, runner(store))
    job = queue.start("who", {}, who="ana")
    queue.wake()
    queue.expect()
    assert store.job(job.id).state is JobState.WAITING
    # Asked for here and now, it is done all the same.
    assert queue.run(job.id).result == {"pid": os.getpid()}
    queue.finish()
    queue.close()


def test_only_the_last_lines_are_kept(store: SqlStore) -> None:
    from yogalab.jobs.log import JobLog

    job = store.add_job("who", {}, who="ana")
    log = JobLog(store, job.id)
    for n in range(150):
        log.text(f"line {n}\n\n")
    log.write_down()
    log.text("\n".join(f"more {n}" for n in range(100)) + "x" * 1000)
    log.write_down()
    lines = store.job_lines(job.id)
    assert (len(lines), lines[0].text, lines[99].text) == (200, "line 50", "line 149")
    assert len(lines[-1].text) == 500


def test_settings_travel_whole_and_their_secrets_stay_out_of_sight(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, password="secret", pose_model=tmp_path / "a.task", port=1)
    assert Settings.unpacked(settings.packed()) == settings
    assert "secret" not in " ".join(COMMAND)
