"""So many at once and one more after every little while: never more, and never fewer for who waits."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import AGREED, Studio, studio_lab
from yogalab.errors import NotYours, TooOften
from yogalab.lab.pace import PACKS, Allowance, Pace
from yogalab.records import Coach, Role

ALLOWED = Allowance(at_once=3, seconds=2.0)


@given(st.lists(st.sampled_from([0.0, 0.25, 1.0, 2.0, 5.0]), max_size=60))
def test_never_more_than_is_allowed_and_always_after_the_wait_that_was_told(steps: list[float]) -> None:
    now = [1e7]
    pace = Pace(lambda: now[0])
    taken: list[float] = []
    for step in steps:
        now[0] += step
        wait = pace.waiting("x", "anna", ALLOWED)
        if wait:
            now[0] += wait
            assert pace.waiting("x", "anna", ALLOWED) == 0
        taken.append(now[0])
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            room = ALLOWED.at_once + (taken[last] - taken[first]) / ALLOWED.seconds
            assert last - first + 1 <= room + 1e-6


def test_people_and_what_they_do_are_counted_apart_and_what_was_refused_counts_nothing() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    for _ in range(3):
        pace.take("x", "anna", ALLOWED)
    for _ in range(5):
        with pytest.raises(TooOften) as told:
            pace.take("x", "anna", ALLOWED)
        assert told.value.data == {"seconds": 2}
    pace.take("y", "anna", ALLOWED)
    pace.take("x", "ben", ALLOWED)
    now[0] += 2
    pace.take("x", "anna", ALLOWED)


def test_however_many_come_only_so_many_are_remembered() -> None:
    pace = Pace(lambda: 0.0)
    for number in range(50_000):
        pace.waiting("x", str(number), ALLOWED)
    assert len(pace._rested) <= 20_000


def test_the_whole_lab_is_not_packed_again_and_again(tmp_path: Path) -> None:
    lab, _ = studio_lab(tmp_path / "lab")
    olga = Coach(id="olga", name="Olga")
    for _ in range(PACKS.at_once):
        lab.pack(olga, tmp_path / "lab.zip")
    with pytest.raises(TooOften):
        lab.pack(olga, tmp_path / "lab.zip")
    lab.close()


def test_a_coach_deletes_their_own_photo_until_somebody_else_has_spoken_of_it(tmp_path: Path) -> None:
    studio = Studio()
    lab, _ = studio_lab(tmp_path / "lab", studio=studio)
    cleo, ben = (Coach(id=name.lower(), name=name, role=Role.COACH) for name in ("Cleo", "Ben"))
    one, other = lab.photos.add(cleo, [studio.draw("tree", n) for n in (1, 2)], consent=AGREED).new
    lab.review.label(cleo, one, "tree")
    assert lab.photos.delete(cleo, [one]) == 1
    lab.review.label(ben, other, "tree")
    for who in (cleo, ben):
        with pytest.raises(NotYours):
            lab.photos.delete(who, [other])
    assert lab.photos.delete(Coach(id="olga", name="Olga"), [other]) == 1
    lab.close()


def test_a_folder_of_a_pose_that_is_none_makes_one_for_an_owner_alone(tmp_path: Path) -> None:
    studio = Studio()
    lab, _ = studio_lab(tmp_path / "lab", studio=studio)
    cleo = Coach(id="cleo", name="Cleo", role=Role.COACH)
    added = lab.photos.add(cleo, [studio.draw("tree", n, label="Moon Walk") for n in (1, 2)], consent=AGREED)
    assert (len(added.new), added.labelled) == (2, 0)
    assert [error.code for arrival in added.files for error in arrival.errors] == ["pose.not_found"]
    assert lab.poses.search(cleo, "Moon Walk") == []
    again = lab.photos.add(
        Coach(id="olga", name="Olga"), [studio.draw("tree", 1, label="Moon Walk")], consent=AGREED
    )
    assert again.labelled == 1
    lab.close()
