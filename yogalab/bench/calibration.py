"""Does a version know when it does not know? Probabilities, sets of likely poses, poses it was never taught.

Of each pose k photos with a person found are drawn and taught (R2). Asked are all photos that are no
near-duplicates of those: all of them, and apart only those in which somebody was found, since of the others
skeletons say nothing. For "none of your poses", six poses are left out altogether, template included; their
photos are then to look stranger than photos of the taught poses, nobody-found ones left out.

Where templates were tuned on some of the photos, only the others take part, taught ones too: a version judges
how sure it may be by the photos it is taught, and can be right about that only for photos of their kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from yogalab.bench import crew
from yogalab.bench.collection import Collection, Rows, collect
from yogalab.bench.figures import Figure, student
from yogalab.bench.ledger import Ledger, key_of
from yogalab.learning import ladder, openset
from yogalab.learning.calibration import BINS, conformal_limit, conformal_set, ece, log_loss, softmax
from yogalab.ports import Encoder, PhotoReader
from yogalab.records import Head, Matrix

SHOTS: Final = (1, 2, 5, 10, 20)
DRAWS: Final = 10
LEFT_OUT: Final = 6
# A pose's coverage is told from this many photos on.
_ENOUGH_OF_A_POSE: Final = 20
OnProgress = Callable[[float, str], None]
Bins = tuple[tuple[float, float, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One draw. kind: "known", all poses taught, or "unknown", some of them left out."""

    kind: str
    seed: int
    draw: int
    shots: int

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.shots}:{self.draw}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationRow:
    """Figures at one number of labels a pose, means over draws with 95 % intervals; shares of 1.

    asked: "found" (somebody was found), "all", or "unknown" (poses left out). figures by name:

    - top1; ece_raw, nll_raw before and ece, nll after the temperature; brier;
    - within: the share of photos whose true pose is within the conformal limit, nine in ten if that is right;
      coverage: the same of the sets, which hold the best pose whatever its probability; worst_coverage: of the
      pose, among those with 20 photos, where it is least; set_size; single: sets of one;
    - of "unknown": auroc, false_alarms (known photos called strange), caught.

    bins: (mean certainty, share right, photos), of "found" only.
    """

    shots: int
    asked: str
    draws: int
    figures: Mapping[str, Figure]
    bins: Bins = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationResult:
    """Everything a table, a picture or a JSON file says."""

    photos: int
    poses: int
    found: float
    seed: int
    rows: tuple[CalibrationRow, ...]

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "calibration", **asdict(self)}

    def row(self, shots: int, asked: str) -> CalibrationRow:
        """Raises KeyError."""
        for row in self.rows:
            if (row.shots, row.asked) == (shots, asked):
                return row
        raise KeyError((shots, asked))


def run(
    reader: PhotoReader,
    directory: Path,
    *,
    folder: Path,
    pose_model: str,
    encoder: Encoder | None = None,
    shots: Sequence[int] = SHOTS,
    draws: int = DRAWS,
    seed: int = 0,
    processes: int = 1,
    anew: bool = False,
    on_progress: OnProgress = lambda share, stage: None,
) -> CalibrationResult:
    """Measure on a data set.

    folder: where skeletons and finished draws are kept between runs; anew: forget the draws.
    Raises BadDataset, EncoderError.
    """
    bench = collect(
        reader,
        directory,
        folder=folder,
        pose_model=pose_model,
        encoder=encoder,
        on_progress=lambda done, total: on_progress(0.5 * done / total, "bench.look"),
    )
    if 0 < bench.untuned.sum() < len(bench.y):
        bench = bench.only(np.flatnonzero(bench.untuned))
    kinds = ("known", "unknown") if len(bench.poses) >= 2 * LEFT_OUT else ("known",)
    steps = [
        Step(kind=kind, seed=seed, draw=draw, shots=k)
        for k in sorted(set(shots), reverse=True)
        for draw in range(draws)
        for kind in kinds
    ]
    ledger = Ledger(folder, "calibration", key_of(bench, seed), anew=anew)
    crew.finish(
        measure,
        bench,
        steps,
        ledger=ledger,
        processes=processes,
        on_progress=lambda share: on_progress(0.5 + 0.5 * share, "bench.learn"),
    )
    measured = {step: ledger.done[step.name] for step in steps}
    return CalibrationResult(
        photos=len(bench.photos),
        poses=len(bench.poses),
        found=float(bench.found.mean()),
        seed=seed,
        rows=tuple(_rows(measured, sorted(set(shots)))),
    )


def measure(bench: Collection, step: Step) -> dict[str, Any]:
    """Return one draw's figures by set of photos asked, as JSON holds them."""
    if step.kind == "unknown":
        return {"unknown": _unknown(bench, step)}
    train = bench.draw(step.shots, np.random.default_rng([step.seed, step.draw]))
    test = bench.others(train)
    head = _taught(bench, train)
    logits, y, seen = ladder.logits(head, bench.x[test]), bench.y[test], bench.found[test]
    found = _known(head, logits[seen], y[seen])
    certain = softmax(logits[seen] / np.float32(head.temperature))
    return {"found": found, "all": _known(head, logits, y), "bins": bins(certain, y[seen])}


def _taught(bench: Collection, train: Rows) -> Head:
    return ladder.retrain(bench.taught(train), bench.prior, pool=None, progress=lambda share, stage: None)


def _known(head: Head, logits: Matrix, y: NDArray[np.int64]) -> dict[str, float]:
    raw, probabilities = softmax(logits), softmax(logits / np.float32(head.temperature))
    sets = [conformal_set(row, head.conformal) for row in probabilities]
    held = np.array([column in one for column, one in zip(y, sets, strict=True)])
    sizes = np.array([len(one) for one in sets])
    certain = probabilities[np.arange(len(y)), y].astype(np.float64)
    truth = np.eye(logits.shape[1], dtype=np.float32)[y]
    exact = logits.astype(np.float64)
    return {
        "top1": float((probabilities.argmax(axis=1) == y).mean()),
        "ece_raw": ece(raw, y),
        "ece": ece(probabilities, y),
        "nll_raw": log_loss(exact, y),
        "nll": log_loss(exact / head.temperature, y),
        "brier": float(((probabilities - truth) ** 2).sum(axis=1).mean()),
        "within": float((1 - certain <= conformal_limit(head.conformal)).mean()),
        "coverage": float(held.mean()),
        "worst_coverage": worst(held, y),
        "set_size": float(sizes.mean()),
        "single": float((sizes == 1).mean()),
    }


def worst(held: NDArray[np.bool_], y: NDArray[np.int64]) -> float:
    """Return the least share of a pose's photos whose set holds the truth, of poses with photos enough.

    held, y: (n,). The share of all where no pose has enough.
    """
    shares = [held[y == k].mean() for k in np.unique(y) if (y == k).sum() >= _ENOUGH_OF_A_POSE]
    return float(min(shares, default=held.mean() if len(held) else 1.0))


def bins(probabilities: Matrix, y: NDArray[np.int64]) -> list[tuple[float, float, int]]:
    """Return (mean certainty, share right, photos) of bins of equal mass, the least sure first."""
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == y
    parts = np.array_split(np.argsort(sure, kind="stable"), BINS)
    return [(float(sure[p].mean()), float(right[p].mean()), len(p)) for p in parts if len(p)]


def _unknown(bench: Collection, step: Step) -> dict[str, float]:
    rng = np.random.default_rng([step.seed, step.draw, LEFT_OUT])
    gone = rng.choice(len(bench.poses), LEFT_OUT, replace=False)
    taught = bench.only(np.flatnonzero(~np.isin(bench.y, gone)))
    train = taught.draw(step.shots, np.random.default_rng([step.seed, step.draw]))
    head = _taught(taught, train)
    own = taught.others(train)
    known = taught.x[own[taught.found[own]]]
    # Near-duplicates of taught photos that lie in a left-out pose's folder would be known after all.
    strangers = np.isin(bench.y, gone) & bench.found & ~np.isin(bench.groups, taught.groups[train])
    x = np.concatenate([known, bench.x[strangers]])
    new = np.arange(len(x)) >= len(known)
    logits = ladder.logits(head, x)
    flagged = openset.strange(head, logits, x)
    return {
        "auroc": float(roc_auc_score(new, -openset.energy(logits, head.temperature))),
        "false_alarms": float(flagged[~new].mean()),
        "caught": float(flagged[new].mean()),
    }


def _rows(measured: Mapping[Step, Mapping[str, Any]], shots: Sequence[int]) -> list[CalibrationRow]:
    rows = []
    for k in shots:
        for asked in ("found", "all", "unknown"):
            results = [result for step, result in measured.items() if step.shots == k and asked in result]
            if results:
                rows.append(_over_draws(k, asked, results))
    return rows


def _over_draws(shots: int, asked: str, results: Sequence[Mapping[str, Any]]) -> CalibrationRow:
    names = results[0][asked]
    figures = {name: student(np.array([one[asked][name] for one in results])) for name in names}
    pooled: Bins = ()
    if asked == "found":
        each = [np.array(one["bins"]) for one in results if len(one["bins"]) == len(results[0]["bins"])]
        means = np.mean(each, axis=0)
        pooled = tuple((float(sure), float(right), int(n)) for sure, right, n in means)
    return CalibrationRow(shots=shots, asked=asked, draws=len(results), figures=figures, bins=pooled)
