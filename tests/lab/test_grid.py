"""What the grid shows, beside a slow and plain way to say the same; and while the lab is still reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import Studio, studio_lab
from tests.labs import ANNA, BEN, fill
from yogalab.asking.dispute import dispute
from yogalab.lab.answer_columns import Status
from yogalab.lab.grid import Order, PhotoFilter, grid, matching
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.lab.photo_table import PhotoTables
from yogalab.lab.prior import prior_head
from yogalab.lab.snapshot import Snapshot
from yogalab.learning.labels import answers_of, resolve, standing
from yogalab.records import Consent, LabelEvent, LabelKind, Photo, Pose, Scored

POSES = {i: Pose(id=i, slug=f"pose-{i}", name=f"Pose {i}") for i in (11, 12, 13)}
COACHES = ("anna", "ben", "cleo")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
# Few values, so that there are ties.
SURE = st.sampled_from([0.0, 0.25, 0.5, 0.75])


class Small:
    """A lab of a few photos in memory, of which more can be said."""

    def __init__(self, sure: Sequence[tuple[float, int, bool, bool]]) -> None:
        """sure: for each photo its best guess's probability, how far its group lies back, looked at, found."""
        self.events: list[LabelEvent] = []
        self.photos = {
            number: _photo(number, group=max(number - back, 1))
            for number, (_, back, _, _) in enumerate(sure, start=1)
        }
        self.seen = [number for number, one in enumerate(sure, start=1) if one[2]]
        rows = [sure[number - 1] for number in self.seen]
        self.probabilities = np.array([[p, p / 2, 0.0][::way] for p, _, _, way in _ways(rows)], np.float32)
        self.found = np.array([found for *_, found in rows], bool)
        self.serial = 0

    def snapshot(self) -> Snapshot:
        self.serial += 1
        return Snapshot(
            serial=self.serial,
            version=0,
            seq=len(self.events),
            ids=np.array(self.seen, np.int64),
            row={number: row for row, number in enumerate(self.seen)},
            x=np.zeros((len(self.seen), 1), np.float32),
            found=self.found,
            groups=np.zeros(0, np.int64),
            holdout=np.zeros(0, bool),
            photos=self.photos,
            probabilities=self.probabilities.reshape(len(self.seen), 3),
            strange=np.zeros(len(self.seen), bool),
            pose_ids=np.array(list(POSES), np.int64),
            poses=POSES,
            resolved=resolve(self.events),
            prior=prior_head(None, "drawn", tuple(POSES.values())),
        )

    def said(self, photo_id: int) -> list[LabelEvent]:
        return [event for event in self.events if event.photo_id == photo_id]

    def say(self, coach: str, photo_id: int, kind: LabelKind, pose_id: int) -> None:
        mine = [event for event in standing(self.said(photo_id)) if event.coach == coach]
        if kind is LabelKind.UNDO and not mine:
            return
        self.events.append(
            LabelEvent(
                id=f"e{len(self.events)}",
                photo_id=photo_id,
                coach=coach,
                kind=kind,
                pose_id=pose_id if kind in {LabelKind.POSE, LabelKind.RULING} else None,
                undoes=mine[-1].id if kind is LabelKind.UNDO else None,
                seq=len(self.events) + 1,
            )
        )


def _ways(rows: Sequence[tuple[float, int, bool, bool]]) -> list[tuple[float, int, bool, int]]:
    return [(p, back, seen, 1 if back % 2 else -1) for p, back, seen, _ in rows]


def _photo(number: int, *, group: int) -> Photo:
    return Photo(
        id=number,
        source_sha256="",
        sha256="",
        key="",
        name=f"{number}.jpg",
        width=4,
        height=5,
        added_by="anna",
        added_at=NOON + timedelta(hours=number),
        source="upload",
        consent=Consent.DRAWN,
        group=group,
        holdout=False,
    )


def _number(event: LabelEvent) -> int:
    return event.pose_id if event.pose_id is not None else -1


# --- the plain way --------------------------------------------------------------------------------


def _guess(snapshot: Snapshot, number: int) -> Scored | None:
    prediction = snapshot.prediction(number)
    return prediction.best if prediction else None


def _status(snapshot: Snapshot, number: int) -> Status:
    label = snapshot.resolved.get(number)
    if label is None or (label.pose_id is None and label.kind is LabelKind.WRONG_SKELETON):
        if number not in snapshot.row:
            return Status.UNSEEN
        return Status.WAITING if snapshot.found[snapshot.row[number]] else Status.NOBODY_FOUND
    if label.disputed:
        return Status.DISPUTED
    if label.pose_id is not None:
        return Status.LABELLED
    return Status.SKIPPED if label.kind is LabelKind.SKIP else Status.NOT_A_POSE


def _passes(lab: Small, snapshot: Snapshot, number: int, wanted: PhotoFilter) -> bool:
    label, guess = snapshot.resolved.get(number), _guess(snapshot, number)
    sure = guess.probability if guess else 0.0
    status = _status(snapshot, number)
    pose = label.pose_id if label and label.pose_id is not None else guess.pose_id if guess else None
    if status is Status.NOT_A_POSE:
        pose = None
    said = standing(lab.said(number))
    at = snapshot.photos[number].added_at
    found = bool(snapshot.found[snapshot.row[number]]) if number in snapshot.row else None
    return (
        (wanted.pose is None or pose == wanted.pose)
        and (wanted.status is None or status is wanted.status)
        and wanted.least <= sure <= wanted.most
        and (wanted.coach is None or any(event.coach == wanted.coach for event in said))
        and (wanted.since is None or at >= wanted.since)
        and (wanted.until is None or at < wanted.until)
        and (wanted.found is None or found is wanted.found)
        and (wanted.differ is None or (_dispute(lab, number) > 0) is wanted.differ)
    )


def _dispute(lab: Small, number: int) -> float:
    return dispute([_number(event) for event in answers_of(standing(lab.said(number))).values()])


def _sorted(lab: Small, snapshot: Snapshot, numbers: list[int], order: Order) -> list[int]:
    newest = sorted(numbers, reverse=True)
    sure = {number: guess.probability if (guess := _guess(snapshot, number)) else 0.0 for number in numbers}
    if order is Order.OLDEST:
        return sorted(numbers)
    if order is Order.LEAST_SURE:
        return sorted(newest, key=lambda number: sure[number])
    if order is Order.MOST_SURE:
        return sorted(newest, key=lambda number: -sure[number])
    if order is Order.MOST_DISPUTED:
        return sorted(newest, key=lambda number: -_dispute(lab, number))
    return newest


def plainly(lab: Small, snapshot: Snapshot, wanted: PhotoFilter) -> list[tuple[int, ...]]:
    """The photos of each tile."""
    numbers = [number for number in snapshot.photos if _passes(lab, snapshot, number, wanted)]
    tiles: dict[int, list[int]] = {}
    for number in _sorted(lab, snapshot, numbers, wanted.order):
        key = snapshot.photos[number].group if wanted.fold else number
        tiles.setdefault(key, []).append(number)
    return [tuple(tile) for tile in tiles.values()]


# --- both -----------------------------------------------------------------------------------------

LABS = st.lists(st.tuples(SURE, st.integers(0, 2), st.booleans(), st.booleans()), min_size=1, max_size=8)
WORDS = st.lists(
    st.tuples(
        st.sampled_from(COACHES),
        st.integers(1, 8),
        st.sampled_from(list(LabelKind)),
        st.sampled_from(list(POSES)),
    ),
    max_size=14,
)
MOMENTS = st.none() | st.integers(0, 9).map(lambda hours: NOON + timedelta(hours=hours))
FILTERS = st.builds(
    PhotoFilter,
    pose=st.none() | st.sampled_from(list(POSES)),
    status=st.none() | st.sampled_from(list(Status)),
    least=st.sampled_from([0.0, 0.25]),
    most=st.sampled_from([0.5, 1.0]),
    coach=st.none() | st.sampled_from([*COACHES, "dora"]),
    since=MOMENTS,
    until=MOMENTS,
    found=st.none() | st.booleans(),
    differ=st.none() | st.booleans(),
    fold=st.booleans(),
    order=st.sampled_from(list(Order)),
)


@settings(max_examples=150, deadline=None)
@given(sure=LABS, words=WORDS, later=WORDS, wanted=st.lists(FILTERS, min_size=4, max_size=4))
def test_the_grid_is_what_the_plain_way_says(
    sure: list[tuple[float, int, bool, bool]],
    words: list[tuple[str, int, LabelKind, int]],
    later: list[tuple[str, int, LabelKind, int]],
    wanted: list[PhotoFilter],
) -> None:
    lab = Small(sure)
    tables = PhotoTables(lab.said, _number)
    for some in (words, later):
        # The second table is the first one brought up to date; a photo comes and one goes meanwhile.
        for coach, number, kind, pose_id in some:
            if number in lab.photos:
                lab.say(coach, number, kind, pose_id)
        snapshot = lab.snapshot()
        table = tables.of(snapshot)
        for one in (*wanted, PhotoFilter()):
            expected = plainly(lab, snapshot, one)
            page = grid(table, one, start=0, count=100)
            assert [tile.copies for tile in page.tiles] == expected
            assert [tile.photo.id for tile in page.tiles] == [tile[0] for tile in expected]
            assert [tile.status for tile in page.tiles] == [_status(snapshot, tile[0]) for tile in expected]
            assert [tile.best for tile in page.tiles] == [_guess(snapshot, tile[0]) for tile in expected]
            assert (page.total, page.photos) == (len(expected), sum(map(len, expected)))
            part = grid(table, one, start=1, count=2)
            assert (part.tiles, part.total) == (page.tiles[1:3], page.total)
            inside = [number for tile in expected[1:3] for number in tile]
            assert matching(table, one, start=1, count=2).tolist() == inside
            assert sorted(matching(table, one).tolist()) == sorted(n for tile in expected for n in tile)
        gone = min(lab.photos)
        lab.photos = {n: photo for n, photo in lab.photos.items() if n != gone} | {9: _photo(9, group=9)}
        lab.events = [event for event in lab.events if event.photo_id != gone]
        kept = [row for row, number in enumerate(lab.seen) if number != gone]
        lab.seen = [lab.seen[row] for row in kept]
        lab.probabilities, lab.found = lab.probabilities.reshape(-1, 3)[kept], lab.found[kept]


def test_what_was_not_looked_at_is_no_photo_without_anybody(lab: Lab, studio: Studio) -> None:
    (photo, *_) = fill(lab, studio, each=1)
    assert {tile.status for tile in lab.photos.grid(ANNA, PhotoFilter()).tiles} == {Status.WAITING}
    snapshot = lab._served.snapshot()
    unseen = replace(snapshot, serial=snapshot.serial + 1, ids=snapshot.ids[1:], found=snapshot.found[1:])
    unseen = replace(unseen, probabilities=snapshot.probabilities[1:])
    table = PhotoTables(lambda photo_id: (), _number).of(unseen)
    (tile,) = grid(table, PhotoFilter(status=Status.UNSEEN), start=0, count=5).tiles
    assert (tile.photo.id, tile.best) == (photo, None)
    assert grid(table, PhotoFilter(found=False), start=0, count=5).total == 0


def test_while_the_lab_reads_its_photos_the_newest_are_shown_without_guesses(
    tmp_path: Path, studio: Studio, made: tuple[Lab, Parts]
) -> None:
    ids = fill(made[0], studio, each=2)
    lab, _ = studio_lab(tmp_path, studio=studio)
    page = lab.photos.grid(ANNA, PhotoFilter(fold=True), start=1, count=3, wait=False)
    assert [tile.photo.id for tile in page.tiles] == sorted(ids, reverse=True)[1:4]
    assert (page.total, page.warming) == (len(ids), True)
    assert all(tile.best is None and tile.status is Status.UNSEEN for tile in page.tiles)
    # What passes a filter is not known yet.
    assert lab.photos.grid(ANNA, PhotoFilter(coach="anna"), wait=False).tiles == ()
    lab.warm()
    page = lab.photos.grid(ANNA, PhotoFilter(fold=True), count=3, wait=False)
    assert not page.warming and all(tile.best for tile in page.tiles)


def test_a_settled_difference_is_still_found(lab: Lab, studio: Studio) -> None:
    one, other, *_ = fill(lab, studio, each=1)
    for photo in (one, other):
        lab.review.label(ANNA, photo, "tree")
    lab.review.label(BEN, one, "boat")
    lab.review.rule(ANNA, one, "boat")
    lab.review.label(BEN, one, "tree")
    found = lab.photos.grid(ANNA, PhotoFilter(differ=True)).tiles
    assert [(tile.photo.id, tile.status) for tile in found] == [(one, Status.LABELLED)]
    (most, *_) = lab.photos.grid(ANNA, PhotoFilter(order=Order.MOST_DISPUTED)).tiles
    assert most.photo.id == one
