"""The review page says which part of the body speaks for another pose."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes import AGREED, Studio
from tests.labs import ANNA
from yogalab import skeleton
from yogalab.lab.lab import Lab
from yogalab.records import Asked, Scored
from yogalab.ui import present
from yogalab.ui.review import ReviewPage
from yogalab.words import say


def test_a_part_that_says_another_pose_is_told_apart(lab: Lab, studio: Studio) -> None:
    photo_id = lab.photos.add(ANNA, [studio.draw("tree", 1)], consent=AGREED).new[0]
    prediction = lab.review.explain(ANNA, photo_id)
    assert prediction is not None
    best, other = prediction.ranked[0], prediction.ranked[1]
    parts = {"legs": best, "arms": Scored(pose_id=other.pose_id, slug=other.slug, probability=0.8)}
    poses = lab.poses.by_id(ANNA)
    legs, arms = present.parts(replace(prediction, parts=parts), poses)
    assert (legs["part"], legs["against"]) == ("legs", False)
    assert (arms["part"], arms["against"]) == ("arms", True)
    assert legs["says"] == f"The legs say {poses[best.pose_id].name}"
    assert arms["says"] == f"The arms say {poses[other.pose_id].name}"


def test_the_page_asks_for_one_photo_at_a_time(lab: Lab, studio: Studio) -> None:
    photo_id = lab.photos.add(ANNA, [studio.draw("downward_dog", 1)], consent=AGREED).new[0]
    answer = ReviewPage(lab).explain(ANNA, {"photo": photo_id})
    assert isinstance(answer, dict) and isinstance(answer["parts"], list)


def test_a_pose_that_nobody_named_is_told_once(lab: Lab, studio: Studio) -> None:
    photo_id = lab.photos.add(ANNA, [studio.draw("tree", 1)], consent=AGREED).new[0]
    card = lab.review.card(ANNA, photo_id)
    assert card.prediction is not None
    strange = replace(card, prediction=replace(card.prediction, strange=True))

    def told(reason: str) -> bool:
        asked = Asked(photo_id=photo_id, reason=reason)
        return say("review.strange") in present.notes(replace(strange, asked=asked))

    assert [told(reason) for reason in ("ask.check", "ask.strange", "ask.first")] == [True, False, False]


def test_every_bone_belongs_to_a_part() -> None:
    assert skeleton.part_of(25, 27) == "legs"
    assert skeleton.part_of(14, 16) == "arms"
    assert skeleton.part_of(11, 12) == skeleton.part_of(12, 24) == "torso"
    assert {skeleton.part_of(a, b) for a, b in skeleton.BONES} == set(skeleton.PARTS)
