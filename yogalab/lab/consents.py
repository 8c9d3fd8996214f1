"""The consent desk: whether the people in photos agree, seen and changed after the photos were added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yogalab.errors import ConsentNotYours
from yogalab.lab.data_sharing import DataDesk
from yogalab.lab.parts import Parts, require
from yogalab.lab.served import Served
from yogalab.records import Coach, Consent, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What is recorded of some photos. consents: consent -> photos; shown: data sets in which some can be seen.

    own: whether whoever asks added all of them, so that "it is me" is theirs to say.
    """

    consents: Mapping[Consent, int]
    own: bool
    shown: Sequence[str]


class ConsentDesk:
    """Who agreed to what. A coach says it for the photos they added, an owner for all."""

    def __init__(self, parts: Parts, served: Served, data: DataDesk) -> None:
        self._parts = parts
        self._served = served
        self._data = data

    def recorded(self, who: Coach, photo_ids: Sequence[int]) -> Recorded:
        """What there is to know before it is changed. Photos that are gone are passed over.

        Raises ConsentNotYours.
        """
        require(who, Role.COACH)
        there = self._own(who, photo_ids)
        photos = self._served.snapshot().photos
        known = [photos[photo_id] for photo_id in there if photo_id in photos]
        return Recorded(
            consents=Counter(photo.consent for photo in known),
            own=all(photo.added_by == who.id for photo in known),
            shown=self._data.showing(who, there),
        )

    def record(
        self, who: Coach, wanted: Mapping[int, Consent], *, was: Consent | None = None
    ) -> Mapping[int, Consent]:
        """Record what the people in these photos agree to; durable when it returns.

        was: change only where this is recorded now, so that taking a click back undoes nobody else's. "It is
        me" speaks of whoever added the photo. Returns photo id -> what was recorded before, of those that
        changed. Raises ConsentNotYours.
        """
        require(who, Role.COACH)
        there = self._own(who, list(wanted))
        return self._parts.store.set_consents({i: wanted[i] for i in there}, was=was)

    def _own(self, who: Coach, photo_ids: Sequence[int]) -> Sequence[int]:
        """Those that are in the lab. Raises ConsentNotYours where it is not for this person to say."""
        photos = self._served.snapshot().photos
        there = [photo_id for photo_id in dict.fromkeys(photo_ids) if photo_id in photos]
        others = sum(photos[photo_id].added_by != who.id for photo_id in there)
        if others and who.role is not Role.OWNER:
            raise ConsentNotYours(n=others)
        return there
