"""Why a photo is asked: the reason given is the one that made it worth asking."""

from __future__ import annotations

import numpy as np
import pytest

from tests.asking.shelf import NOWHERE, POSES, photos, queue
from yogalab import words
from yogalab.asking.reasons import reasons_of_rest


def test_among_photos_equally_new_the_unsure_one_names_its_two_poses() -> None:
    one = queue().order(photos([0.55, 0.9, 0.9], named=(11, 22)))[0]
    assert (one.photo_id, one.reason) == (100, "ask.unsure")
    assert one.data == {"first": 11, "second": 22, "first_percent": 55, "second_percent": 45}


def test_among_photos_equally_unsure_the_one_unlike_all_named_ones_says_so() -> None:
    seen = photos([0.7] * 4, places=[10, 10.2, 10.3, 30], settled=(0,), named=(11,))
    one = queue().order(seen)[0]
    assert (one.photo_id, one.reason) == (103, "ask.strange")
    assert one.data["first"] == 11


def test_the_first_of_a_pose_that_nobody_named_says_so() -> None:
    seen = photos([0.7] * 4, places=[10, 10.2, 10.3, 30], settled=(0,), named=(22,))
    one = queue().order(seen)[0]
    assert (one.photo_id, one.reason) == (103, "ask.first")
    assert (one.data["first"], one.data["first_percent"]) == (11, 70)


def test_before_any_label_a_photo_like_many_says_how_many() -> None:
    seen = photos([1 / 3] * 9, places=[10, 20, 30, 40, *([50] * 5)])
    seen.probabilities[:] = 1 / 3
    one = queue().order(seen)[0]
    assert (one.reason, one.data) == ("ask.many", {"count": 5})


def test_a_sample_counts_for_the_whole_pool() -> None:
    n = 400
    seen = photos([1 / 3] * n, places=[50] * (n - 4) + [10, 20, 30, 40])
    seen.probabilities[:] = 1 / 3
    one = queue(sample=100).order(seen)[0]
    assert one.reason == "ask.many"
    count = one.data["count"]
    assert isinstance(count, int) and 350 <= count <= 400 and count % 10 == 0


def test_a_clear_photo_asked_for_the_sake_of_unclear_ones_says_so() -> None:
    # The clear one lies amid three unclear ones, of which the middle one was skipped.
    lead = [0.99, 0.5, 0.5, 0.5, *([0.99] * 12)]
    places = [50, 49.1, 50.9, 50.0, *np.linspace(100, 210, 12)]
    asking = queue()
    asking.order(photos(lead, places=places))
    one = asking.order(photos(lead, places=places, settled=(3,), taught=(), named=(11,)))[0]
    assert (one.photo_id, one.reason) == (100, "ask.like")


def test_photos_that_come_after_the_chosen_ones_say_what_can_be_said() -> None:
    rows = np.array([[0.6, 0.4, 0], [0.98, 0.01, 0.01], [1 / 3, 1 / 3, 1 / 3]], dtype=np.float32)
    codes = [one.code for one in reasons_of_rest(rows, POSES, np.array([True, True, False]))]
    assert codes == ["ask.unsure", "ask.sure", "ask.unseen"]
    assert reasons_of_rest(rows[:1, :1], POSES[:1], np.array([True]))[0].code == "ask.new"


def test_a_faint_second_guess_is_no_question() -> None:
    rows = np.array([[0.89, 0.01, 0.1], [0.85, 0.01, 0], [0.4, 0.02, 0.01]], dtype=np.float32)
    codes = [one.code for one in reasons_of_rest(rows, POSES, np.array([True, True, True]))]
    assert codes == ["ask.unsure", "ask.likely", "ask.unsure"]


def test_a_photo_like_no_other_says_its_own_guess_once_poses_are_named() -> None:
    lead = [0.5, 0.95, 0.95, 0.95]
    asked = queue().order(photos(lead, places=[10, 60, 110, 160], named=(0, 1, 2)))
    assert "ask.new" not in [one.reason for one in asked]


def test_a_photo_in_which_nothing_was_seen_says_so() -> None:
    (one,) = queue().order(photos([0.5], places=[NOWHERE]))
    assert one.reason == "ask.unseen"


@pytest.mark.parametrize(
    "reason", ["unsure", "strange", "first", "many", "like", "check", "unseen", "sure", "new"]
)
def test_every_reason_has_a_sentence(reason: str) -> None:
    said = words.say(
        f"ask.{reason}", first="Tree", second="Boat", first_percent=55, second_percent=45, count=30
    )
    assert "{" not in said
