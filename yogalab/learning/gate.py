"""Whether a new version may replace the one in use: it must be shown to be no worse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.learning.evaluation import columns_of
from yogalab.records import Matrix, PoseRef, Verdict

MARGIN: Final = 0.02
WORST_LOSS: Final = 0.20
ENOUGH_OF_A_POSE: Final = 5
PROMOTING: Final = frozenset({"gate.better", "gate.no_worse", "gate.first_labels"})
_DRAWS: Final = 2000


def judge(
    candidate: Matrix,
    active: Matrix,
    y: NDArray[np.int64],
    poses: Sequence[PoseRef],
    *,
    groups: NDArray[np.int64],
    early: bool = False,
    seed: int = 0,
) -> Verdict:
    """Compare two heads on the same photos, neither of which was taught them.

    Promoted when the lower end of a paired bootstrap's interval of the difference in top-1 is above -2 points
    (non-inferiority at one-sided 95 %) and no pose with five or more photos loses more than 20. Near-duplicates
    are drawn together.

    Early, when hold-out photos are still few, the photos are labelled ones, each left out in turn: there it is
    enough that the candidate is not worse on them, and a pose's only label, left out, proves nothing.

    candidate, active: (n, K) probabilities over `poses`; y: (n,) pose ids; groups: (n,) equal for
    near-duplicates.
    """
    columns = columns_of(y, poses)
    judged = _known_twice(columns) if early else np.ones(len(columns), dtype=bool)
    if not judged.any():
        return _verdict("gate.first_labels" if early else "gate.no_photos", early, 0.0, (0.0, 0.0))
    columns = columns[judged]
    mine = (candidate[judged].argmax(axis=1) == columns).astype(np.float64)
    theirs = (active[judged].argmax(axis=1) == columns).astype(np.float64)
    difference = float((mine - theirs).mean())
    interval = _bootstrap(mine - theirs, groups[judged], np.random.default_rng(seed))
    lost = _lost(mine, theirs, columns, poses)
    return _verdict(_reason(difference, interval[0], lost, early), early, difference, interval, lost)


def _reason(difference: float, low: float, lost: tuple[str, ...], early: bool) -> str:
    if low <= -MARGIN and not (early and difference >= 0):
        return "gate.worse" if difference < 0 else "gate.unsure"
    if lost:
        return "gate.pose_lost"
    return "gate.better" if low > 0 else "gate.no_worse"


def _known_twice(columns: NDArray[np.int64]) -> NDArray[np.bool_]:
    _, place, counts = np.unique(columns, return_inverse=True, return_counts=True)
    return np.asarray((counts[place] >= 2) & (columns >= 0))


def _verdict(
    reason: str, early: bool, difference: float, interval: tuple[float, float], lost: tuple[str, ...] = ()
) -> Verdict:
    return Verdict(
        promoted=reason in PROMOTING,
        early=early,
        reason=reason,
        difference=difference,
        interval=interval,
        worse_poses=lost,
        data={"points": f"{abs(difference) * 100:.1f}", "poses": ", ".join(lost)},
    )


def _bootstrap(
    differences: NDArray[np.float64], groups: NDArray[np.int64], rng: np.random.Generator
) -> tuple[float, float]:
    """5 % and 95 % bounds of the mean difference, groups drawn with replacement."""
    _, place = np.unique(groups, return_inverse=True)
    sums, sizes = np.bincount(place, weights=differences), np.bincount(place).astype(np.float64)
    draws = rng.integers(0, len(sums), size=(_DRAWS, len(sums)))
    means = sums[draws].sum(axis=1) / sizes[draws].sum(axis=1)
    low, high = np.quantile(means, [0.05, 0.95])
    return float(low), float(high)


def _lost(
    mine: NDArray[np.float64],
    theirs: NDArray[np.float64],
    columns: NDArray[np.int64],
    poses: Sequence[PoseRef],
) -> tuple[str, ...]:
    """Slugs of poses with enough photos that lose more than is allowed."""
    lost = []
    for column in np.unique(columns[columns >= 0]):
        photos = columns == column
        loss = (theirs[photos] - mine[photos]).mean()
        if photos.sum() >= ENOUGH_OF_A_POSE and loss > WORST_LOSS + 1e-9:
            lost.append(poses[int(column)].slug)
    return tuple(lost)
