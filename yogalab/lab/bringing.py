"""Photos that come with everything another lab knew of them: who said what and when, skeletons, consent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import NAMESPACE_URL, uuid5

from yogalab.lab.arrivals import Added, Arrival
from yogalab.lab.blind import GUESS
from yogalab.lab.brought_poses import BroughtPoses
from yogalab.lab.intake import PhotoIntake
from yogalab.lab.parts import Parts
from yogalab.lab.siblings import Siblings
from yogalab.learning.labels import standing
from yogalab.records import (
    Coach,
    Consent,
    Intake,
    LabelEvent,
    LabelKind,
    NewPhoto,
    Photo,
    Said,
    Scored,
    Told,
    Upload,
)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What was said of one photo, to be kept. fresh: nothing was said of it here before."""

    photo_id: int
    told: Told
    arrival: Arrival
    fresh: bool


class Bringing(PhotoIntake):
    """One run of bringing a data set in, for an owner: whatever it says is believed.

    A second run adds nothing. What was deleted here stays out.
    """

    def __init__(
        self,
        parts: Parts,
        who: Coach,
        *,
        consent: Consent,
        source: str,
        on_step: Callable[[Added], None],
        siblings: Siblings,
    ) -> None:
        """consent, source: of photos of which the data set does not say."""
        super().__init__(parts, who, consent=consent, source=source, on_step=on_step, siblings=siblings)
        self._told: dict[str, Told] = {}
        self._groups: dict[str, int] = {}
        self._group_waits: set[str] = set()
        self._heard: list[_Heard] = []

    # --- before reading ---------------------------------------------------------------------------

    def _here(self, upload: Upload) -> int | None:
        told = upload.told
        hashes = (told.source_sha256, told.sha256) if told else ()
        known = (self._of_hash(digest) for digest in hashes if digest)
        return next((one for one in known if one is not None), None) or super()._here(upload)

    def _to_read(self, upload: Upload) -> Upload:
        told, people = upload.told, None
        if told is not None and told.pose_model == self._parts.landmarker.name and told.people is not None:
            # Of this very picture: somebody may have changed the file since.
            same = hashlib.sha256(upload.data).hexdigest() in {told.sha256, told.source_sha256}
            people = told.people if same else None
        return replace(upload, told=None, people=people)

    def _is_here(self, photo_id: int, upload: Upload, arrival: Arrival) -> None:
        super()._is_here(photo_id, upload, arrival)
        if upload.told is not None:
            self._heard.append(_Heard(photo_id, upload.told, arrival, fresh=False))

    # --- after reading ----------------------------------------------------------------------------

    def _place(self, intake: Intake, upload: Upload) -> tuple[int | None, bool]:
        told = upload.told
        if told is None or told.holdout is None:
            return super()._place(intake, upload)
        if told.group in self._group_waits:
            # The first of the group has to have its number before another can join it.
            self._keep()
        group = self._groups.get(told.group) if told.group is not None else None
        return self._siblings.place_with(intake, group, holdout=told.holdout)

    def _about(self, new: NewPhoto, upload: Upload) -> NewPhoto:
        told = upload.told
        if told is None:
            return new
        self._told[new.photo.sha256] = told
        if told.group is not None:
            self._group_waits.add(told.group)
        photo = new.photo
        if told.source_sha256 and told.sha256 == photo.sha256:
            # It is what that lab kept of the very file, which is so known here, too.
            photo = replace(photo, source_sha256=told.source_sha256)
        return replace(
            new,
            photo=photo,
            who=told.added_by or new.who,
            source=told.source or new.source,
            consent=told.consent or new.consent,
            added_at=told.added_at,
        )

    def _is_kept(self, photo: Photo, new: NewPhoto, arrival: Arrival, *, fresh: bool) -> None:
        told = self._told.pop(new.photo.sha256, None)
        if told is None:
            return
        if told.group is not None:
            self._group_waits.discard(told.group)
            self._groups.setdefault(told.group, photo.group)
        self._heard.append(_Heard(photo.id, told, arrival, fresh=fresh))

    # --- what was said ----------------------------------------------------------------------------

    def _keep_labels(self) -> None:
        super()._keep_labels()
        heard, self._heard = self._heard, []
        if not any(one.told.said for one in heard):
            return
        names = BroughtPoses(self._parts, self._who)
        ids = [said.id for one in heard for said in one.told.said if said.id]
        known = self._parts.store.known_events(ids)
        events = [event for one in heard for event in self._events(one, names, known)]
        # In the order in which all of it was said, as whoever takes back the last word expects.
        events.sort(key=lambda event: event.seq or 0)
        before = self._parts.store.pulse().seq
        stored = self._parts.store.append_many([replace(event, seq=None) for event in events])
        self.added.labelled += sum(
            (event.seq or 0) > before and event.kind in {LabelKind.POSE, LabelKind.RULING} for event in stored
        )

    def _events(self, one: _Heard, names: BroughtPoses, known: Collection[str]) -> Iterator[LabelEvent]:
        here = [] if one.fresh else list(self._parts.store.events(photo_id=one.photo_id))
        mine = {event.id for event in here}
        renamed: dict[str, str] = {}
        for said in one.told.said:
            event = self._event(one, said, names)
            if event is None or (not said.id and _stands(event, here)):
                continue
            if event.id in known and event.id not in mine:
                # Two labs may give one id to two labels: ids of imports are made from photos' numbers.
                renamed[event.id] = str(uuid5(NAMESPACE_URL, f"yogalab:told:{one.told.sha256}:{event.id}"))
            yield replace(
                event,
                id=renamed.get(event.id, event.id),
                undoes=renamed.get(event.undoes, event.undoes) if event.undoes else None,
            )

    def _event(self, one: _Heard, said: Said, names: BroughtPoses) -> LabelEvent | None:
        """None where the pose is not to be had."""
        pose_id = None if said.pose is None else names.id_of(said.pose, one.told, one.arrival)
        if said.pose is not None and pose_id is None:
            return None
        guess = names.known(said.guess, one.told, one.arrival) if said.guess else None
        spelled = f"yogalab:said:{one.photo_id}:{said.coach}:{said.kind}:{pose_id}:{said.side}"
        shown = ((names.known(slug, one.told, one.arrival), slug, share) for slug, share in said.shown)
        return LabelEvent(
            id=said.id or str(uuid5(NAMESPACE_URL, spelled)),
            photo_id=one.photo_id,
            coach=said.coach or self._who.id,
            kind=said.kind,
            pose_id=pose_id,
            side=said.side,
            person=said.person,
            undoes=said.undoes,
            shown=tuple(Scored(pose_id=i, slug=slug, probability=share) for i, slug, share in shown if i),
            lease=said.lease,
            ms=said.ms,
            details={**said.details, **({GUESS: guess} if guess else {})},
            at=said.at,
            seq=said.order,
        )


def _stands(event: LabelEvent, here: Sequence[LabelEvent]) -> bool:
    """Whether the coach says just that already."""
    return any(
        (one.coach, one.kind, one.pose_id) == (event.coach, event.kind, event.pose_id)
        and event.side in {None, one.side}
        for one in standing(here)
    )
