"""What a card says before a coach answers: who is judged, which side, and if it may be none of the poses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.lab.test_checks import named, people
from tests.labs import ANNA
from tests.learning.bodies import person
from yogalab.errors import PhotoNotFound
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import FAINT, Landmarks, Pose
from yogalab.ui import present

TAUGHT = ("tree", "boat", "chair", "cobra", "plank")


def somebody(slug: str, seed: int = 0) -> Landmarks:
    landmarks = person(slug, seed).landmarks
    assert landmarks is not None
    return landmarks


def seen(made: tuple[Lab, Parts], sights: Sequence[Landmarks]) -> int:
    """A photo in which the pose model saw these."""
    parts = made[1]
    (photo_id,) = people(parts, ["tree"])
    parts.store.put_landmarks(photo_id, parts.landmarker.name, sights)
    return photo_id


def shown(lab: Lab, photo_id: int) -> dict[str, object]:
    poses: dict[int, Pose] = dict(lab.poses.by_id(ANNA))
    return present.card(lab.review.card(ANNA, photo_id), poses)


def test_of_several_people_the_first_is_judged_and_the_card_says_so(made: tuple[Lab, Parts]) -> None:
    crowd = [somebody("tree"), replace(somebody("boat"), person=1), replace(somebody("chair"), person=2)]
    photo_id = seen(made, crowd)
    card = made[0].review.card(ANNA, photo_id)
    assert card.people == 3 and len(card.others) == 2
    assert card.landmarks is not None and (card.landmarks.points == crowd[0].points).all()
    drawn = shown(made[0], photo_id)
    assert drawn["notes"] == ["3 people: the one drawn in full is judged."]
    assert drawn["others"] == [present.points(one) for one in crowd[1:]]


def test_a_faint_guess_is_nobody(made: tuple[Lab, Parts]) -> None:
    photo_id = seen(made, [replace(somebody("tree"), found_by=FAINT, trust=0.1)])
    card = made[0].review.card(ANNA, photo_id)
    assert (card.people, card.landmarks, card.others) == (0, None, ())


def test_a_one_sided_pose_comes_with_its_side(made: tuple[Lab, Parts]) -> None:
    card = made[0].review.card(ANNA, seen(made, [somebody("tree", 3)]))
    assert card.prediction is not None and card.prediction.best.slug == "tree"
    assert card.sides[card.prediction.best.pose_id] in {"left", "right"}
    poses = made[0].poses.by_id(ANNA)
    assert all(poses[pose_id].sided for pose_id in card.sides)


def test_a_pose_that_nobody_named_looks_strange_once_there_are_labels(made: tuple[Lab, Parts]) -> None:
    lab, parts = made
    unknown = people(parts, ["triangle", "camel", "downward_dog", "eagle", "bow"])
    poses = parts.store.poses()
    # A lab that knows the taught poses only: the others would claim their own photos.
    for pose in poses:
        if pose.slug not in TAUGHT:
            lab.poses.hide(ANNA, pose.id)

    def strange() -> list[bool]:
        predictions = [lab.review.card(ANNA, photo_id).prediction for photo_id in unknown]
        return [one is not None and one.strange for one in predictions]

    assert not any(strange())
    known = named(parts, [slug for slug in TAUGHT for _ in range(12)])
    assert sum(strange()) >= 3
    assert not any(lab.review.card(ANNA, photo_id).prediction.strange for photo_id in known)  # type: ignore[union-attr]
    wondered = unknown[strange().index(True)]
    assert any("none of the poses" in str(note) for note in shown(lab, wondered)["notes"])  # type: ignore[attr-defined]
    lab.review.label(ANNA, wondered, "tree")
    assert not shown(lab, wondered)["notes"]


def test_a_photo_that_is_not_here_has_no_card(lab: Lab) -> None:
    with pytest.raises(PhotoNotFound):
        lab.review.card(ANNA, 4711)
