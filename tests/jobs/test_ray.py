"""The same work on a Ray cluster: a real one, on this machine."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.work_process import do_there, runner
from yogalab.errors import RayMissing, RayNeedsDatabase, RayNeedsFolder, RayUnreachable
from yogalab.jobs.cluster import Cluster, require_ray
from yogalab.jobs.cluster_process import ClusterProcess
from yogalab.jobs.ray_jobs import AWAY, RayJobs
from yogalab.keeping.store import open_store
from yogalab.records import JobState
from yogalab.settings import Settings

pytest.importorskip("ray", reason="the extra `ray` is not installed")


def until(condition: Callable[[], object]) -> None:
    while not condition():
        time.sleep(0.02)


def head_of(driver: int) -> int:
    """The process without which a cluster that this one began is none."""
    children = Path(f"/proc/{driver}/task/{driver}/children").read_text().split()
    return next(int(pid) for pid in children if Path(f"/proc/{pid}/comm").read_text() == "gcs_server\n")


def breaks(order: str, job_id: int) -> None:
    raise LookupError("this machine has another YogaLab")


@pytest.mark.slow
def test_a_cluster_does_the_work_once_whatever_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without its head Ray ends whoever is connected after a minute: here, after a second.
    monkeypatch.setenv("RAY_gcs_rpc_server_reconnect_timeout_s", "1")
    settings = Settings(home=tmp_path, ray_address="local")
    with closing(open_store(settings)) as store:
        here = runner(store)
        cluster = ClusterProcess(settings, cpus=2, first_wait=0.1)
        jobs = RayJobs(store, here, cluster, do_there, look_seconds=0.05, patience=1.0)
        try:
            told = jobs.start("who", {}, who="ana")
            until(lambda: store.job(told.id).state is JobState.DONE)
            assert store.job(told.id).result["pid"] != os.getpid()
            assert [line.code for line in store.job_lines(told.id) if line.code] == ["train.labels"]

            # Between two jobs nobody looks after the cluster, which stays nevertheless.
            connected = cluster.pid
            until(lambda: jobs._keeper is None)

            mark = tmp_path / "mark"
            held = jobs.start("hold", {"mark": str(mark)}, who="ana")
            until(lambda: mark.exists() and mark.read_text())
            os.kill(int(mark.read_text()), signal.SIGKILL)
            until(lambda: store.job(held.id).state is JobState.DONE)
            again = store.job(held.id)
            assert again.attempt == 2 and again.result["pid"] != int(mark.read_text())
            assert cluster.pid == connected != os.getpid()

            # The cluster goes away, and with it what was connected to it: another one goes on.
            mark = tmp_path / "another"
            left = jobs.start("hold", {"mark": str(mark)}, who="ana")
            until(lambda: mark.exists() and mark.read_text())
            os.kill(head_of(connected), signal.SIGKILL)
            until(lambda: store.job(left.id).state is JobState.DONE)
            again = store.job(left.id)
            assert again.attempt == 2 and again.result["pid"] != int(mark.read_text())
            assert AWAY in [line.code for line in store.job_lines(left.id)]
            assert cluster.pid not in {None, connected}

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


# Stands in for what holds a connection: the cluster answers as long as a file lies there.
FAR = """
import json, sys
from pathlib import Path
order = sys.stdin.readline()
answers = Path(sys.argv[1])
for line in sys.stdin:
    up = answers.exists() and answers.write_text(order)
    said = {"is": 7} if up else {"error": "ray.unreachable", "data": {"address": "ray://head"}}
    print(json.dumps(said), flush=True)
"""


def test_a_cluster_that_was_there_is_waited_for_a_while(tmp_path: Path) -> None:
    up = tmp_path / "up"
    settings = Settings(
        home=tmp_path, ray_address="ray://head", password="not to be seen", photos="s3://her:key@storage"
    )
    cluster = ClusterProcess(settings, command=(sys.executable, "-S", "-c", FAR, str(up)), first_wait=0.0)

    def submit() -> object:
        return cluster.submit(do_there, 1, name="one", gpu=False)

    with closing(open_store(settings)) as store, closing(cluster):
        # One that has never answered is nothing to wait for.
        jobs = RayJobs(store, runner(store), cluster, do_there, look_seconds=0.01)
        told = jobs.start("who", {}, who="ana")
        until(lambda: store.job(told.id).state is JobState.FAILED)
        assert store.job(told.id).error == "ray.unreachable"
        until(lambda: jobs._keeper is None)

        up.touch()
        sent = cluster.submit(do_there, 1, name="one", gpu=False)
        assert sent is not None and cluster.pid is not None
        assert "key@storage" in up.read_text() and "not to be seen" not in up.read_text()
        assert b"key@storage" not in Path(f"/proc/{cluster.pid}/cmdline").read_bytes()

        up.unlink()
        os.kill(cluster.pid, signal.SIGKILL)
        with pytest.raises(RayUnreachable):
            cluster.ended(sent)
        assert [submit(), submit()] == [None, None]
        up.touch()
        again = submit()
        assert again is not None and again != sent
        # What only the connection before knew of stays lost; whoever asks for it does the new one no harm.
        with pytest.raises(RayUnreachable):
            cluster.ended(sent)
        assert submit() is not None

        up.unlink()
        # Not for ever, and then nobody waits until it answers again.
        with pytest.raises(RayUnreachable):
            until(submit)
        with pytest.raises(RayUnreachable):
            submit()
    assert submit() is None


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
