"""The agreement desk: how far coaches see the same, and how far the model's guesses pull them along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np

from yogalab.asking.agreement import ENOUGH, Agreement, agreement
from yogalab.asking.concordance import Concordance, MixedUp, mixed_up, of_answers, of_coaches
from yogalab.lab.blind import GUESS, SAMPLE
from yogalab.lab.opinions import Opinions
from yogalab.lab.parts import Parts, require
from yogalab.lab.served import Served
from yogalab.learning.evaluation import newcombe, wilson
from yogalab.learning.labels import answers_of
from yogalab.records import Coach, Role, Sample

# A pose is named twice less often than all poses together.
ENOUGH_OF_A_POSE: Final = 10
_MOST_PAIRS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """same: how often others say the same; interval: 95 %; kappa: beyond chance; None of too few `photos`."""

    photos: int
    same: float | None = None
    interval: tuple[float, float] | None = None
    kappa: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchoring:
    """How often coaches first say what the model says, its guess shown or hidden, of photos drawn at random.

    difference: shown less hidden, interval: its 95 % bounds; both None before either has the photos it `needs`.
    """

    shown: int
    shown_alike: int
    hidden: int
    hidden_alike: int
    difference: float | None = None
    interval: tuple[float, float] | None = None
    needs: int = ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreements:
    """How far coaches agree: in all, each with the others, pose by pose, and what they mix up.

    shared: photos named by at least two coaches, each without knowing the other's answer.
    """

    shared: int
    overall: Agreement | None
    coaches: Mapping[str, Share]
    poses: Mapping[int, Share]
    mixed_up: tuple[MixedUp, ...]
    anchoring: Anchoring


class AgreementDesk:
    """What coaches say beside each other, and beside the model."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._parts = parts
        self._served = served
        self._opinions = Opinions(served)

    def figures(self, who: Coach) -> Agreements:
        """Everything there is to tell today. Pose ids below zero mean no pose, or nobody."""
        require(who, Role.VIEWER)
        snapshot = self._served.snapshot()
        # In the order of the photos: the same log gives the same bootstrap.
        opinions = chain.from_iterable(self._opinions.of(photo_id) for photo_id in sorted(snapshot.resolved))
        shared = [said for said in opinions if len(said) > 1]
        return Agreements(
            shared=len(shared),
            overall=agreement(shared, rng=np.random.default_rng(self._parts.seed)),
            coaches={coach: _share(one, ENOUGH) for coach, one in of_coaches(shared).items()},
            poses={pose_id: _share(one, ENOUGH_OF_A_POSE) for pose_id, one in of_answers(shared).items()},
            mixed_up=tuple(mixed_up(shared, most=_MOST_PAIRS)),
            anchoring=self._anchoring(),
        )

    def _anchoring(self) -> Anchoring:
        alike: dict[Sample, list[bool]] = {sample: [] for sample in Sample}
        for photo_id in self._served.ledger.spoken_of():
            # Only a coach's first answer says so, and it counts even where it was taken back: see `blind`. One
            # more on its heels may have been noted like a first one.
            history = self._served.ledger.history(photo_id)
            for event in answers_of(reversed(history)).values():
                guess = event.details.get(GUESS)
                sample = event.details.get(SAMPLE)
                if isinstance(guess, int) and sample in set(Sample):
                    said = self._opinions.number(event)
                    alike[Sample(str(sample))].append(said == self._served.final_pose(guess))
        shown, hidden = alike[Sample.SHOWN], alike[Sample.HIDDEN]
        counts = (sum(shown), len(shown), sum(hidden), len(hidden))
        enough = min(len(shown), len(hidden)) >= ENOUGH
        return Anchoring(
            shown=len(shown),
            shown_alike=sum(shown),
            hidden=len(hidden),
            hidden_alike=sum(hidden),
            difference=counts[0] / counts[1] - counts[2] / counts[3] if enough else None,
            interval=newcombe(*counts) if enough else None,
        )


def _share(one: Concordance, enough: int) -> Share:
    if one.photos < enough:
        return Share(photos=one.photos)
    return Share(
        photos=one.photos,
        same=one.same,
        interval=wilson(round(one.same * one.photos), one.photos),
        kappa=one.kappa,
    )
