"""Whether more labels still pay: three signs, none of which is proof (compared in arXiv 2110.03802).

Only photos drawn at random may say how good a model is: those asked for teaching were chosen for being unclear.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.asking.agreement import cohen
from yogalab.asking.curve import fit
from yogalab.records import Advice

# With fewer photos drawn at random the interval of a share is wider than what is to be seen.
ENOUGH_CHECKS: Final = 50
ENOUGH_LABELS: Final = 100
TARGET: Final = 0.95
STABLE: Final = 0.99
# Versions with hardly more labels than those before them agree in any case.
_GROWN: Final = 25
MORE: Final = 50
_POINT: Final = 0.01
# How often of 100 redraws of the photos the next labels must look worth less than that.
_SURE: Final = 0.8
_REDRAWS: Final = 100


def target_reached(low: float, photos: int, *, target: float = TARGET) -> Advice | None:
    """Say so when the share right is surely above a target.

    low: its lower 95 % bound among so many photos drawn at random.
    """
    if photos < ENOUGH_CHECKS or low < target:
        return None
    return Advice(reason="stop.target", data={"percent": int(100 * low), "photos": photos})


def settled_down(answers: Sequence[NDArray[np.int64]], labels: Sequence[int]) -> Advice | None:
    """Say so when three versions in a row answer alike although each had more labels.

    Stabilising predictions: Bloodgood and Vijay-Shanker, CoNLL 2009, by Cohen's kappa.

    answers: what each version, the oldest first, says of the same photos, (n,) each; labels: how many each had.
    """
    if len(answers) < 3 or len(answers[-1]) < ENOUGH_CHECKS:
        return None
    last, counts = answers[-3:], labels[-3:]
    if min(b - a for a, b in pairwise(counts)) < _GROWN:
        return None
    kappas = [cohen(a, b) for a, b in pairwise(last)]
    if any(kappa is not None and kappa < STABLE for kappa in kappas):
        return None
    return Advice(reason="stop.stable", data={"versions": 3})


def little_to_gain(
    labels: Sequence[int], right: NDArray[np.bool_], *, rng: np.random.Generator, more: int = MORE
) -> Advice | None:
    """Say so when the learning curve promises under a point for the next labels, photos redrawn or not.

    labels: (s,) sizes of parts of the coach's labels, ascending, the last all of them; right: (s, n) which of n
    photos drawn at random each part answers rightly.
    """
    sizes = np.array(labels, dtype=np.float64)
    photos = right.shape[1]
    if photos < ENOUGH_CHECKS or sizes[-1] < ENOUGH_LABELS:
        return None
    gains = []
    for _ in range(_REDRAWS):
        redrawn = right[:, rng.integers(0, photos, photos)].mean(axis=1)
        gains.append(fit(sizes, redrawn).gain(sizes[-1], more))
    if fit(sizes, right.mean(axis=1)).gain(sizes[-1], more) >= _POINT:
        return None
    if float(np.mean(np.array(gains) < _POINT)) < _SURE:
        return None
    return Advice(reason="stop.gain", data={"labels": more})
