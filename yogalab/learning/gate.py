"""Whether a new version may replace the one in use: it must be shown to be no worse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from yogalab.learning import blend
from yogalab.learning.evaluation import columns_of
from yogalab.learning.noninferiority import Compared, alike, bounds, p_value
from yogalab.records import Matrix, PoseRef, Verdict

MARGIN: Final = 0.03
# One-sided. Under the 5 % that are promised, so that 200 candidates of which 5 % may pass keep the promise.
LEVEL: Final = 0.03
WORST_LOSS: Final = 0.20
ENOUGH_OF_A_POSE: Final = 5
# How unlikely, were the pose as well known as before, a loss must be to be held against a version.
_BY_CHANCE: Final = 0.05
PROMOTING: Final = frozenset({"gate.better", "gate.no_worse", "gate.first_labels"})


def judge(
    candidate: Matrix,
    active: Matrix,
    y: NDArray[np.int64],
    poses: Sequence[PoseRef],
    *,
    groups: NDArray[np.int64],
    differing: NDArray[np.bool_] | None = None,
    early: bool = False,
    seed: int = 0,
) -> Verdict:
    """Compare two heads on the same photos, neither of which was taught them.

    Promoted when it is shown at one-sided 97 % that the candidate is not 3 points worse in top-1
    (`noninferiority`: of candidates truly 3 points worse about 3 % get through, whatever the number of photos),
    and no pose with five or more photos loses more than 20 points beyond what chance does (sign test at 5 %: of
    two equally good versions one in eight "loses" a pose when losses are merely counted; models/LOG.md). Of
    near-duplicates the first one counts.

    Early, when hold-out photos are still few, the photos are labelled ones, each left out in turn: there it is
    enough that the candidate is not worse on them, and a pose's only label, left out, proves nothing.

    candidate, active: (n, K) probabilities over `poses`; y: (n,) pose ids; groups: (n,) equal for
    near-duplicates; differing: (m,) for photos like these without label, whether the two answer differently.
    """
    columns = columns_of(y, poses)
    judged = blend.judged(columns) if early else np.ones(len(columns), dtype=bool)
    judged &= _first_of_each(groups)
    if not judged.any():
        return _verdict("gate.first_labels" if early else "gate.no_photos", early, 0.0, (0.0, 0.0))
    columns = columns[judged]
    mine, theirs = candidate[judged].argmax(axis=1), active[judged].argmax(axis=1)
    compared = _compared(mine, theirs, columns, None if early else differing)
    interval = bounds(compared, level=LEVEL, seed=seed)
    shown = p_value(compared, MARGIN, seed=seed) <= LEVEL
    lost = _lost(mine == columns, theirs == columns, columns, poses)
    difference = compared.difference
    reason = _reason(difference, interval[0], shown or (early and difference >= 0), lost)
    return _verdict(reason, early, difference, interval, lost)


def _reason(difference: float, low: float, shown: bool, lost: tuple[str, ...]) -> str:
    if not shown:
        return "gate.worse" if difference < 0 else "gate.unsure"
    if lost:
        return "gate.pose_lost"
    return "gate.better" if low > 0 else "gate.no_worse"


def _first_of_each(groups: NDArray[np.int64]) -> NDArray[np.bool_]:
    first = np.zeros(len(groups), dtype=bool)
    first[np.unique(groups, return_index=True)[1]] = True
    return first


def _compared(
    mine: NDArray[np.int64],
    theirs: NDArray[np.int64],
    columns: NDArray[np.int64],
    differing: NDArray[np.bool_] | None,
) -> Compared:
    differs, right, was_right = mine != theirs, mine == columns, theirs == columns
    others = differing if differing is not None else np.zeros(0, dtype=bool)
    return alike(
        Compared(
            wins=int((right & ~was_right).sum()),
            losses=int((was_right & ~right).sum()),
            draws=int((differs & ~right & ~was_right).sum()),
            same=int((~differs).sum()),
            others=len(others),
            others_differing=int(others.sum()),
        )
    )


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


def _lost(
    right: NDArray[np.bool_],
    was_right: NDArray[np.bool_],
    columns: NDArray[np.int64],
    poses: Sequence[PoseRef],
) -> tuple[str, ...]:
    """Slugs of poses with enough photos that lose more than is allowed, and more than chance would take."""
    lost = []
    for column in np.unique(columns[columns >= 0]):
        photos = columns == column
        losses = int((photos & was_right & ~right).sum())
        wins = int((photos & right & ~was_right).sum())
        large = (losses - wins) / photos.sum() > WORST_LOSS + 1e-9
        if photos.sum() >= ENOUGH_OF_A_POSE and large and chance(losses, wins) <= _BY_CHANCE:
            lost.append(poses[int(column)].slug)
    return tuple(lost)


def chance(losses: int, wins: int) -> float:
    """Return how likely that many losses among losses and wins are if both are as likely (sign test)."""
    return float(stats.binom.sf(losses - 1, losses + wins, 0.5))
