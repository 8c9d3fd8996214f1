"""Strategies side by side: each says which photos of a pool it would ask next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from yogalab.asking.diversity import core_set, typical, uncertainty_herd
from yogalab.asking.queue import Photos, Queue
from yogalab.asking.strategies import entropy, margin
from yogalab.bench.collection import Rows
from yogalab.learning.kernel import kernel
from yogalab.learning.ridge import RIDGE
from yogalab.records import Matrix

OURS: Final = "YogaLab"
RANDOM: Final = "random"
# Clusters are made anew for so many labels at a time; with more of them they hardly change.
_MOST_CLUSTERS: Final = 250
_CLUSTERED: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """What a strategy may know of n photos.

    photos: answered ones are `settled`, those that taught something `taught`; seen: (n,) something was seen in
    them; luck: (n,) an order to break ties by; y: (n,) column of the pose, -1 where it was not asked.
    """

    photos: Photos
    seen: NDArray[np.bool_]
    luck: NDArray[np.float64]
    y: NDArray[np.int64]

    @property
    def open(self) -> NDArray[np.bool_]:
        """Photos worth asking: a label on one in which nothing was seen teaches nothing."""
        open_ = ~self.photos.settled & self.seen
        return np.asarray(open_ if open_.any() else ~self.photos.settled)

    @property
    def answered(self) -> Rows:
        return np.flatnonzero(self.photos.taught).astype(np.int64)


class Asker(Protocol):
    """Made for one pool; asked again and again."""

    def __call__(self, state: State, count: int) -> Rows: ...


def askers(rng: np.random.Generator) -> dict[str, Callable[[], Asker]]:
    """Return our own strategies and baselines by name, each to be made anew for a pool."""
    return {
        RANDOM: lambda: partial(_random, rng),
        "margin": lambda: partial(_least_sure, margin),
        "entropy": lambda: partial(_least_sure, entropy),
        "CoreSet": lambda: _core_set,
        "TypiClust": lambda: Ahead(_typiclust, _CLUSTERED),
        "UHerding": Herding,
        OURS: Ours,
    }


def _random(rng: np.random.Generator, state: State, count: int) -> Rows:
    """Any photo not asked yet, also one in which nothing was seen: nothing is known of it."""
    return rng.permutation(np.flatnonzero(~state.photos.settled))[:count].astype(np.int64)


def _least_sure(doubt: Callable[[Matrix], Matrix], state: State, count: int) -> Rows:
    rows = np.flatnonzero(state.open)
    worth = doubt(state.photos.probabilities[rows]).astype(np.float64).round(6)
    order = np.lexsort((state.luck[rows], -worth))[:count]
    return np.asarray(rows[order], dtype=np.int64)


def _core_set(state: State, count: int) -> Rows:
    open_ = state.open
    if not len(state.answered):
        first = np.flatnonzero(open_)[state.luck[open_].argmin()]
        rest = core_set(
            state.photos.x, np.array([first]), open_ & (np.arange(len(open_)) != first), count=count - 1
        )
        return np.concatenate([[first], rest]).astype(np.int64)
    return core_set(state.photos.x, state.answered, open_, count=count)


def _typiclust(state: State, count: int) -> Rows:
    seen = np.flatnonzero(state.seen)
    place = np.full(len(state.seen), -1)
    place[seen] = np.arange(len(seen))
    x, open_, answered = state.photos.x[seen], state.open[seen], place[state.answered]
    many = min(len(answered) + count, _MOST_CLUSTERS, len(seen))
    clusters = KMeans(many, n_init=1, max_iter=20, random_state=0).fit_predict(x).astype(np.int64)
    rows = typical(x, clusters, answered, open_, count=count)
    if len(rows) < count:
        # Every cluster has an answer: the most typical of what is left.
        open_[rows] = False
        rows = np.concatenate(
            [rows, typical(x, clusters, np.zeros(0, np.int64), open_, count=count - len(rows))]
        )
    return seen[rows].astype(np.int64)


class Ahead:
    """Asks for many photos at a time and hands them out in turn."""

    def __init__(self, ask: Asker, many: int) -> None:
        self._ask = ask
        self._many = many
        self._next: list[int] = []

    def __call__(self, state: State, count: int) -> Rows:
        if len(self._next) < count:
            self._next = self._ask(state, max(self._many, count)).tolist()
        out, self._next = self._next[:count], self._next[count:]
        return np.array(out, dtype=np.int64)


class Herding:
    """UHerding with the learner's kernel and doubt by margin."""

    def __init__(self) -> None:
        self._alike: Matrix | None = None

    def __call__(self, state: State, count: int) -> Rows:
        if self._alike is None:
            x = state.photos.x
            self._alike = kernel(x, x, embedding_share=0.0)
        doubt = margin(state.photos.probabilities) * state.seen
        return uncertainty_herd(self._alike, doubt, state.answered, state.open, count=count)


class Ours:
    """The lab's own queue, without the slots for hold-out photos."""

    def __init__(self) -> None:
        alike = partial(kernel, embedding_share=0.0)
        self._queue = Queue(alike, noise=RIDGE, seed=0, random_share=0.0)

    def __call__(self, state: State, count: int) -> Rows:
        asked = self._queue.order(state.photos, limit=count)
        return np.searchsorted(state.photos.ids, [one.photo_id for one in asked]).astype(np.int64)
