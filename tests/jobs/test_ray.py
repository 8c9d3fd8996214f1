"""The same work on a Ray cluster: a real one, on this machine."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.work_process import do_there, runner
from yogalab.errors import RayMissing, RayNeedsDatabase, RayNeedsFolder
from yogalab.jobs.cluster import Cluster, require_ray
from yogalab.jobs.ray_jobs import RayJobs
from yogalab.keeping.store import open_store
from yogalab.records import JobState
from yogalab.settings import Settings

pytest.importorskip("ray", reason="the extra `ray` is not installed")


def until(condition: Callable[[], object]) -> None:
    while not condition():
        time.sleep(0.02)


def breaks(order: str, job_id: int) -> None:
    raise LookupError("this machine has another YogaLab")


@pytest.mark.slow
def test_a_cluster_does_the_work_once_though_its_worker_is_killed(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, ray_address="local")
    with closing(open_store(settings)) as store:
        here = runner(store)
        jobs = RayJobs(store, here, Cluster(settings, cpus=2), do_there, look_seconds=0.05, patience=1.0)
        try:
            told = jobs.start("who", {}, who="ana")
            until(lambda: store.job(told.id).state is JobState.DONE)
            assert store.job(told.id).result["pid"] != os.getpid()
            assert [line.code for line in store.job_lines(told.id) if line.code] == ["train.labels"]

            # Between two jobs nobody looks after the cluster, which stays nevertheless.
            until(lambda: jobs._keeper is None)

            mark = tmp_path / "mark"
            held = jobs.start("hold", {"mark": str(mark)}, who="ana")
            until(lambda: mark.exists() and mark.read_text())
            os.kill(int(mark.read_text()), signal.SIGKILL)
            until(lambda: store.job(held.id).state is JobState.DONE)
            again = store.job(held.id)
            assert again.attempt == 2 and again.result["pid"] != int(mark.read_text())

            # Asked to stop, it stops, wherever it is.
            long = jobs.start("long", {}, who="ana")
            until(lambda: store.job(long.id).state is JobState.RUNNING)
            store.cancel_job(long.id)
            until(lambda: store.job(long.id).state is JobState.CANCELLED)

            # What breaks there is given up with what it said.
            jobs._work = breaks
            broken = jobs.start("who", {}, who="ana")
            until(lambda: store.job(broken.id).state is JobState.FAILED)
            assert store.job(broken.id).error == "ray.failed"
            assert "this machine has another YogaLab" in str(store.job(broken.id).error_data["reason"])
            jobs.finish()
        finally:
            jobs.close()


class Elsewhere:
    """Stands in for Ray: a cluster of which one machine is another, that sees this folder or not."""

    class exceptions:  # noqa: N801 - as Ray calls it
        class RayError(Exception):
            pass

    def __init__(self, sees: bool) -> None:
        self.sees = sees

    def nodes(self) -> list[dict[str, Any]]:
        return [{"Alive": True, "NodeManagerHostname": "far-away", "NodeID": "0" * 56}]

    def remote(self, function: object) -> Elsewhere:
        return self

    def options(self, **how: object) -> Elsewhere:
        # The same name twice: Ray's tasks are sent by `remote` as well.
        sent = Elsewhere(self.sees)
        sent.remote = lambda path: Path(path).exists() and self.sees  # type: ignore[method-assign,assignment]
        return sent

    def get(self, looks: list[bool], *, timeout: float) -> list[bool]:
        return looks


def test_other_machines_need_the_same_database_and_folder(tmp_path: Path) -> None:
    alone = Cluster(Settings(home=tmp_path, ray_address="auto"))
    with pytest.raises(RayNeedsDatabase, match="far-away"):
        alone._require_shared(Elsewhere(sees=True))
    served = Settings(home=tmp_path, ray_address="auto", database_url="postgresql+psycopg://lab/yogalab")
    with pytest.raises(RayNeedsFolder, match=str(tmp_path)):
        Cluster(served)._require_shared(Elsewhere(sees=False))
    Cluster(served)._require_shared(Elsewhere(sees=True))
    assert list(tmp_path.iterdir()) == []


def test_without_ray_the_lab_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name, package=None: None)
    with pytest.raises(RayMissing):
        require_ray("ray://cluster:10001")
