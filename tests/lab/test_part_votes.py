"""An answer can be explained: what each part of the body says on its own."""

from __future__ import annotations

import pytest

from tests.fakes import AGREED, Studio
from tests.labs import ANNA, fill
from yogalab.errors import PhotoNotFound
from yogalab.lab.lab import Lab
from yogalab.learning.parts import PARTS
from yogalab.records import Prediction


def explained(lab: Lab, photo_id: int) -> Prediction:
    prediction = lab.review.explain(ANNA, photo_id)
    assert prediction is not None
    return prediction


def test_parts_that_are_sure_name_their_pose(lab: Lab, studio: Studio) -> None:
    heard = [explained(lab, photo_id) for photo_id in fill(lab, studio, each=3)]
    votes = [vote for prediction in heard for vote in prediction.parts.values()]
    assert all(set(prediction.parts) <= set(PARTS) for prediction in heard)
    assert all(0.6 <= vote.probability <= 1 for vote in votes)
    agree = [vote.slug == one.best.slug for one in heard for part, vote in one.parts.items() if part == "legs"]
    assert len(agree) > 3 and sum(agree) > 0.7 * len(agree)


def test_a_card_does_not_wait_for_its_explanation(lab: Lab, studio: Studio) -> None:
    photo_id = fill(lab, studio, each=1)[0]
    prediction = lab.review.card(ANNA, photo_id).prediction
    assert prediction is not None and not prediction.parts
    assert explained(lab, photo_id).ranked == prediction.ranked


def test_a_labelled_photo_does_not_hear_its_own_echo(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=4)
    spoken = next(photo_id for photo_id in ids if explained(lab, photo_id).parts)
    lab.review.label(ANNA, spoken, "cobra")
    assert not explained(lab, spoken).parts


def test_parts_learn_a_pose_of_the_coach_s_own(lab: Lab, studio: Studio) -> None:
    mine = lab.poses.add(ANNA, "Teacher's favourite")
    uploads = [studio.draw("eagle", seed) for seed in range(8)]
    ids = lab.photos.add(ANNA, uploads, consent=AGREED).new

    def say_mine() -> int:
        return sum(vote.pose_id == mine.id for i in ids[6:] for vote in explained(lab, i).parts.values())

    assert say_mine() == 0
    for photo_id in ids[:6]:
        lab.review.label(ANNA, photo_id, mine.id)
    assert say_mine() >= 2


def test_a_photo_that_is_not_here_explains_nothing(lab: Lab) -> None:
    with pytest.raises(PhotoNotFound):
        lab.review.explain(ANNA, 12345)
