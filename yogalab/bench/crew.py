"""Steps of a measurement over several processes, one thread of linear algebra in each."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, Protocol, TypeVar

from threadpoolctl import threadpool_limits

from yogalab.bench.collection import Collection
from yogalab.bench.ledger import Ledger

S = TypeVar("S")
N = TypeVar("N", bound="Step")
Measure = Callable[[Collection, S], Any]

_bench: Collection | None = None


class Step(Protocol):
    """A piece of a measurement; its name tells it from all others."""

    @property
    def name(self) -> str: ...


def finish(
    measure: Measure[N],
    bench: Collection,
    steps: Sequence[N],
    *,
    ledger: Ledger,
    processes: int,
    on_progress: Callable[[float], None],
) -> None:
    """Measure the steps that the ledger does not know yet, and write them there. on_progress: share of 1."""
    missing = [step for step in steps if step.name not in ledger.done]
    done = len(steps) - len(missing)
    on_progress(done / len(steps))
    for step, result in each(measure, bench, missing, processes=processes):
        ledger.add(step.name, result)
        done += 1
        on_progress(done / len(steps))


def processes_here() -> int:
    """Return how many processes this machine has cores for."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(
    measure: Measure[S], bench: Collection, steps: Sequence[S], *, processes: int
) -> Iterator[tuple[S, Any]]:
    """Yield each step with what `measure` makes of it, as they are finished.

    measure: a function of a module, (collection, step) -> something that can be pickled. Results do not depend
    on the number of processes.
    """
    if processes < 2 or len(steps) < 2:
        for step in steps:
            # Several threads add up in another order, and a measurement is to come out the same again.
            with threadpool_limits(limits=1):
                result = measure(bench, step)
            yield step, result
        return
    # Started anew rather than forked: a fork while other threads hold locks of a library may hang.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(bench,))
    try:
        futures = {pool.submit(_measured, measure, step): step for step in steps}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(bench: Collection) -> None:
    global _bench
    _bench = bench
    threadpool_limits(limits=1)


def _measured(measure: Measure[S], step: S) -> Any:
    assert _bench is not None
    return measure(_bench, step)
