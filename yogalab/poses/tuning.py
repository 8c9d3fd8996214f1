"""From templates as the body stands to templates as BlazePose measures them, learnt from photos of known poses.

BlazePose draws bodies towards the middle: straight elbows come out at 150 degrees, feet together at 0.4 trunk
lengths. One straight line per descriptor undoes that for every pose, those without photos included; a pose with
photos of its own then moves on towards their medians. Only ever fitted on photos set aside for training.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.poses.geometry import DESCRIPTORS
from yogalab.records import Matrix

_HEAD: Final = """\
# Made from photos by `yogalab bench templates DIR --write FILE`; mend templates.toml instead.
# measured: [offset, slope], what BlazePose measures where a draft of templates.toml says what is so.
# poses: targets of poses with photos, their drafts as measured moved towards the photos' medians.
"""

# A pose's medians count as much as its draft at this many photos (5 to 60 gave the same within half a point).
_DRAFT_PHOTOS: Final = 20.0
# The line's resistance, in poses: how many agreeing medians move it halfway.
_LINE_POSES: Final = 2.0
# Residuals, in tolerances, beyond which a pose's median counts less (Huber).
_USUAL: Final = 1.0
_ROUNDS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tuning:
    """What photos say of templates.

    offsets, slopes: (D,) a draft's target t is measured as offset + slope * t.
    targets: (K, D) each pose's tuned targets, NaN where its draft leaves the descriptor free.
    photos: (K,) how many photos each pose had.
    """

    offsets: Matrix
    slopes: Matrix
    targets: Matrix
    photos: NDArray[np.int64]


def tune(drafts: Matrix, tolerances: Matrix, bodies: Matrix, y: NDArray[np.int64]) -> Tuning:
    """Return the drafts as they are measured.

    drafts: (K, D) with NaN where free; tolerances: (D,); bodies: (n, D) descriptors of training photos;
    y: (n,) the row of each photo's pose.
    """
    counts = np.bincount(y, minlength=len(drafts))
    medians = np.full(drafts.shape, np.nan, dtype=np.float64)
    for row in np.flatnonzero(counts):
        medians[row] = np.median(bodies[y == row], axis=0)
    lines = [line(drafts[:, d] / limit, medians[:, d] / limit) for d, limit in enumerate(tolerances)]
    offsets = np.array([offset for offset, _ in lines]) * tolerances
    slopes = np.array([slope for _, slope in lines])
    measured = offsets + slopes * drafts
    share = (counts / (counts + _DRAFT_PHOTOS))[:, None]
    targets = np.where(counts[:, None] > 0, (1 - share) * measured + share * np.nan_to_num(medians), measured)
    return Tuning(
        offsets=offsets.astype(np.float32),
        slopes=slopes.astype(np.float32),
        targets=np.where(np.isnan(drafts), np.nan, targets).astype(np.float32),
        photos=counts.astype(np.int64),
    )


def line(drafted: Matrix, measured: Matrix) -> tuple[float, float]:
    """Return offset and slope from drafted to measured values, held near 0 and 1, the slope at most 1.

    Huber's M-estimate by reweighting (Huber 1964), ridge towards "measured as it is". A slope above 1 would say
    that BlazePose exaggerates, and would carry a draft beyond anything seen.

    drafted, measured: (K,) in tolerances, NaN where unknown.
    """
    known = ~np.isnan(drafted) & ~np.isnan(measured)
    if known.sum() < 2:
        return 0.0, 1.0
    t = drafted[known].astype(np.float64)
    off = measured[known] - t
    middle = t.mean()
    x = np.stack([np.ones(len(t)), t - middle], axis=1)
    held = _LINE_POSES * np.diag([1.0, max(1.0, float(((t - middle) ** 2).mean()))])
    weights, found = np.ones(len(t)), np.zeros(2)
    for _ in range(_ROUNDS):
        found = np.linalg.solve((x * weights[:, None]).T @ x + held, (x * weights[:, None]).T @ off)
        if found[1] > 0:
            found = np.array([(weights * off).sum() / (weights.sum() + _LINE_POSES), 0.0])
        weights = 1 / np.maximum(1, np.abs(off - x @ found) / _USUAL)
    return float(found[0] - found[1] * middle), float(1 + found[1])


def written(tuning: Tuning, slugs: list[str]) -> str:
    """Return a tuning as the text of `models/poses/tuned.toml`: lines, and targets of the poses with photos."""
    rows = [_HEAD, "[measured]"]
    for name, offset, slope in zip(DESCRIPTORS, tuning.offsets, tuning.slopes, strict=True):
        if (offset, slope) != (0, 1):
            rows.append(f"{name} = [{offset:.3g}, {slope:.3g}]")
    for row, slug in enumerate(slugs):
        if tuning.photos[row]:
            rows += ["", f"[poses.{slug}]  # {tuning.photos[row]} photos"]
            named = np.flatnonzero(~np.isnan(tuning.targets[row]))
            rows += [f"{DESCRIPTORS[d]} = {tuning.targets[row, d]:.3g}" for d in named]
    return "\n".join(rows) + "\n"
