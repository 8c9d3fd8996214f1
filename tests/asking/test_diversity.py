"""Well-known strategies by hand, and against scikit-activeml's on the same input."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans

from tests.asking.shelf import photos
from yogalab.asking.diversity import core_set, typical, typicality, uncertainty_herd
from yogalab.asking.strategies import entropy, margin
from yogalab.bench.askers import State
from yogalab.bench.oracles import Oracle, classifier

pool = pytest.importorskip("skactiveml.pool", reason="scikit-activeml is not installed")

RNG = np.random.default_rng(5)
X = RNG.normal(size=(60, 4)).astype(np.float32)
P = RNG.dirichlet(np.ones(5), size=60).astype(np.float32)
ANSWERED = np.array([3, 17, 40], dtype=np.int64)
OPEN = ~np.isin(np.arange(60), ANSWERED)
Y = np.where(OPEN, np.nan, 1.0)


def everything(count: int) -> np.ndarray:
    return np.ones(count, dtype=bool)


def test_core_set_takes_the_farthest_and_then_the_farthest_from_both() -> None:
    x = np.array([[0], [1], [9], [10], [5.2]], dtype=np.float32)
    assert core_set(x, np.array([0]), everything(5) & (np.arange(5) != 0), count=3).tolist() == [3, 4, 1]


def test_typicality_is_one_over_the_mean_distance_to_the_nearest() -> None:
    x = np.array([[0], [1], [3]], dtype=np.float32)
    np.testing.assert_allclose(typicality(x, 2), [1 / 2, 1 / 1.5, 1 / 2.5], rtol=1e-6)
    assert typicality(x[:1], 2).tolist() == [1]


def test_herding_takes_what_covers_most_doubt_not_covered_yet() -> None:
    alike = np.array([[1, 0.8, 0], [0.8, 1, 0], [0, 0, 1]], dtype=np.float32)
    doubt = np.array([1, 1, 0.9], dtype=np.float32)
    assert uncertainty_herd(alike, doubt, np.zeros(0, np.int64), everything(3), count=2).tolist() == [0, 2]
    assert uncertainty_herd(alike, doubt, np.array([0]), np.arange(3) > 0, count=1).tolist() == [2]


@pytest.mark.parametrize("count", [1, 7])
def test_core_set_asks_what_scikit_activeml_asks(count: int) -> None:
    theirs = pool.CoreSet(random_state=0).query(X, Y, batch_size=count)
    assert core_set(X, ANSWERED, OPEN, count=count).tolist() == theirs.tolist()


def test_typiclust_asks_what_scikit_activeml_asks() -> None:
    theirs = pool.TypiClust(random_state=0).query(X, Y, batch_size=6)
    clusters = KMeans(len(ANSWERED) + 6, random_state=0).fit_predict(X)
    ours = typical(X, clusters.astype(np.int64), ANSWERED, OPEN, count=6)
    assert sorted(ours.tolist()) == sorted(theirs[: len(ours)].tolist())


@pytest.mark.parametrize(("doubt", "method"), [(margin, "margin_sampling"), (entropy, "entropy")])
def test_doubt_orders_photos_as_scikit_activeml_does(doubt: object, method: str) -> None:
    strategy = pool.UncertaintySampling(method=method, random_state=0)
    clf = classifier(X, P)
    theirs = strategy.query(X, Y, clf=clf, fit_clf=False, batch_size=10)
    worth = np.where(OPEN, doubt(P), -np.inf)  # type: ignore[operator]
    assert np.argsort(-worth, kind="stable")[:10].tolist() == theirs.tolist()


def test_an_oracle_is_asked_with_the_answers_it_is_given() -> None:
    shown = photos([0.9, 0.55, 0.7, 0.51], places=[10, 20, 30, 40], settled=(3,))
    state = State(
        photos=shown, seen=np.array([True] * 4), luck=np.zeros(4), y=np.array([-1, -1, -1, 0], dtype=np.int64)
    )
    oracle = Oracle(pool.UncertaintySampling(method="margin_sampling", random_state=0))
    assert oracle(state, 2).tolist() == [1, 2]
