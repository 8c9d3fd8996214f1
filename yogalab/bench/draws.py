"""Few labels drawn from photos that an encoder never saw, with photos that judge and photos that are asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from yogalab.bench.collection import Collection, Rows
from yogalab.bench.folds import Unseen, left_out


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draw:
    """One draw's rows of a collection: labelled, judging, asked. No near-duplicates across."""

    shots: int
    number: int
    train: Rows
    hold_out: Rows
    test: Rows

    @property
    def shown(self) -> Rows:
        """All rows an encoder is shown, in this order."""
        return np.concatenate([self.train, self.hold_out, self.test])


def unseen_by(bench: Collection, folder: Path | None) -> Collection:
    """Return the photos that an encoder's training left out, as its folder says; without one, as `asking`.

    Raises NothingLeftOut.
    """
    return asking(bench) if folder is None else never_seen(bench, left_out(folder))


def asking(bench: Collection) -> Collection:
    """Return the photos that an encoder of this data set cannot have seen: its test photos.

    All of them where it has no split.
    """
    test = bench.split == "test"
    return bench.only(np.flatnonzero(test).astype(np.int64)) if test.any() else bench


def never_seen(bench: Collection, unseen: Unseen) -> Collection:
    """Return the photos that an encoder's training left out."""
    return bench.only(np.flatnonzero(unseen.of(bench.photos)).astype(np.int64))


def drawn(bench: Collection, shots: int, number: int, *, hold_out: int, asked: int, seed: int) -> Draw:
    """Return one draw's rows. hold_out, asked: at most so many photos; a third of few ones judges."""
    rng = np.random.default_rng([seed, number])
    train = bench.draw(shots, rng)
    others = bench.others(train)
    groups = rng.permutation(np.unique(bench.groups[others]))
    judging = groups[: min(hold_out, len(groups) // 3)]
    kept = others[np.isin(bench.groups[others], judging)]
    test = rng.permutation(others[~np.isin(bench.groups[others], judging)])[:asked]
    return Draw(shots=shots, number=number, train=train, hold_out=kept, test=np.sort(test))
