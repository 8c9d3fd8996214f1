"""An answer can be explained: what each part of the body says on its own."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import AGREED, Studio
from tests.lab.standins import named, people
from tests.labs import ANNA, POSES, fill
from yogalab.errors import PhotoNotFound
from yogalab.lab.lab import Lab
from yogalab.lab.part_votes import PartVotes
from yogalab.lab.parts import Parts
from yogalab.learning import parts
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


def test_parts_do_not_speak_against_a_pose_that_nobody_named(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=4)
    first = explained(lab, ids[0]).best.slug
    alike = [photo_id for photo_id in ids if explained(lab, photo_id).best.slug == first]
    for photo_id in alike[1:]:
        lab.review.label(ANNA, photo_id, first)
    others = [explained(lab, photo_id) for photo_id in ids if photo_id not in alike]
    unnamed = [one for one in others if one.best.slug != first]
    assert unnamed
    assert all(vote.pose_id == one.best.pose_id for one in unnamed for vote in one.parts.values())


def test_a_photo_that_is_not_here_explains_nothing(lab: Lab) -> None:
    with pytest.raises(PhotoNotFound):
        lab.review.explain(ANNA, 12345)


def test_the_newest_labels_are_listened_to_whenever_their_photos_came(
    lab: Lab, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_MOST_EACH", 2)
    photos = {i: lab.review.card(ANNA, i).photo for i in fill(lab, studio, each=4)}
    taught = [photo_id for photo_id, photo in photos.items() if not photo.holdout]
    for photo_id in reversed(taught):
        lab.review.label(ANNA, photo_id, "cobra")
    snapshot = lab._served.snapshot()
    votes = PartVotes(lab._served)._learnt(snapshot).view
    newest = snapshot.x[[snapshot.row[photo_id] for photo_id in (taught[1], taught[0])]]
    cobra = lab.poses.pose(ANNA, "cobra").id
    told = parts.part_view(
        newest,
        np.full(2, snapshot.pose_ids.tolist().index(cobra)),
        targets=votes.targets,
        tolerances=votes.tolerances,
    )
    for part, bodies in told.bodies.items():
        np.testing.assert_array_equal(votes.bodies[part], bodies)


def test_a_hundred_labels_are_not_learnt_anew_for_one_more_but_what_is_taken_back_is_forgotten(
    made: tuple[Lab, Parts],
) -> None:
    lab, parts_of_lab = made
    named(parts_of_lab, POSES * 20)
    open_ = people(parts_of_lab, ["crow"] * 8)
    votes, other = PartVotes(lab._served), open_[7]

    def view(photo_id: int) -> object:
        votes.of(lab._served.snapshot(), photo_id)
        assert votes._known is not None
        return votes._known.view

    before = view(other)
    lab.review.label(ANNA, open_[0], "crow")
    assert view(other) is before
    for photo_id in open_[1:4]:
        lab.review.label(ANNA, photo_id, "crow")
    after = view(other)
    assert after is not before
    lab.review.undo(ANNA)
    assert view(other) is after
    assert view(open_[3]) is not after
