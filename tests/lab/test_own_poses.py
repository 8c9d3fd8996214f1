"""A coach's own pose, from a photo or in words, before anybody has labelled it."""

from __future__ import annotations

import pytest

from tests.fakes import AGREED, Studio
from tests.labs import ANNA, fill, guess
from yogalab.errors import NobodyToCopy, NotAllowed, PhotoNotFound, UnclearLooks
from yogalab.lab.lab import Lab
from yogalab.records import Coach, Role


@pytest.fixture
def six(lab: Lab) -> Lab:
    """A lab that knows six poses, none of them a handstand."""
    lab.poses.keep_only(ANNA, ["tree", "warrior_2", "downward_dog", "cobra", "boat", "corpse"])
    return lab


def handstands(lab: Lab, studio: Studio) -> list[int]:
    return lab.photos.add(ANNA, [studio.draw("handstand", seed) for seed in range(5)], consent=AGREED).new


def test_a_pose_like_one_photo_is_guessed_in_others_and_the_old_ones_stay(six: Lab, studio: Studio) -> None:
    old = fill(six, studio, each=2)
    before = [guess(six, photo) for photo in old]
    first, *others = handstands(six, studio)
    six.poses.add(ANNA, "Upside tree of ours", like=first)
    assert {guess(six, photo) for photo in others} == {"upside_tree_of_ours"}
    assert [guess(six, photo) for photo in old] == before


def test_a_pose_told_in_words_is_guessed_before_any_label(six: Lab, studio: Studio) -> None:
    photos = handstands(six, studio)
    six.poses.add(ANNA, "Upside tree of ours", looks="standing on the hands, legs together, legs straight")
    assert {guess(six, photo) for photo in photos} == {"upside_tree_of_ours"}


def test_a_description_that_says_nothing_adds_no_pose(lab: Lab) -> None:
    with pytest.raises(UnclearLooks):
        lab.poses.add(ANNA, "Quark of ours", looks="very frobnicated")
    assert not lab.poses.search(ANNA, "Quark of ours")
    assert lab.poses.understand(ANNA, "very frobnicated").unknown == ("frobnicated",)


def test_a_photo_without_a_person_shows_no_pose(lab: Lab, studio: Studio) -> None:
    upload = Studio().draw("tree", 77)
    (nobody,) = lab.photos.add(ANNA, [upload], consent=AGREED).new
    with pytest.raises(NobodyToCopy):
        lab.poses.add(ANNA, "Quark of ours", like=nobody)
    with pytest.raises(PhotoNotFound):
        lab.poses.add(ANNA, "Quark of ours", like=nobody + 1)
    assert not lab.poses.search(ANNA, "Quark of ours")


def test_whoever_only_looks_adds_no_pose(lab: Lab) -> None:
    with pytest.raises(NotAllowed):
        lab.poses.add(Coach(id="eve", name="Eve", role=Role.VIEWER), "Mine", looks="arms overhead")


def test_the_card_says_which_figures_speak_for_the_guess(six: Lab, studio: Studio) -> None:
    told = six.review.card(ANNA, fill(six, studio, each=1)[0]).tellings
    assert told.fits
    assert all(one.part and one.way for one in (*told.fits, *told.strays))
