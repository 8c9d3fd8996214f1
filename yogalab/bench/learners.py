"""Everything that learns from a few labels here, by the name it has in tables: the rungs and the baselines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from yogalab.bench import clip_baselines, knn
from yogalab.bench.baselines import landmark_svm, mirror_image
from yogalab.bench.collection import Collection, Rows
from yogalab.bench.figures import RANKS, Ranked, rank
from yogalab.learning import ladder
from yogalab.learning.propagation import crowd_of
from yogalab.records import Head, Matrix

SVM: Final = "landmark SVM"
CEILING: Final = "landmark SVM, all photos"
ZERO: Final = "R0"
CLIP: Final = "CLIP zero-shot"
_FOLDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """Learn from rows of a collection, answer others. seed: for what a learner draws itself."""

    bench: Collection
    train: Rows
    test: Rows
    seed: tuple[int, ...] = (0,)

    @property
    def answerable(self) -> NDArray[np.bool_]:
        """(len(test),) test photos of which anything is known."""
        return self.bench.answerable[self.test]


Learner = Callable[[Task], Ranked]


def learners(bench: Collection) -> Mapping[str, Learner]:
    """Return what can learn from this collection, by name; CLIP's learners where an encoder saw the photos."""
    named: dict[str, Learner] = {
        SVM: _svm,
        "k-NN (MediaPipe)": _knn,
        "k-NN, mirrored copies added": _mirrored_knn,
        "R1": _r1,
        "R2": _r2,
        "R2, other photos as pool": _r2_with_others,
        "R2, test photos as pool": _r2_with_test,
        "R1 without prior": lambda task: _r1(_without_prior(task)),
        "R2 without prior": lambda task: _r2(_without_prior(task)),
    }
    if bench.embeddings is not None:
        named |= {"Tip-Adapter": _tip_adapter, "CLIP linear probe": _linear_probe}
    return named


def unlabelled(bench: Collection) -> Mapping[str, Ranked]:
    """Return what is answered before any label, for all photos, by learner."""
    everything = np.arange(len(bench.y))
    task = Task(bench=bench, train=everything[:0], test=everything)
    answers = {
        ZERO: _by_head(bench.prior, task),
        f"{ZERO}, other photos as pool": _crossed(task, lambda pool: _crowded(bench, pool)),
        f"{ZERO}, test photos as pool": _by_head(_crowded(bench, everything), task),
    }
    if bench.embeddings is not None and bench.embeddings.texts is not None:
        scores = clip_baselines.zero_shot(bench.embeddings.photos, bench.embeddings.texts)
        answers[CLIP] = rank(scores, task.answerable)
    return answers


def ceiling(bench: Collection, seed: int) -> Ranked:
    """Return what the landmark SVM answers each photo when it is taught four fifths of all others, (n, RANKS).

    Near-duplicates are taught or asked together, never one each.
    """
    out = np.full((len(bench.y), min(RANKS, len(bench.poses))), -1, dtype=np.int64)
    folds = StratifiedGroupKFold(n_splits=_FOLDS, shuffle=True, random_state=seed)
    for taught, asked in folds.split(bench.x, bench.y, bench.groups):
        train = taught[bench.found[taught]]
        if len(np.unique(bench.y[train])) > 1:
            out[asked] = _svm(Task(bench=bench, train=train, test=asked))
    return out


# --- baselines ------------------------------------------------------------------------------------


def _svm(task: Task) -> Ranked:
    return _where_seen(
        task,
        lambda test: landmark_svm(
            task.bench.sights, task.train, task.bench.y, test, poses=len(task.bench.poses)
        ),
    )


def _knn(task: Task) -> Ranked:
    sights = task.bench.sights
    samples = knn.embed(sights.points[task.train], sights.aspect[task.train])
    return _neighbours(task, samples, task.bench.y[task.train])


def _mirrored_knn(task: Task) -> Ranked:
    """Left and right exchanged in copies of the samples: negating x alone leaves a left arm a left arm."""
    sights, y = task.bench.sights, task.bench.y[task.train]
    points, aspect = sights.points[task.train], sights.aspect[task.train]
    turned, _ = mirror_image(points, sights.world[task.train])
    samples = np.concatenate([knn.embed(points, aspect), knn.embed(turned, aspect)])
    return _neighbours(task, samples, np.concatenate([y, y]))


def _neighbours(task: Task, samples: Matrix, y: NDArray[np.int64]) -> Ranked:
    out = np.full((len(task.test), RANKS), -1, dtype=np.int64)
    seen = task.bench.sights.seen[task.test]
    asked = task.test[seen]
    queries = knn.embed(task.bench.sights.points[asked], task.bench.sights.aspect[asked])
    out[seen] = knn.nearest(samples, y, queries)
    return out


def _where_seen(task: Task, answer: Callable[[Rows], Matrix]) -> Ranked:
    seen = task.bench.sights.seen[task.test]
    scores = np.zeros((len(task.test), len(task.bench.poses)), dtype=np.float32)
    scores[seen] = answer(task.test[seen])
    return rank(scores, seen)


def _tip_adapter(task: Task) -> Ranked:
    seen, texts = _vectors(task)
    y = task.bench.y[task.train]
    return rank(clip_baselines.tip_adapter(seen[task.test], texts, seen[task.train], y), task.answerable)


def _linear_probe(task: Task) -> Ranked:
    seen, texts = _vectors(task)
    y = task.bench.y[task.train]
    return rank(clip_baselines.linear_probe(seen[task.test], seen[task.train], y, len(texts)), task.answerable)


def _vectors(task: Task) -> tuple[Matrix, Matrix]:
    embeddings = task.bench.embeddings
    assert embeddings is not None and embeddings.texts is not None
    return embeddings.photos, embeddings.texts


# --- rungs ----------------------------------------------------------------------------------------


def _r1(task: Task) -> Ranked:
    bench = task.bench
    refresh = ladder.refresh(bench.prior, bench.taught(task.train), prior=bench.prior)
    answers = ladder.served(bench.prior, refresh, bench.x[task.test], prior=bench.prior)
    return rank(answers, task.answerable)


def _r2(task: Task) -> Ranked:
    return _by_head(_trained(task, None), task)


def _r2_with_test(task: Task) -> Ranked:
    """Transductive: the photos that are asked are known, their answers are not."""
    return _by_head(_trained(task, task.test), task)


def _r2_with_others(task: Task) -> Ranked:
    """Inductive: the photos that are asked are not in the pool."""
    return _crossed(task, lambda pool: _trained(task, pool))


def _crossed(task: Task, made: Callable[[Rows], Head]) -> Ranked:
    """Each half of the test photos answered by what had the other half as its pool."""
    groups = np.unique(task.bench.groups[task.test])
    some = np.random.default_rng(task.seed).permutation(groups)[: len(groups) // 2]
    half = np.isin(task.bench.groups[task.test], some)
    out = np.full((len(task.test), min(RANKS, len(task.bench.poses))), -1, dtype=np.int64)
    for asked in (half, ~half):
        head = made(task.test[~asked])
        out[asked] = _by_head(head, Task(bench=task.bench, train=task.train, test=task.test[asked]))
    return out


def _trained(task: Task, pool: Rows | None) -> Head:
    return ladder.retrain(
        task.bench.taught(task.train),
        task.bench.prior,
        pool=None if pool is None else task.bench.x[pool],
        progress=lambda share, stage: None,
    )


def _crowded(bench: Collection, pool: Rows) -> Head:
    return ladder.with_crowd(bench.prior, crowd_of(bench.x[pool]))


def _by_head(head: Head, task: Task) -> Ranked:
    return rank(ladder.probabilities(head, task.bench.x[task.test]), task.answerable)


def _without_prior(task: Task) -> Task:
    return Task(bench=task.bench.without_templates(), train=task.train, test=task.test, seed=task.seed)
