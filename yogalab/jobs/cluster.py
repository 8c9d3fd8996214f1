"""A Ray cluster as long work needs it: connected to, and found fit to share this lab."""

from __future__ import annotations

import importlib.util
import logging
import os
import secrets
import socket
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from yogalab.errors import RayFailed, RayMissing, RayNeedsDatabase, RayNeedsFolder, RayUnreachable
from yogalab.settings import Settings

_NAMESPACE: Final = "yogalab"
# A worker process that dies takes nothing along but time: Ray starts the task again by itself so often.
_RETRIES: Final = 2
_PROBE_SECONDS: Final = 60.0
_LOCAL: Final = "local"


def require_ray(address: str) -> None:
    """Raises RayMissing when Ray is not installed."""
    if importlib.util.find_spec("ray") is None:
        raise RayMissing(address=address)


class Cluster:
    """Connected to from the first use on, by the thread that uses it first; see `connect`.

    Ray ends this very process once the cluster has been away for a minute: `ClusterProcess` has one to spare.
    settings: of the lab whose work it does, handed on as they are. cpus: of the cluster that "local" begins;
    all of this machine's unless given.
    """

    def __init__(self, settings: Settings, *, cpus: int | None = None) -> None:
        self._settings = settings
        self._cpus = cpus
        self._ray: Any = None

    def submit(self, work: str, job_id: int, *, name: str, gpu: bool) -> Any:
        """Let some machine do a job, and return what `ended` takes.

        work: "module:function" there, which is called with the settings, packed, and the job's id.
        gpu: better done on a graphics card, if the cluster has one.
        Raises RayUnreachable, RayNeedsDatabase, RayNeedsFolder.
        """
        ray = self._connected()
        gpus = 1 if gpu and ray.cluster_resources().get("GPU", 0) >= 1 else 0
        task = ray.remote(_do).options(num_cpus=1, num_gpus=gpus, max_retries=_RETRIES, name=name)
        return task.remote(work, self._settings.packed(), job_id)

    def ended(self, task: Any) -> bool:
        """Whether a task is over. Raises RayFailed when it broke; what the job's row says is another matter."""
        done, _ = self._ray.wait([task], timeout=0)
        if not done:
            return False
        try:
            self._ray.get(task)
        except self._ray.exceptions.RayError as error:
            raise RayFailed(reason=_reason(error)) from error
        return True

    def forget(self, task: Any) -> None:
        """Take a task that has not begun out of the queue."""
        self._ray.cancel(task)

    def close(self) -> None:
        """Let go of the cluster; one that "local" began ends."""
        if self._ray is not None:
            self._ray.shutdown()
            self._ray = None

    def _connected(self) -> Any:
        if self._ray is None:
            self._ray = connect(str(self._settings.ray_address), self._cpus)
            try:
                self._require_shared(self._ray)
            except BaseException:
                self.close()
                raise
        return self._ray

    def _require_shared(self, ray: Any) -> None:
        """Other machines work on the same rows and files, or not at all."""
        here = {socket.gethostname(), socket.getfqdn()}
        others = [node for node in ray.nodes() if node["Alive"] and node["NodeManagerHostname"] not in here]
        if not others:
            return
        names = ", ".join(sorted({node["NodeManagerHostname"] for node in others}))
        if self._settings.database.startswith("sqlite"):
            raise RayNeedsDatabase(machines=names)
        blind = self._blind(ray, [node["NodeID"] for node in others])
        if blind:
            raise RayNeedsFolder(machines=names, folder=str(self._settings.home.absolute()))

    def _blind(self, ray: Any, nodes: Sequence[str]) -> bool:
        """Whether any of these machines does not see a file that is written into the home here."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy  # noqa: PLC0415

        mark = self._settings.home.absolute() / f".shared-{secrets.token_hex(8)}"
        mark.touch()
        try:
            looks = [
                ray.remote(_sees)
                .options(num_cpus=0, scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False))
                .remote(str(mark))
                for node in nodes
            ]
            return not all(ray.get(looks, timeout=_PROBE_SECONDS))
        except ray.exceptions.RayError:
            return True
        finally:
            mark.unlink()


def _do(work: str, order: str, job_id: int) -> None:
    # By name: the process that sends it needs nothing of what the work needs.
    module, _, function = work.partition(":")
    getattr(import_module(module), function)(order, job_id)


def _sees(path: str) -> bool:
    return Path(path).exists()


def connect(address: str, cpus: int | None, *, steps_back: bool = True) -> Any:
    """Return Ray, connected; "local" begins a cluster of so many cores on this machine.

    It ends with the thread that calls this: Linux kills its processes then (PR_SET_PDEATHSIG), and a minute
    later Ray ends this process, too. steps_back: a cluster begun here has less claim on the processor than
    anything else, as is Ray's way.
    Raises RayMissing, RayUnreachable.
    """
    require_ray(address)
    # Ray reports to its makers otherwise, and a lab calls nobody that it was not told to.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # What its machinery says to itself: troubles come as errors.
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    import ray  # noqa: PLC0415 - seconds, and only where a cluster is set

    begun: dict[str, Any] = {"num_cpus": cpus, "include_dashboard": False} if address == _LOCAL else {}
    if begun and not steps_back:
        begun["_system_config"] = {"worker_niceness": 0}
    try:
        ray.init(
            address=address,
            namespace=_NAMESPACE,
            ignore_reinit_error=True,
            logging_level=logging.ERROR,
            log_to_driver=False,
            **begun,
        )
    except (ConnectionError, TimeoutError, RuntimeError, ValueError) as error:
        raise RayUnreachable(address=address) from error
    return ray


def _reason(error: Exception) -> str:
    """The last line, which says what it was: those before say where, on some other machine."""
    cause = getattr(error, "cause", None) or error
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    return f"{type(cause).__name__}: {lines[-1] if lines else ''}"[:200]
