"""Why a photo is asked: what made it worth more than the others, as a code and its blanks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.asking.herding import Worth
from yogalab.asking.strategies import two_best
from yogalab.records import Matrix

# Above this share of its first variance a photo is like nothing that was named.
_STRANGE: Final = 0.7
# Above this lead the photo's own answer is clear.
_CLEAR: Final = 0.9
# From here on the model takes a photo for that pose.
_LIKELY: Final = 0.5
# With so small a share of the first's, the second is not worth a question.
_FAINT: Final = 0.1
_FEW: Final = 2
# Where both factors are the usual ones, as before any label, how many are alike is what there is to say.
_MORE: Final = 1.001
# Counts above this are said in tens.
_ROUGH: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A code in the catalogue of words; poses in `data` are given by id, their names are the page's."""

    code: str
    data: Mapping[str, object] = field(default_factory=dict)


CHECK: Final = Reason(code="ask.check")


def reasons_of_worth(
    first: NDArray[np.int64],
    *,
    covariance: Matrix,
    own: Matrix,
    doubt: Matrix,
    value: Worth,
    open_: NDArray[np.bool_],
    standing_for: float,
    probabilities: Matrix,
    pose_ids: NDArray[np.int64],
    named: NDArray[np.bool_],
) -> list[Reason]:
    """Return the reason of each chosen photo: which factor of its worth lifts it over the usual open photo.

    A gain is how far a label reaches times the doubt about what it reaches. The factor that is larger beside
    its median is the reason.

    first: (c,) places among the m photos of `covariance`, `doubt`, `value` and `open_`; own: (c,) their
    variance before any label; standing_for: how many photos of the lab each of the m stands for;
    probabilities: (c, K) over `pose_ids`; named: (K,) which poses have a label.
    """
    if not len(first):
        return []
    reach = value.reach / _median(value.reach[open_])
    unsure = value.gain / np.maximum(value.reach, 1e-12)
    unsure = unsure / _median(unsure[open_])
    variance = np.diagonal(covariance)[first]
    strange = variance > _STRANGE * own
    alike = (covariance[first] / np.maximum(variance, 1e-12)[:, None]) ** 2
    count = standing_for * np.clip(alike, 0, 1).sum(axis=1)
    blanks = _blanks(probabilities, pose_ids)
    return [
        _unsure(blanks[k], doubt[place], count[k])
        if unsure[place] > _MORE * reach[place]
        else _far(blanks[k], bool(strange[k]), count[k], named, pose_ids)
        for k, place in enumerate(first.tolist())
    ]


def reasons_of_rest(
    probabilities: Matrix, pose_ids: NDArray[np.int64], seen: NDArray[np.bool_]
) -> list[Reason]:
    """Return what can be said of photos that come after the chosen ones, (n, K) and (n,)."""
    return [
        Reason(code="ask.unseen") if not there else _own_doubt(blanks)
        for there, blanks in zip(seen.tolist(), _blanks(probabilities, pose_ids), strict=True)
    ]


def _unsure(blanks: dict[str, float], doubt: float, count: float) -> Reason:
    if not blanks:
        return _many(count)
    # Clear itself, chosen for others: saying that it is unclear would be wrong.
    return _own_doubt(blanks) if doubt > 1 - _CLEAR else Reason(code="ask.like", data=_said(blanks))


def _own_doubt(blanks: dict[str, float]) -> Reason:
    if not blanks:
        return Reason(code="ask.new")
    clear = blanks["first_share"] - blanks["second_share"] > _CLEAR
    alone = blanks["first_share"] >= _LIKELY and blanks["second_share"] < _FAINT * blanks["first_share"]
    return Reason(code="ask.sure" if clear else "ask.likely" if alone else "ask.unsure", data=_said(blanks))


def _far(
    blanks: dict[str, float],
    strange: bool,
    count: float,
    named: NDArray[np.bool_],
    pose_ids: NDArray[np.int64],
) -> Reason:
    if not strange or not blanks:
        return _alone(blanks, count) if named.any() else _many(count)
    likely = blanks["first_share"] >= _LIKELY
    if likely and not named[pose_ids == blanks["first"]].any():
        return Reason(code="ask.first", data=_said(blanks))
    if named.any() and blanks["first_share"] > blanks["second_share"]:
        return Reason(code="ask.strange", data=_said(blanks))
    return _many(count)


def _alone(blanks: dict[str, float], count: float) -> Reason:
    """Once poses are named there is something to compare with, even where no other photo is alike."""
    return _own_doubt(blanks) if count < _FEW else _many(count)


def _many(count: float) -> Reason:
    if count < _FEW:
        return Reason(code="ask.new")
    whole = round(count) if count < _ROUGH else 10 * round(count / 10)
    return Reason(code="ask.many", data={"count": whole})


def _blanks(probabilities: Matrix, pose_ids: NDArray[np.int64]) -> list[dict[str, float]]:
    """The two best poses of each row and their shares; empty with fewer than two poses."""
    if probabilities.shape[1] < 2:
        return [{}] * len(probabilities)
    rows = np.arange(len(probabilities))
    best, next_ = two_best(probabilities)
    columns = (pose_ids[best], pose_ids[next_], probabilities[rows, best], probabilities[rows, next_])
    return [
        {"first": a, "second": b, "first_share": p, "second_share": q}
        for a, b, p, q in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _said(blanks: dict[str, float]) -> dict[str, object]:
    return {
        "first": blanks["first"],
        "second": blanks["second"],
        "first_percent": round(100 * blanks["first_share"]),
        "second_percent": round(100 * blanks["second_share"]),
    }


def _median(values: Matrix) -> float:
    return max(float(np.median(values)), 1e-12) if len(values) else 1.0
