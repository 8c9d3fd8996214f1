"""A job belongs to one worker for as long as its lease runs."""

from __future__ import annotations

import pytest

from tests.keeping.things import Clock
from yogalab.errors import JobNotFound
from yogalab.keeping.store import SqlStore
from yogalab.records import JobState

LEASE = 30.0


def take(store: SqlStore, worker: str, **which: object) -> int | None:
    job = store.take_job(worker, lease_seconds=LEASE, **which)  # type: ignore[arg-type]
    return None if job is None else job.id


def beat(store: SqlStore, job_id: int, worker: str) -> JobState:
    return store.beat(job_id, worker, progress=0.5, stage="train.judge", eta=9.0, lease_seconds=LEASE)


def test_jobs_are_taken_oldest_first_and_once(store: SqlStore) -> None:
    first, second = (store.add_job("publish", {"version": n}, who="ana").id for n in (1, 2))
    assert [take(store, "w1"), take(store, "w2"), take(store, "w3")] == [first, second, None]
    job = store.job(first)
    assert (job.state, job.attempt, job.payload, job.who) == (JobState.RUNNING, 1, {"version": 1}, "ana")


def test_a_beat_renews_the_lease_and_says_how_far(store: SqlStore, clock: Clock) -> None:
    job_id = store.add_job("train", {}, who="ana").id
    take(store, "w1")
    for _ in range(3):
        clock.move(LEASE - 1)
        assert beat(store, job_id, "w1") is JobState.RUNNING
    job = store.job(job_id)
    assert (job.progress, job.stage, job.eta_seconds, job.heartbeat_at) == (0.5, "train.judge", 9.0, clock.now)
    assert take(store, "w2") is None


def test_a_lapsed_lease_lets_another_worker_take_over_and_the_first_one_stops(
    store: SqlStore, clock: Clock
) -> None:
    job_id = store.add_job("train", {}, who="ana").id
    take(store, "w1")
    clock.move(LEASE)
    assert take(store, "w2") == job_id
    assert store.job(job_id).attempt == 2
    assert beat(store, job_id, "w1") is JobState.CANCELLED
    # Too late: what the first one made of it does not count.
    store.end_job(job_id, state=JobState.FAILED, error="error", worker="w1")
    assert store.job(job_id).state is JobState.RUNNING
    assert store.end_job(job_id, state=JobState.DONE, result={"version": 3}, worker="w2").result == {
        "version": 3
    }


def test_a_job_cut_off_three_times_is_given_up_with_a_reason(store: SqlStore, clock: Clock) -> None:
    job_id = store.add_job("train", {}, who="ana").id
    for _ in range(3):
        assert take(store, "w") == job_id
        clock.move(LEASE)
    assert take(store, "w") is None
    job = store.job(job_id)
    assert (job.state, job.error, job.error_data) == (JobState.FAILED, "job.interrupted", {"attempts": 3})


def test_one_training_at_a_time_and_other_work_beside_it(store: SqlStore, clock: Clock) -> None:
    first, second = (store.add_job("train", {}, who="ana").id for _ in range(2))
    publish = store.add_job("publish", {}, who="ana").id
    assert [take(store, "w1"), take(store, "w2"), take(store, "w3")] == [first, publish, None]
    assert take(store, "w3", job_id=second) is None
    store.end_job(first, state=JobState.DONE, worker="w1")
    assert take(store, "w3", job_id=second) == second


def test_a_worker_takes_only_what_it_knows(store: SqlStore) -> None:
    train = store.add_job("train", {}, who="ana").id
    assert take(store, "w1", kinds=["publish"]) is None
    assert take(store, "w1", kinds=["publish", "train"]) == train


def test_cancelling_is_at_once_when_nobody_works_on_it(store: SqlStore, clock: Clock) -> None:
    waiting = store.add_job("publish", {}, who="ana").id
    assert store.cancel_job(waiting).state is JobState.CANCELLED
    abandoned = store.add_job("publish", {}, who="ana").id
    take(store, "w1")
    clock.move(LEASE)
    assert store.cancel_job(abandoned).state is JobState.CANCELLED
    assert take(store, "w2") is None


def test_cancelling_running_work_is_noticed_at_the_next_beat(store: SqlStore) -> None:
    job_id = store.add_job("train", {}, who="ana").id
    take(store, "w1")
    assert store.cancel_job(job_id).state is JobState.RUNNING
    assert beat(store, job_id, "w1") is JobState.CANCELLED
    assert store.end_job(job_id, state=JobState.CANCELLED, worker="w1").state is JobState.CANCELLED


def test_work_that_was_to_stop_is_not_taken_up_again_after_a_crash(store: SqlStore, clock: Clock) -> None:
    job_id = store.add_job("train", {}, who="ana").id
    take(store, "w1")
    store.cancel_job(job_id)
    clock.move(LEASE)
    assert take(store, "w2") is None
    assert store.job(job_id).state is JobState.CANCELLED


def test_a_settled_job_stays_as_it_is(store: SqlStore) -> None:
    job_id = store.add_job("train", {}, who="ana").id
    take(store, "w1")
    done = store.end_job(job_id, state=JobState.DONE, result={"n": float("nan")}, worker="w1")
    assert (done.progress, done.result) == (1.0, {"n": None})
    assert store.cancel_job(job_id) == store.end_job(job_id, state=JobState.FAILED) == done


def test_jobs_are_listed_newest_first(store: SqlStore) -> None:
    ids = [store.add_job(kind, {}, who="ana").id for kind in ("train", "publish", "train")]
    assert [job.id for job in store.jobs()] == ids[::-1]
    assert [job.id for job in store.jobs(kind="train", limit=1)] == ids[2:]
    with pytest.raises(JobNotFound):
        store.job(404)
