"""Strategies of scikit-activeml (skactiveml), where it is installed, on the same photos and answers.

Those that ask the model about altered photos (DropQuery) or retrain it for each candidate are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any, Final

import numpy as np
from sklearn.base import BaseEstimator

from yogalab.bench.askers import Ahead, Asker, State
from yogalab.bench.collection import Rows
from yogalab.records import Matrix

# Asked for so many at a time: they cluster all photos each time.
_SLOW: Final = 25
NAMES: Final = (
    "skactiveml Badge",
    "skactiveml Clue",
    "skactiveml Falcun",
    "skactiveml ProbCover",
)


def available() -> bool:
    """Return whether scikit-activeml is installed. It is no part of YogaLab: only measurements use it."""
    return find_spec("skactiveml") is not None


def askers(seed: int) -> dict[str, Callable[[], Asker]]:
    """Return its strategies by name. Raises ModuleNotFoundError when it is not installed."""
    # An optional library, and a slow import.
    from skactiveml import pool  # noqa: PLC0415

    made: dict[str, Callable[[], Any]] = {
        "skactiveml Badge": lambda: pool.Badge(random_state=seed),
        "skactiveml Clue": lambda: pool.Clue(random_state=seed, cluster_algo_dict={"n_init": 1}),
        "skactiveml Falcun": lambda: pool.Falcun(random_state=seed),
        "skactiveml ProbCover": lambda: pool.ProbCover(random_state=seed, cluster_algo_dict={"n_init": 1}),
    }
    return {name: partial(_ahead, make) for name, make in made.items()}


def _ahead(make: Callable[[], Any]) -> Asker:
    return Ahead(Oracle(make()), _SLOW)


class Oracle:
    """A strategy of skactiveml, asked with the served model's answers."""

    def __init__(self, strategy: Any) -> None:
        self._strategy = strategy

    def __call__(self, state: State, count: int) -> Rows:
        seen = np.flatnonzero(state.seen)
        x = np.asarray(state.photos.x[seen])
        y = np.where(state.photos.taught[seen], state.y[seen], np.nan)
        candidates = np.flatnonzero(state.open[seen])
        with_model = "clf" in self._strategy.query.__code__.co_varnames
        answers = (
            {"clf": classifier(x, state.photos.probabilities[seen]), "fit_clf": False} if with_model else {}
        )
        rows = self._strategy.query(x, y, candidates=candidates, batch_size=count, **answers)
        return seen[np.asarray(rows, dtype=np.int64)].astype(np.int64)


def classifier(x: Matrix, probabilities: Matrix) -> BaseEstimator:
    """Return a classifier as skactiveml wants one, which only looks up what is known of each row.

    x: (n, d) float32; probabilities: (n, K).
    """
    from skactiveml.base import SkactivemlClassifier  # noqa: PLC0415 - as above

    place = {row.tobytes(): k for k, row in enumerate(x)}

    class Answers(SkactivemlClassifier):  # type: ignore[misc]
        def fit(self, x: Matrix, y: Matrix, sample_weight: Matrix | None = None) -> Answers:
            return self

        def predict_proba(self, x: Matrix) -> Matrix:
            rows = [place[np.ascontiguousarray(row, np.float32).tobytes()] for row in x]
            p = probabilities[rows].astype(np.float64)
            return np.asarray(p / p.sum(axis=1, keepdims=True))

    answers = Answers(classes=np.arange(probabilities.shape[1]))
    answers.classes_ = np.arange(probabilities.shape[1])
    answers.cost_matrix_ = 1 - np.eye(probabilities.shape[1])
    answers.random_state_ = np.random.RandomState(0)
    return answers
