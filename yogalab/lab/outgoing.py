"""Photos on their way out of the lab, with what coaches said of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from yogalab.errors import PhotoNotFound
from yogalab.lab.bodies import foremost
from yogalab.lab.parts import Parts
from yogalab.lab.served import Served
from yogalab.lab.snapshot import Snapshot
from yogalab.records import LabelEvent, Outgoing, Resolved

# Skeletons are read from the database for so many photos at a time.
CHUNK = 256


def outgoing(
    parts: Parts,
    served: Served,
    snapshot: Snapshot,
    ids: Sequence[int],
    on_step: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Outgoing]:
    """Yield some photos of a snapshot in the order of `ids`. on_step: told how many of how many are done."""
    model = parts.landmarker.name
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        people = parts.store.landmarks(model, photo_ids=chunk)
        for done, photo_id in enumerate(chunk, start + 1):
            answer = agreed(snapshot, photo_id)
            said = _last_said(served, photo_id, answer)
            yield Outgoing(
                photo=snapshot.photos[photo_id],
                pose=snapshot.poses[served.final_pose(answer.pose_id or 0)] if answer else None,
                side=said.side if said else None,
                coaches=answer.coaches if answer else (),
                labelled_at=said.at if said else None,
                people=foremost(people.get(photo_id, ()), snapshot.person(photo_id)),
                read=_reader(parts, photo_id, snapshot.photos[photo_id].key),
            )
            on_step(done, len(ids))


def agreed(snapshot: Snapshot, photo_id: int) -> Resolved | None:
    """What coaches agreed on; None where nobody named a pose or coaches disagree."""
    answer = snapshot.resolved.get(photo_id)
    known = answer is not None and answer.pose_id is not None and not answer.disputed
    return answer if known else None


def _last_said(served: Served, photo_id: int, answer: Resolved | None) -> LabelEvent | None:
    """The newest event that names the photo's pose."""
    if answer is None:
        return None
    history, final = served.ledger.history(photo_id), served.final_pose
    return next((e for e in reversed(history) if e.pose_id and final(e.pose_id) == answer.pose_id), None)


def _reader(parts: Parts, photo_id: int, key: str) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with parts.files.open(key) as file:
                return file.read()
        except FileNotFoundError as error:
            raise PhotoNotFound(photo_id=photo_id) from error

    return read
