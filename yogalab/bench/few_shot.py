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

from yogalab.bench.baselines import landmark_svm
from yogalab.bench.collection import Collection, collect
from yogalab.bench.figures import Figure, Row, over_draws, over_photos
from yogalab.learning import ladder
from yogalab.ports import PhotoReader

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
    bench = collect(
        reader,
        directory,
        folder=folder,
        pose_model=pose_model,
        on_progress=lambda done, total: on_progress(0.5 * done / total, "bench.look"),
    )
    rows = list(_at_no_label(bench))
    steps = [(draw, k) for draw in range(draws) for k in shots]
    measured: dict[int, list[tuple[Answers, NDArray[np.int64]]]] = {k: [] for k in shots}
    for step, (draw, k) in enumerate(steps):
        train = bench.draw(k, np.random.default_rng([seed, draw]))
        test = bench.others(train)
        measured[k].append((_answers(bench, train, test), test))
        on_progress(0.5 + 0.45 * (step + 1) / len(steps), "bench.learn")
    for k in shots:
        rows += over_draws(measured[k], bench.y, shots=k, baseline=BASELINE)
    rows += _official(bench, seed)
    on_progress(1.0, "bench.learn")
    return FewShotResult(
        photos=len(bench.photos),
        poses=len(bench.prior.poses),
        found=float(bench.found.mean()),
        copies=len(bench.photos) - len(np.unique(bench.groups)),
        draws=draws,
        seed=seed,
        rows=tuple(rows),
    )


def _answers(bench: Collection, train: NDArray[np.int64], test: NDArray[np.int64]) -> Answers:
    """learner -> column answered for each test row, -1 where nobody was found."""
    taught, prior = bench.taught(train), bench.prior
    head = ladder.retrain(taught, prior, pool=None, progress=lambda share, stage: None)
    refresh = ladder.refresh(prior, taught, prior=prior)
    x, seen = bench.x[test], bench.found[test]
    svm = np.full(len(test), -1)
    svm[seen] = landmark_svm(bench.sights, train, bench.y, test[seen])
    return {
        BASELINE: svm,
        "R1": np.where(seen, ladder.served(prior, refresh, x, prior=prior).argmax(axis=1), -1),
        "R2": np.where(seen, ladder.probabilities(head, x).argmax(axis=1), -1),
    }


def _at_no_label(bench: Collection) -> list[Row]:
    answers = np.where(bench.found, ladder.probabilities(bench.prior, bench.x).argmax(axis=1), -1)
    figure = over_photos(answers == bench.y, np.random.default_rng(0))
    return [Row(learner="R0", shots=0, top1=figure, macro_recall=_macro(answers, bench.y), ahead=None)]


def _macro(answers: NDArray[np.int64], y: NDArray[np.int64]) -> float:
    return float(np.mean([(answers[y == column] == column).mean() for column in np.unique(y)]))


def _official(bench: Collection, seed: int) -> list[Row]:
    """One row per learner on the data set's own split; none where it has none."""
    train = np.flatnonzero((bench.split == "train") & bench.found).astype(np.int64)
    test = np.flatnonzero(bench.split == "test").astype(np.int64)
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
