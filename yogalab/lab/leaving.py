"""Everything that is known of a photo, as it leaves for another lab: in no numbers of this one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from yogalab.lab.blind import GUESS
from yogalab.lab.outgoing import CHUNK
from yogalab.lab.parts import Parts
from yogalab.lab.snapshot import Snapshot
from yogalab.ports import Store
from yogalab.records import LabelEvent, LabelKind, Landmarks, Outgoing, Photo, Pose, Resolved, Said, Told

_NO_POSE: Final = frozenset({LabelKind.NOT_A_POSE, LabelKind.NOBODY})


def with_all(parts: Parts, snapshot: Snapshot, photos: Iterable[Outgoing]) -> Iterator[Outgoing]:
    """The photos with everything that is known of them; in their order, a chunk at a time."""
    model, coming = parts.landmarker.name, iter(photos)
    teller = Teller(parts.store, model)
    while chunk := list(islice(coming, CHUNK)):
        people = parts.store.landmarks(model, photo_ids=[out.photo.id for out in chunk])
        for out in chunk:
            answer = snapshot.resolved.get(out.photo.id)
            yield replace(
                out,
                told=teller.tell(out.photo, people.get(out.photo.id)),
                answer=_said_in_all(answer),
                coaches=answer.coaches if answer and answer.kind in _NO_POSE else out.coaches,
            )


def _said_in_all(answer: Resolved | None) -> str:
    """What coaches said in all, a kind of label or "disputed"; empty where nobody has said anything."""
    if answer is None:
        return ""
    return "disputed" if answer.disputed else answer.kind.value


class Teller:
    """One export: poses are read once, what was said photo by photo."""

    def __init__(self, store: Store, pose_model: str) -> None:
        self._store = store
        self._pose_model = pose_model
        self._poses = {pose.id: pose for pose in store.poses()}

    def tell(self, photo: Photo, people: Sequence[Landmarks] | None) -> Told:
        """people: whom the pose model found, None where it never looked."""
        said = tuple(self._said(event) for event in self._store.events(photo_id=photo.id))
        poses, merged = self._named(said)
        return Told(
            sha256=photo.sha256,
            source_sha256=photo.source_sha256,
            name=photo.name,
            added_by=photo.added_by,
            added_at=photo.added_at,
            source=photo.source,
            consent=photo.consent,
            group=str(photo.group),
            holdout=photo.holdout,
            pose_model=self._pose_model,
            people=None if people is None else tuple(people),
            said=said,
            poses=poses,
            merged=merged,
        )

    def _said(self, event: LabelEvent) -> Said:
        details = dict(event.details)
        guess = details.pop(GUESS, None)
        return Said(
            id=event.id,
            coach=event.coach,
            kind=event.kind,
            pose=self._slug(event.pose_id),
            side=event.side,
            person=event.person,
            undoes=event.undoes,
            shown=tuple((one.slug, one.probability) for one in event.shown),
            guess=self._slug(guess) if isinstance(guess, int) else None,
            lease=event.lease,
            ms=event.ms,
            details=details,
            at=event.at,
            order=event.seq or 0,
        )

    def _slug(self, pose_id: int | None) -> str | None:
        pose = self._poses.get(pose_id) if pose_id is not None else None
        return pose.slug if pose else None

    def _named(self, said: Iterable[Said]) -> tuple[Mapping[str, Pose], Mapping[str, str]]:
        """How the poses look that are named, with those that stand for them now; and which stands for which."""
        by_slug = {pose.slug: pose for pose in self._poses.values()}
        wanted = [one.pose for one in said if one.pose] + [one.guess for one in said if one.guess]
        wanted += [slug for one in said for slug, _ in one.shown]
        poses: dict[str, Pose] = {}
        merged: dict[str, str] = {}
        for slug in wanted:
            pose = by_slug.get(slug)
            while pose is not None and pose.slug not in poses:
                poses[pose.slug] = pose
                into = self._poses.get(pose.merged_into) if pose.merged_into else None
                if into is not None:
                    merged[pose.slug] = into.slug
                pose = into
        return poses, merged
