"""Long work is done once, says how far it is, can be stopped, and outlives the process that began it."""

from __future__ import annotations

import errno
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from yogalab.errors import Cancelled, JobNotFound, TooFewLabels
from yogalab.jobs.heartbeat import Heartbeat, time_left
from yogalab.jobs.runner import JobRunner
from yogalab.keeping.store import SqlStore, open_store
from yogalab.ports import Progress
from yogalab.records import Job, JobState
from yogalab.settings import Settings

OPEN = {JobState.WAITING, JobState.RUNNING}
Payload = Mapping[str, object]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with closing(open_store(Settings(home=tmp_path))) as opened:
        yield opened


@pytest.fixture
def runner(store: SqlStore) -> Iterator[JobRunner]:
    runner = quick(store)
    yield runner
    runner.finish()


def quick(store: SqlStore) -> JobRunner:
    return JobRunner(store, lease_seconds=0.6, beat_seconds=0.05, look_seconds=0.02)


def until(condition: Callable[[], object]) -> None:
    """Wait for something another thread or process does; the test's own time limit is the only one."""
    while not condition():
        time.sleep(0.01)


def settled(store: SqlStore, job: Job) -> Job:
    until(lambda: store.job(job.id).state not in OPEN)
    return store.job(job.id)


def add(payload: Payload, who: str, progress: Progress) -> Payload:
    progress(0.5, "adding")
    return {"sum": sum(payload["numbers"]), "for": who}  # type: ignore[call-overload]


def test_a_started_job_is_done_in_the_background(store: SqlStore, runner: JobRunner) -> None:
    runner.register("add", add)
    job = runner.start("add", {"numbers": [1, 2, 3]}, who="ana")
    done = settled(store, job)
    assert (done.state, done.result, done.progress) == (JobState.DONE, {"sum": 6, "for": "ana"}, 1.0)


def test_a_job_can_be_done_here_and_now_with_somebody_watching(store: SqlStore, runner: JobRunner) -> None:
    runner.register("add", add)
    seen: list[tuple[float, str]] = []
    job = store.add_job("add", {"numbers": [4]}, who="ana")
    done = runner.run(job.id, lambda share, stage: seen.append((share, stage)))
    assert done.result == {"sum": 4, "for": "ana"}
    assert seen == [(0.5, "adding")]
    assert runner.run(job.id) == done
    with pytest.raises(JobNotFound):
        runner.run(404)
    with pytest.raises(LookupError, match="no handler"):
        runner.run(store.add_job("unheard of", {}, who="ana").id)


def test_jobs_follow_one_another_and_may_start_others(store: SqlStore, runner: JobRunner) -> None:
    order: list[object] = []

    def note(payload: Payload, who: str, progress: Progress) -> Payload:
        order.append(payload["n"])
        if payload["n"] == 2:
            runner.start("note", {"n": 3}, who=who)
        return {}

    runner.register("note", note)
    for n in (1, 2):
        runner.start("note", {"n": n}, who="ana")
    runner.finish()
    assert order == [1, 2, 3]
    # The thread has ended; the next start brings a new one.
    settled(store, runner.start("note", {"n": 4}, who="ana"))
    assert order[-1] == 4


@pytest.mark.parametrize(
    ("error", "code", "data"),
    [
        (TooFewLabels(labels=1, poses=1), "training.too_few_labels", {"labels": 1, "poses": 1}),
        (MemoryError(), "keeping.out_of_memory", {"step": "fail"}),
        (ZeroDivisionError("secret detail"), "error", {}),
    ],
)
def test_a_failure_is_kept_as_a_code_and_its_data(
    store: SqlStore, runner: JobRunner, error: Exception, code: str, data: Payload
) -> None:
    def fail(payload: Payload, who: str, progress: Progress) -> Payload:
        raise error

    runner.register("fail", fail)
    job = runner.run(store.add_job("fail", {}, who="ana").id)
    assert (job.state, job.error, job.error_data) == (JobState.FAILED, code, data)


def test_a_full_disk_names_the_folder(store: SqlStore, runner: JobRunner, tmp_path: Path) -> None:
    def fail(payload: Payload, who: str, progress: Progress) -> Payload:
        raise OSError(errno.ENOSPC, "no space", str(tmp_path / "model.safetensors"))

    runner.register("fail", fail)
    job = runner.run(store.add_job("fail", {}, who="ana").id)
    assert job.error == "keeping.disk_full"
    assert job.error_data["folder"] == str(tmp_path)


def test_an_unexpected_failure_is_logged_for_whoever_looks_after_the_lab(
    store: SqlStore, runner: JobRunner, caplog: pytest.LogCaptureFixture
) -> None:
    runner.register("fail", lambda payload, who, progress: {"x": 1 / 0})
    runner.run(store.add_job("fail", {}, who="ana").id)
    assert "ZeroDivisionError" in caplog.text


def test_progress_is_written_while_the_work_goes_on(store: SqlStore, runner: JobRunner) -> None:
    go_on = threading.Event()

    def slow(payload: Payload, who: str, progress: Progress) -> Payload:
        progress(0.4, "train.fit")
        go_on.wait()
        return {}

    runner.register("slow", slow)
    job = runner.start("slow", {}, who="ana")
    until(lambda: store.job(job.id).progress == 0.4)
    seen = store.job(job.id)
    assert seen.stage == "train.fit"
    assert seen.eta_seconds is not None
    go_on.set()
    assert settled(store, job).eta_seconds is None


def wait_to_be_stopped(payload: Payload, who: str, progress: Progress) -> Payload:
    while True:
        progress(0.1, "waiting")
        time.sleep(0.005)


def test_cancelling_stops_the_work(store: SqlStore, runner: JobRunner) -> None:
    runner.register("wait", wait_to_be_stopped)
    job = runner.start("wait", {}, who="ana")
    until(lambda: store.job(job.id).state is JobState.RUNNING)
    store.cancel_job(job.id)
    assert settled(store, job).state is JobState.CANCELLED


def test_whoever_watches_may_stop_it_too(store: SqlStore, runner: JobRunner) -> None:
    def enough(share: float, stage: str) -> None:
        raise Cancelled

    runner.register("wait", wait_to_be_stopped)
    assert runner.run(store.add_job("wait", {}, who="ana").id, enough).state is JobState.CANCELLED
    # The same when it is somebody else's work that is watched.
    job = runner.start("wait", {}, who="ana")
    until(lambda: store.job(job.id).state is JobState.RUNNING)
    assert runner.run(job.id, enough).state is JobState.CANCELLED


def test_ctrl_c_settles_the_job_before_the_program_ends(store: SqlStore, runner: JobRunner) -> None:
    def interrupted(payload: Payload, who: str, progress: Progress) -> Payload:
        raise KeyboardInterrupt

    runner.register("wait", interrupted)
    job = store.add_job("wait", {}, who="ana")
    with pytest.raises(KeyboardInterrupt):
        runner.run(job.id)
    assert store.job(job.id).state is JobState.CANCELLED


def test_one_long_step_does_not_lose_the_lease(store: SqlStore, runner: JobRunner) -> None:
    times: list[int] = []

    def one_step(payload: Payload, who: str, progress: Progress) -> Payload:
        times.append(1)
        time.sleep(1.5)  # several leases long
        return {}

    runner.register("train", one_step)
    other = quick(store)
    other.register("train", one_step)
    job = runner.start("train", {}, who="ana")
    other.wake()
    assert settled(store, job).attempt == 1
    other.finish()
    assert times == [1]


def test_two_trainings_never_run_at_once(store: SqlStore) -> None:
    running, most = [0], [0]
    lock = threading.Lock()

    def train(payload: Payload, who: str, progress: Progress) -> Payload:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.1)
        with lock:
            running[0] -= 1
        return {}

    runners = [quick(store) for _ in range(3)]
    for runner in runners:
        runner.register("train", train)
    jobs = [runner.start("train", {}, who="ana") for runner in runners]
    assert [settled(store, job).state for job in jobs] == [JobState.DONE] * 3
    for runner in runners:
        runner.finish()
    assert most == [1]


def _work_until_killed(home: Path, started: object) -> None:
    store = open_store(Settings(home=home))
    runner = quick(store)

    def never_ends(payload: Payload, who: str, progress: Progress) -> Payload:
        started.set()  # type: ignore[attr-defined]
        while True:
            time.sleep(1)

    runner.register("train", never_ends)
    runner.start("train", {"labels": 12}, who="ana")
    runner.finish()


def test_work_cut_off_by_kill_is_taken_up_by_another_process(store: SqlStore, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    process = context.Process(target=_work_until_killed, args=(tmp_path, started))
    process.start()
    started.wait()
    process.kill()
    process.join()
    (cut_off,) = store.jobs()
    assert cut_off.state is JobState.RUNNING

    runner = quick(store)
    runner.register("train", lambda payload, who, progress: {"labels": payload["labels"]})
    runner.wake()
    done = settled(store, cut_off)
    assert (done.state, done.attempt, done.result) == (JobState.DONE, 2, {"labels": 12})
    runner.finish()


def test_the_time_left_follows_from_the_share_done() -> None:
    assert time_left(30.0, 0.25) == 90.0
    assert time_left(30.0, 1.0) == 0.0
    assert time_left(0.1, 0.0) is None
    assert time_left(0.1, 0.01) is None


def test_a_beat_carries_the_time_left(store: SqlStore) -> None:
    job = store.add_job("train", {}, who="ana")
    store.take_job("w", lease_seconds=60)
    now = iter([100.0, 130.0])
    heart = Heartbeat(store, job.id, "w", lease_seconds=60, beat_seconds=60, monotonic=lambda: next(now))
    heart.progress(0.25, "train.fit")
    heart.beat()
    assert store.job(job.id).eta_seconds == 90.0


def test_work_in_another_lane_does_not_wait_for_long_work(store: SqlStore, runner: JobRunner) -> None:
    told = threading.Event()

    def long(payload: Payload, who: str, progress: Progress) -> Payload:
        return {"heard": told.wait(60)}

    def short(payload: Payload, who: str, progress: Progress) -> Payload:
        told.set()
        return {}

    runner.register("long", long, lane="long")
    runner.register("short", short)
    first = runner.start("long", {}, who="ana")
    runner.start("short", {}, who="ana")
    assert settled(store, first).result == {"heard": True}
