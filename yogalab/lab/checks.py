"""The checks desk: labels that may be wrong, coaches who differ, copies, and photos that were put aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from yogalab.errors import PhotoNotFound
from yogalab.lab.bodies import foremost
from yogalab.lab.checklists import (
    Check,
    Copies,
    CopyGroups,
    Disagreements,
    Dispute,
    Sight,
    Skipped,
    Suspect,
    Suspects,
)
from yogalab.lab.doubts import DoubtFinder
from yogalab.lab.parts import Parts, require
from yogalab.lab.review import ReviewDesk
from yogalab.lab.served import Served
from yogalab.lab.skips import put_aside
from yogalab.lab.snapshot import Snapshot
from yogalab.lab.ways import CHECK
from yogalab.learning.labels import answers_of, standing
from yogalab.records import (
    Coach,
    LabelEvent,
    LabelKind,
    Resolved,
    Role,
    Saved,
)

# As many as anybody looks at in one go.
MOST: Final = 100


class CheckDesk:
    """What to look at again."""

    def __init__(self, parts: Parts, served: Served, review: ReviewDesk) -> None:
        self._parts = parts
        self._served = served
        self._review = review
        self._doubts = DoubtFinder(served)

    # --- lists ------------------------------------------------------------------------------------

    def suspects(self, who: Coach, *, count: int = MOST) -> Suspects:
        """Labels the model would not have given, the most doubtful first, without those a coach has kept."""
        require(who, Role.VIEWER)
        snapshot = self._served.snapshot()
        found = self._doubts.find(snapshot)
        open_ = [d for d in found.listed if not self._kept(d.photo_id, d.called, Check.SUSPECTS)]
        shown = open_[:count]
        sights = self._sights(snapshot, [doubt.photo_id for doubt in shown])
        return Suspects(
            listed=tuple(Suspect(sight=s, doubt=d) for s, d in zip(sights, shown, strict=True)),
            total=len(open_),
            ready=found.ready,
        )

    def disagreements(self, who: Coach, *, count: int = MOST) -> Disagreements:
        """Photos coaches call differently."""
        require(who, Role.VIEWER)
        snapshot = self._served.snapshot()
        ids = sorted(i for i, a in snapshot.resolved.items() if a.disputed and i in snapshot.photos)
        shown = ids[:count]
        said = [answers_of(self._standing(photo_id)).values() for photo_id in shown]
        return Disagreements(
            listed=tuple(
                Dispute(sight=sight, said=tuple(sorted(events, key=lambda event: event.seq or 0)))
                for sight, events in zip(self._sights(snapshot, shown), said, strict=True)
            ),
            total=len(ids),
        )

    def copies(self, who: Coach, *, count: int = MOST) -> CopyGroups:
        """Groups of near-duplicates with something to decide: labels that differ first, then missing ones."""
        require(who, Role.VIEWER)
        snapshot = self._served.snapshot()
        members: dict[int, list[int]] = defaultdict(list)
        for photo in snapshot.photos.values():
            members[photo.group].append(photo.id)
        open_ = [
            (group, sorted(ids), poses)
            for group, ids in members.items()
            if len(ids) > 1 and self._undecided(snapshot, ids, poses := _called(snapshot, ids))
        ]
        open_.sort(key=lambda one: (len(one[2]) < 2, not one[2], one[0]))
        return CopyGroups(
            listed=tuple(
                Copies(group=group, sights=tuple(self._sights(snapshot, ids)), poses=poses)
                for group, ids, poses in open_[:count]
            ),
            total=len(open_),
        )

    def skipped(self, who: Coach, *, count: int = MOST) -> Skipped:
        """Photos that were put aside: skipped, answered by nobody, and not in this coach's queue any more."""
        require(who, Role.VIEWER)
        snapshot = self._served.snapshot()
        ids = [i for i, a in snapshot.resolved.items() if i in snapshot.photos and put_aside(a, who)]
        return Skipped(listed=tuple(self._sights(snapshot, sorted(ids)[:count])), total=len(ids))

    # --- answers ----------------------------------------------------------------------------------

    def keep(
        self, who: Coach, photo_ids: Sequence[int], check: Check, *, event_id: str | None = None
    ) -> tuple[Saved, ...]:
        """Confirm what photos are called: they leave the list, with their labels as they are."""
        require(who, Role.COACH)
        snapshot = self._served.snapshot()
        answers = {i: snapshot.resolved[i] for i in photo_ids if i in snapshot.resolved}
        return tuple(
            self._review.label(who, i, answer.pose_id, event_id=_one(event_id, i), details={CHECK: check.value})
            for i, answer in answers.items()
            if answer.pose_id is not None
        )

    def settle(
        self, who: Coach, photo_id: int, pose: int | str | None, check: Check, *, event_id: str | None = None
    ) -> Saved:
        """Say what a photo is after all; None: no pose. An owner's word decides where others said otherwise.

        Raises PoseNotFound, PhotoNotFound.
        """
        require(who, Role.COACH)
        self._served.snapshot()
        details = {CHECK: check.value}
        others = answers_of(self._standing(photo_id)).keys() - {who.id}
        if others and who.role is Role.OWNER:
            return self._review.rule(who, photo_id, pose, event_id=event_id, details=details)
        if pose is None:
            return self._review.mark(who, photo_id, LabelKind.NOT_A_POSE, event_id=event_id, details=details)
        return self._review.label(who, photo_id, pose, event_id=event_id, details=details)

    def alike(
        self, who: Coach, photo_ids: Sequence[int], pose_id: int, *, event_id: str | None = None
    ) -> tuple[Saved, ...]:
        """Call all photos of a group the same. Each gets a label of its own, which can be taken back.

        Raises PhotoNotFound.
        """
        require(who, Role.COACH)
        snapshot = self._served.snapshot()
        missing = [i for i in photo_ids if i not in snapshot.photos]
        if missing:
            raise PhotoNotFound(photo_id=missing[0])
        return tuple(
            self.settle(who, i, pose_id, Check.COPIES, event_id=_one(event_id, i))
            for i in photo_ids
            if not _is(snapshot.resolved.get(i), pose_id)
        )

    # --- what was said ----------------------------------------------------------------------------

    def _standing(self, photo_id: int) -> list[LabelEvent]:
        return standing(self._served.ledger.history(photo_id))

    def _kept(self, photo_id: int, pose_id: int, check: Check) -> bool:
        """Whether somebody has confirmed, in this list, that the photo is what it is called."""
        return any(
            event.details.get(CHECK) == check.value
            and event.pose_id is not None
            and self._served.final_pose(event.pose_id) == pose_id
            for event in self._standing(photo_id)
        )

    def _undecided(self, snapshot: Snapshot, ids: Sequence[int], poses: Sequence[int]) -> bool:
        if len(poses) > 1:
            return not all(
                self._kept(i, answer.pose_id, Check.COPIES)
                for i in ids
                if (answer := snapshot.resolved.get(i)) is not None and answer.pose_id is not None
            )
        return any(answer is None or _is_open(answer) for answer in map(snapshot.resolved.get, ids))

    def _sights(self, snapshot: Snapshot, photo_ids: Sequence[int]) -> list[Sight]:
        seen = self._parts.store.landmarks(self._parts.landmarker.name, photo_ids=photo_ids)
        return [
            Sight(
                photo=snapshot.photos[i],
                landmarks=next(iter(foremost(seen.get(i, ()), snapshot.person(i))), None),
                label=snapshot.resolved.get(i),
                prediction=snapshot.prediction(i),
            )
            for i in photo_ids
        ]


def _called(snapshot: Snapshot, ids: Sequence[int]) -> tuple[int, ...]:
    """The poses that photos are called, the commonest first; of equals the one the model finds likelier."""
    answers = (snapshot.resolved.get(i) for i in ids)
    named = [a.pose_id for a in answers if a is not None and a.pose_id is not None and not a.disputed]
    rows = [snapshot.row[i] for i in ids if i in snapshot.row]
    total = snapshot.probabilities[rows].sum(axis=0)
    likely = dict(zip(snapshot.pose_ids.tolist(), total.tolist(), strict=True))
    return tuple(sorted(set(named), key=lambda pose: (-named.count(pose), -likely.get(pose, 0.0), pose)))


def _is(answer: Resolved | None, pose_id: int) -> bool:
    return answer is not None and answer.pose_id == pose_id and not answer.disputed


def _is_open(answer: Resolved) -> bool:
    return not answer.answered and not answer.skipped_by


def _one(event_id: str | None, photo_id: int) -> str | None:
    """The id of one photo's event among those of one click."""
    return f"{event_id}-{photo_id}" if event_id else None
