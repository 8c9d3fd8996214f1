"""One kind of work over many orders: on the cores of this machine, or on a Ray cluster."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from queue import SimpleQueue
from typing import Any, Protocol

from yogalab.errors import RayFailed, YogaLabError


class Work(Protocol):
    """Does one order at a time. The same order again does the same again, and no more."""

    def __call__(self, order: str) -> str: ...

    def close(self) -> None: ...


Make = Callable[[], Work]


def spread_here(make: Make, orders: Sequence[str], *, workers: int) -> Generator[str, None, None]:
    """Yield the answers as they come. Each worker's work is expected to keep a process of its own busy."""
    free: SimpleQueue[Work] = SimpleQueue()
    made = [make() for _ in range(min(workers, len(orders)))]
    for one in made:
        free.put(one)

    def do(order: str) -> str:
        work = free.get()
        try:
            return work(order)
        finally:
            free.put(work)

    pool = ThreadPoolExecutor(max(len(made), 1), thread_name_prefix="archive")
    try:
        for done in as_completed([pool.submit(do, order) for order in orders]):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)
        for one in made:
            one.close()


def spread_on_ray(ray: Any, make: Make, orders: Sequence[str], *, workers: int) -> Generator[str, None, None]:
    """The same by Ray Data, on a cluster that is connected to. make: importable there, too.

    A worker that dies is replaced, and what it was at is done again: Ray Data's own way with actors.

    Raises RayFailed.
    """
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    count = min(workers, len(orders))
    # An order each: whoever is free takes the next one, so that all are at work until the end.
    asked = ray.data.from_items([{"order": order} for order in orders], override_num_blocks=len(orders))
    answered = asked.map_batches(
        # Not as an argument: those lie in the cluster's memory, and who is replaced may not find them there.
        type("Encoding", (_Hand,), {"make": staticmethod(make)}),
        batch_size=1,
        num_cpus=1,
        compute=ray.data.ActorPoolStrategy(size=count, max_tasks_in_flight_per_actor=1),
    )
    try:
        for row in answered.iter_rows():
            yield str(row["answer"])
    except ray.exceptions.RayError as error:
        raise _reason(error) from error


class _Hand:
    """A worker of the cluster."""

    make: Make

    def __init__(self) -> None:
        self._work = self.make()

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[str]]:
        return {"answer": [self._work(str(order)) for order in batch["order"]]}


def _reason(error: Exception) -> YogaLabError:
    """What went wrong there, by its own name where it is one of ours."""
    cause = getattr(error, "cause", None)
    while cause is not None:
        if isinstance(cause, YogaLabError):
            return cause
        cause = getattr(cause, "cause", None) or cause.__cause__
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return RayFailed(reason=(lines[-1] if lines else type(error).__name__)[:200])
