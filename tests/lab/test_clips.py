"""Clips: their frames become photos like any other, but for those that show nothing new."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.fakes import AGREED, Studio
from tests.labs import ANNA
from tests.vision.clips import MOVING, STILL, clip
from yogalab.lab.grid import PhotoFilter
from yogalab.lab.lab import Lab
from yogalab.records import VIDEO, Upload
from yogalab.vision.archive import unpack


def offered(path: Path, label: str | None = None) -> Upload:
    return Upload(name=path.name, data=path.read_bytes(), label=label)


def test_frames_are_photos_and_what_shows_nothing_new_stays_out(
    lab: Lab, studio: Studio, tmp_path: Path
) -> None:
    film = offered(clip(tmp_path / "flow.mp4", [MOVING, MOVING, STILL, STILL, STILL]), label="tree")
    added = lab.photos.add(ANNA, [film, studio.draw("boat", 1)], consent=AGREED)
    assert (len(added.new), added.alike, added.labelled, added.seen) == (4, 2, 3, 6)
    flow, boat = added.files
    assert (flow.name, flow.looked, flow.new, flow.alike, flow.nobody) == ("flow.mp4", 5, 3, 2, 3)
    assert (boat.name, boat.new, boat.nobody) == ("boat_1.png", 1, 0)
    photos = {tile.photo.name: tile.photo for tile in lab.photos.grid(ANNA, PhotoFilter()).tiles}
    assert sorted(photos) == ["boat_1.png", "flow 0:00.jpg", "flow 0:01.jpg", "flow 0:02.jpg"]
    frame = photos["flow 0:01.jpg"]
    assert (frame.source, frame.consent, photos["boat_1.png"].source) == ("video", AGREED, "upload")

    again = lab.photos.add(ANNA, [film], consent=AGREED)
    assert (again.new, len(again.known), again.alike) == ([], 3, 2)


def test_the_same_picture_with_another_body_is_not_the_same(lab: Lab, studio: Studio, tmp_path: Path) -> None:
    film = offered(clip(tmp_path / "still.mp4", [STILL, STILL, STILL]))
    for frame, seed in zip(unpack(film), (1, 1, 2), strict=True):
        studio.remember_like(frame, studio.draw("tree", seed))
    added = lab.photos.add(ANNA, [film], consent=AGREED)
    assert (len(added.new), added.alike) == (2, 1)


def test_a_frame_deleted_for_good_stays_out(lab: Lab, tmp_path: Path) -> None:
    film = offered(clip(tmp_path / "flow.mp4", [MOVING, MOVING]))
    first, second = lab.photos.add(ANNA, [film], consent=AGREED).new
    lab.photos.delete(ANNA, [first])
    again = lab.photos.add(ANNA, [film], consent=AGREED)
    assert (again.new, again.known, again.refused) == ([], [second], ["flow 0:00.jpg"])


def test_seconds_of_one_stretch_are_judged_or_taught_together(lab: Lab, studio: Studio) -> None:
    stretches = [str(number) for number in range(12)]
    frames = [
        replace(studio.draw(slug, number), source=VIDEO, stretch=stretch)
        for number, stretch in enumerate(stretches)
        for slug in ("tree", "boat", "cobra")
    ]
    added = lab.photos.add(ANNA, frames, consent=AGREED).new
    sides = [lab.review.card(ANNA, photo).photo.holdout for photo in added]
    together = [set(sides[first : first + 3]) for first in range(0, len(sides), 3)]
    assert all(len(side) == 1 for side in together)
    assert {True} in together and {False} in together
