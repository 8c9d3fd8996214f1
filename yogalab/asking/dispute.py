"""How far coaches differ over one photo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def dispute(answers: Sequence[int]) -> float:
    """Return the share of coaches who said something else than most did; 0 with fewer than two.

    The variation ratio v = 1 - f_m / N (Freeman, Elementary Applied Statistics, 1965): a half when two coaches
    differ, two thirds when three all do.

    answers: what each coach said, as a number.
    """
    if len(answers) < 2:
        return 0.0
    ((_, most),) = Counter(answers).most_common(1)
    return 1 - most / len(answers)
