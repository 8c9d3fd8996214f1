"""How much a few labels teach: every rung beside the landmark SVM, on the same draws and landmarks.

Of each pose k photos with a person found are drawn for training; all others that are no near-duplicates of
those are the test. A test photo in which nobody was found counts as wrong. Nothing is tuned on test photos.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.asking.duplicates import group
from yogalab.bench.baselines import landmark_svm
from yogalab.bench.dataset import Sample, samples
from yogalab.bench.figures import Figure, Row, over_draws, over_photos
from yogalab.bench.sights import Sights, look
from yogalab.learning import ladder
from yogalab.learning.features import features
from yogalab.ports import PhotoReader
from yogalab.poses.taxonomy import builtin_poses, match
from yogalab.records import Head, Matrix, Pose, TrainingSet

SHOTS: Final = (1, 2, 5, 10, 20)
BASELINE: Final = "landmark SVM"
OnProgress = Callable[[float, str], None]
Answers = dict[str, NDArray[np.int64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FewShotResult:
    """Everything a table or a JSON file says. `shots` of a row is None for the official split."""

    photos: int
    poses: int
    found: float
    copies: int
    draws: int
    seed: int
    rows: tuple[Row, ...]

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "few-shot", **asdict(self)}

    def figure(self, learner: str, shots: int | None) -> Row:
        """Raises KeyError."""
        for row in self.rows:
            if (row.learner, row.shots) == (learner, shots):
                return row
        raise KeyError((learner, shots))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Bench:
    """A data set, seen and ready. y: (n,) column of each photo's pose; groups: (n,) near-duplicates."""

    sights: Sights
    x: Matrix
    y: NDArray[np.int64]
    groups: NDArray[np.int64]
    prior: Head

    def taught(self, rows: NDArray[np.int64]) -> TrainingSet:
        return TrainingSet(
            x=self.x[rows], y=self.prior.pose_ids[self.y[rows]], photo_ids=rows, groups=self.groups[rows]
        )


def run(
    reader: PhotoReader,
    directory: Path,
    *,
    folder: Path,
    pose_model: str,
    shots: Sequence[int] = SHOTS,
    draws: int = 10,
    seed: int = 0,
    on_progress: OnProgress = lambda share, stage: None,
) -> FewShotResult:
    """Measure on a data set.

    folder: where skeletons are kept between runs; on_progress: (share done, stage code). Raises BadDataset.
    """
    photos = samples(directory)
    sights = look(
        reader,
        photos,
        folder=folder,
        pose_model=pose_model,
        on_progress=lambda done, total: on_progress(0.5 * done / total, "bench.look"),
    )
    bench = _bench(photos, sights, pose_model)
    rows = list(_at_no_label(bench))
    steps = [(draw, k) for draw in range(draws) for k in shots]
    measured: dict[int, list[tuple[Answers, NDArray[np.int64]]]] = {k: [] for k in shots}
    for step, (draw, k) in enumerate(steps):
        train = _draw(bench, k, np.random.default_rng([seed, draw]))
        test = _others(bench, train)
        measured[k].append((_answers(bench, train, test), test))
        on_progress(0.5 + 0.45 * (step + 1) / len(steps), "bench.learn")
    for k in shots:
        rows += over_draws(measured[k], bench.y, shots=k, baseline=BASELINE)
    rows += _official(photos, bench, seed)
    on_progress(1.0, "bench.learn")
    return FewShotResult(
        photos=len(photos),
        poses=len(bench.prior.poses),
        found=float(sights.found.mean()),
        copies=len(photos) - len(np.unique(bench.groups)),
        draws=draws,
        seed=seed,
        rows=tuple(rows),
    )


def _bench(photos: Sequence[Sample], sights: Sights, pose_model: str) -> _Bench:
    names = sorted({sample.pose for sample in photos})
    known = builtin_poses()
    poses = [_pose(column + 1, name, match(name, known)) for column, name in enumerate(names)]
    place = {name: column for column, name in enumerate(names)}
    return _Bench(
        sights=sights,
        x=features(sights.encodings(), dim=0),
        y=np.array([place[sample.pose] for sample in photos], dtype=np.int64),
        groups=group(sights.hashes, sights.skeletons()),
        prior=ladder.zero_shot(poses, texts=None, dim=0, encoder=None, pose_model=pose_model),
    )


def _pose(pose_id: int, name: str, known: Pose | None) -> Pose:
    """The data set's pose, with our template where we know it by that name."""
    return Pose(id=pose_id, slug=name, name=name, template=known.template if known else {})


def _draw(bench: _Bench, k: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """k rows of each pose with a person found, but never a pose's last one.

    The same generator gives nested draws: two labels a pose are those of one label, and one more.
    """
    rows = []
    for column in range(len(bench.prior.poses)):
        mine = rng.permutation(np.flatnonzero((bench.y == column) & bench.sights.found))
        rows.append(mine[: min(k, max(len(mine) - 1, 0))])
    return np.sort(np.concatenate(rows)).astype(np.int64)


def _others(bench: _Bench, train: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.flatnonzero(~np.isin(bench.groups, bench.groups[train])).astype(np.int64)


def _answers(bench: _Bench, train: NDArray[np.int64], test: NDArray[np.int64]) -> Answers:
    """learner -> column answered for each test row, -1 where nobody was found."""
    taught, prior = bench.taught(train), bench.prior
    head = ladder.retrain(taught, prior, pool=None, progress=lambda share, stage: None)
    refresh = ladder.refresh(prior, taught, prior=prior)
    x, seen = bench.x[test], bench.sights.found[test]
    svm = np.full(len(test), -1)
    svm[seen] = landmark_svm(bench.sights, train, bench.y, test[seen])
    return {
        BASELINE: svm,
        "R1": np.where(seen, ladder.served(prior, refresh, x, prior=prior).argmax(axis=1), -1),
        "R2": np.where(seen, ladder.probabilities(head, x).argmax(axis=1), -1),
    }


def _at_no_label(bench: _Bench) -> list[Row]:
    answers = np.where(bench.sights.found, ladder.probabilities(bench.prior, bench.x).argmax(axis=1), -1)
    figure = over_photos(answers == bench.y, np.random.default_rng(0))
    return [Row(learner="R0", shots=0, top1=figure, macro_recall=_macro(answers, bench.y), ahead=None)]


def _macro(answers: NDArray[np.int64], y: NDArray[np.int64]) -> float:
    return float(np.mean([(answers[y == column] == column).mean() for column in np.unique(y)]))


def _official(photos: Sequence[Sample], bench: _Bench, seed: int) -> list[Row]:
    """One row per learner on the data set's own split; none where it has none."""
    split = np.array([sample.split for sample in photos])
    train = np.flatnonzero((split == "train") & bench.sights.found).astype(np.int64)
    test = np.flatnonzero(split == "test").astype(np.int64)
    if len(np.unique(bench.y[train])) < 2 or len(test) == 0:
        return []
    answers, y = _answers(bench, train, test), bench.y[test]
    rows = []
    for learner, given in answers.items():
        rng = np.random.default_rng(seed)
        ahead: Figure | None = None
        if learner != BASELINE:
            ahead = over_photos((given == y).astype(float) - (answers[BASELINE] == y), rng)
        top1 = over_photos(given == y, rng)
        rows.append(Row(learner=learner, shots=None, top1=top1, macro_recall=_macro(given, y), ahead=ahead))
    return rows
