"""Is this perhaps none of the poses named so far? The energy of an answer, and where it becomes too low.

Nothing is trained for it: a photo that no pose claims has small logits throughout, and the log of their summed
exponentials is small (Liu et al., Energy-based Out-of-distribution Detection, NeurIPS 2020, arXiv 2010.03759).
Of a dozen scores and their combinations, none told unknown poses apart better (models/LOG.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.learning import blend
from yogalab.learning.features import clear
from yogalab.records import Head, Matrix

# The setting of a head that holds the energy below which a photo looks strange.
FAMILIAR: Final = "familiar_from"
# So many photos of known poses are called strange.
_FALSE_ALARMS: Final = 0.05
# With fewer judged labels, where the lowest twentieth of them ends is a matter of luck.
_ENOUGH: Final = 40

Numbers = NDArray[np.float32] | NDArray[np.float64]


def energy(logits: Numbers, temperature: float) -> NDArray[np.float64]:
    """Return log of the sum over poses of e^(logit / temperature), (n,). logits: (n, K)."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    top = scaled.max(axis=1)
    return np.asarray(top + np.log(np.exp(scaled - top[:, None]).sum(axis=1)))


def familiar_from(
    logits: Numbers, columns: NDArray[np.int64], x: Matrix, temperature: float
) -> Mapping[str, float]:
    """Return the setting that a head needs to tell strange photos; empty while labels are too few.

    Nineteen in twenty photos of labelled poses lie above it. Photos without a clear body do not count.

    logits: (n, K) of labelled photos, each left out; columns: (n,) their poses; x: (n, d) their features.
    """
    rows = blend.judged(columns) & clear(x)
    if rows.sum() < _ENOUGH:
        return {}
    ordered = np.sort(energy(logits[rows], temperature))
    # The conformal rank: one more photo falls below it as often as it should.
    rank = int(np.floor((len(ordered) + 1) * _FALSE_ALARMS)) - 1
    return {FAMILIAR: float(ordered[max(rank, 0)])}


def strange(head: Head, logits: Numbers, x: Matrix) -> NDArray[np.bool_]:
    """Return which photos look like none of the poses a head was taught, (n,).

    Never those without a clear body, and none at all while the head has had too few labels to tell.

    logits: (n, K) at the head's temperature; x: (n, d).
    """
    limit = head.settings.get(FAMILIAR)
    if limit is None:
        return np.zeros(len(x), dtype=bool)
    return np.asarray((energy(logits, head.temperature) < limit) & clear(x))
