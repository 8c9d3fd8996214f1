"""Labels that may be wrong: what the model would have said of each photo, had nobody named it.

Confident learning (Northcutt, Jiang & Chuang, JAIR 2021) ranks labels by out-of-sample probabilities. Its
thresholds per class brought nothing here (models/LOG.md), so the plain margin ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.records import Matrix

# With fewer labels a pose has no shape yet, and everything unusual looks wrong.
ENOUGH: Final = 8
# e^2: another pose is at least seven times as likely. Of 5 % wrong labels at 20 a pose that lists nine in ten,
# and every second label listed is one of them.
CUT: Final = 2.0
_LEAST: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A row whose label may be wrong. called, instead: columns; the likelihoods are the model's, left out."""

    row: int
    called: int
    instead: int
    margin: float
    called_probability: float
    instead_probability: float


def margins(answers: Matrix, columns: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return ln(likeliest other pose) - ln(pose that was named), (n,): above 0 the model would say otherwise.

    answers: (n, K) out-of-sample probabilities; columns: (n,) what each row is called.
    """
    logs = np.log(np.clip(answers.astype(np.float64), _LEAST, 1))
    rows = np.arange(len(logs))
    own = logs[rows, columns]
    logs[rows, columns] = -np.inf
    return np.asarray(logs.max(axis=1, initial=np.log(_LEAST)) - own)


def enough(columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the columns with labels enough to be judged; none when it is but one: nothing to compare."""
    known, counts = np.unique(columns, return_counts=True)
    judged = known[counts >= ENOUGH]
    return judged if len(judged) > 1 else judged[:0]


def suspects(answers: Matrix, columns: NDArray[np.int64], *, cut: float = CUT) -> tuple[Suspect, ...]:
    """Return the labels to look at again, the most doubtful first.

    answers: (n, K) out-of-sample probabilities, near-duplicates left out together; columns: (n,).
    """
    doubt = margins(answers, columns)
    listed = np.flatnonzero((doubt > cut) & np.isin(columns, enough(columns)))
    others = answers.astype(np.float64)
    others[np.arange(len(others)), columns] = -1
    return tuple(
        Suspect(
            row=int(row),
            called=int(columns[row]),
            instead=int(others[row].argmax()),
            margin=float(doubt[row]),
            called_probability=float(answers[row, columns[row]]),
            instead_probability=float(others[row].max()),
        )
        for row in listed[np.argsort(-doubt[listed], kind="stable")]
    )
