"""The connection to a Ray cluster in a process of its own.

Ray ends the process that is connected when its cluster has been away for a minute, and that must not be the
one that serves the pages.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final

from yogalab.errors import (
    ElsewhereError,
    RayFailed,
    RayMissing,
    RayNeedsDatabase,
    RayNeedsFolder,
    RayUnreachable,
)
from yogalab.jobs.child import WELL_SECONDS, Child, calling, pause, told_by_parent
from yogalab.jobs.cluster import Cluster
from yogalab.redaction import keep_secret
from yogalab.settings import Settings

# A cluster that was there is waited for: so many tries in a row are more than six minutes.
MOST_TRIES: Final = 12
_ERRORS: Final[Mapping[str, type[ElsewhereError]]] = {
    kind.code: kind for kind in (RayFailed, RayMissing, RayNeedsDatabase, RayNeedsFolder, RayUnreachable)
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A task of the cluster, and the only connection that knows it."""

    child: Child
    number: int


class ClusterProcess:
    """Connected to from the first use on, and anew after the connection was lost.

    settings: of the lab whose work it does; what its pages are locked with stays here. cpus: of the cluster
    that "local" begins; all of this machine's unless given. command: starts what holds the connection.
    first_wait: seconds before it is connected to anew; every further try waits longer.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        cpus: int | None = None,
        command: Sequence[str] = calling(__name__, "hold"),
        first_wait: float = 1.0,
    ) -> None:
        self._address = str(settings.ray_address)
        there = replace(settings, home=settings.home.absolute(), password=None, secret=None)
        self._order = json.dumps({"settings": there.packed(), "cpus": cpus})
        self._command = command
        self._first_wait = first_wait
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._closed = False
        # Whether it answered, since when this connection is good, and how many in a row were not, for long.
        self._known = False
        self._good_since: float | None = None
        self._quick_ends = 0
        self._again_at = 0.0

    @property
    def pid(self) -> int | None:
        """The process that holds the connection, None while there is none."""
        child = self._child
        return None if child is None else child.pid

    def submit(self, work: Callable[[str, int], None], job_id: int, *, name: str, gpu: bool) -> Sent | None:
        """As `Cluster.submit`. None: not now, but ask again; the cluster was there and is waited for."""
        child = self._connection()
        if child is None:
            return None
        try:
            number = self._ask(child, "submit", f"{work.__module__}:{work.__qualname__}", job_id, name, gpu)
        except RayUnreachable:
            if self._lost(child):
                return None
            raise
        if self._good_since is None:
            self._known, self._good_since = True, time.monotonic()
        return Sent(child, int(number))

    def ended(self, sent: Sent) -> bool:
        """As `Cluster.ended`. Raises RayUnreachable when the connection that knew of it is lost."""
        try:
            return bool(self._ask(sent.child, "ended", sent.number))
        except RayUnreachable:
            self._lost(sent.child)
            raise

    def forget(self, sent: Sent) -> None:
        """As `Cluster.forget`. Lost with its connection, it is forgotten anyway."""
        with suppress(RayUnreachable):
            self._ask(sent.child, "forget", sent.number)

    def close(self) -> None:
        """As `Cluster.close`, for good; whoever waits for an answer meanwhile is told that it is lost."""
        with self._lock:
            self._closed = True
            child, self._child = self._child, None
        if child is not None:
            child.leave()

    def _connection(self) -> Child | None:
        with self._lock:
            if self._closed or (self._child is None and time.monotonic() < self._again_at):
                return None
            if self._child is None:
                self._child = Child(self._command, self._order)
            return self._child

    def _ask(self, child: Child, what: str, *given: object) -> Any:
        child.tell(json.dumps([what, *given]))
        heard = child.hear()
        if heard is None:
            raise RayUnreachable(address=self._address)
        answer = json.loads(heard)
        if "error" in answer:
            raise _ERRORS[answer["error"]](**answer["data"])
        return answer["is"]

    def _lost(self, child: Child) -> bool:
        """The connection is over; return whether the next one may be better."""
        child.leave()
        with self._lock:
            if self._closed or child is not self._child:
                return True
            self._child = None
            good = self._good_since is not None and time.monotonic() - self._good_since >= WELL_SECONDS
            self._good_since = None
            self._quick_ends = 0 if good else self._quick_ends + 1
            if not self._known or self._quick_ends >= MOST_TRIES:
                # Nobody waits any more: the next job is told at once how it is.
                self._known, self._quick_ends, self._again_at = False, 0, 0.0
                return False
            self._again_at = time.monotonic() + pause(self._quick_ends, self._first_wait)
            return True


def hold() -> None:
    """Be the child of a `ClusterProcess`, whose order comes by the standard input.

    Whatever Ray raises that has no sentence ends this process: the next one begins with a clean Ray.
    """
    order, says = told_by_parent()
    given = json.loads(order)
    settings = Settings.unpacked(given["settings"])
    keep_secret(settings.secrets)
    # What Ray starts on this machine finds the package where this process found it.
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    # By this thread, which stays: Linux kills what "local" begins when the very thread ends that began it.
    with closing(Cluster(settings, cpus=given["cpus"])) as cluster, says:
        held = _Held(cluster)
        for line in sys.stdin.buffer:
            says.write(json.dumps(held.answer(*json.loads(line))).encode() + b"\n")
            says.flush()


class _Held:
    """A cluster whose tasks have numbers."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._tasks: dict[int, Any] = {}
        self._numbers = count()

    def answer(self, what: str, *given: Any) -> Mapping[str, object]:
        try:
            return {"is": getattr(self, what)(*given)}
        except tuple(_ERRORS.values()) as error:
            return {"error": error.code, "data": error.data}

    def submit(self, work: str, job_id: int, name: str, gpu: bool) -> int:
        number = next(self._numbers)
        self._tasks[number] = self._cluster.submit(work, job_id, name=name, gpu=gpu)
        return number

    def ended(self, number: int) -> bool:
        try:
            over = self._cluster.ended(self._tasks[number])
        except RayFailed:
            del self._tasks[number]
            raise
        if over:
            del self._tasks[number]
        return over

    def forget(self, number: int) -> None:
        self._cluster.forget(self._tasks.pop(number))
