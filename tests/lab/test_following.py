"""Whatever happens to a lab, what it answers is what it would answer if it were opened anew."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.fakes import AGREED, Studio
from tests.labs import ANNA, BEN, POSES, fill, worked_off
from yogalab.lab.lab import Lab
from yogalab.lab.ledger import newest
from yogalab.lab.parts import Parts
from yogalab.lab.served import Served
from yogalab.records import LabelKind, Resolved

Step = Callable[[Lab, Studio, list[int]], object]


def same_as_anew(lab: Lab, parts: Parts) -> None:
    followed, anew = lab._served.snapshot(), Served(parts).snapshot()
    for name in ("ids", "pose_ids", "groups", "holdout", "found", "strange"):
        np.testing.assert_array_equal(getattr(followed, name), getattr(anew, name), err_msg=name)
    assert (followed.photos, followed.row, followed.version) == (anew.photos, anew.row, anew.version)
    np.testing.assert_allclose(followed.probabilities, anew.probabilities, atol=1e-5)


def label_some(lab: Lab, ids: list[int]) -> None:
    for place, photo_id in enumerate(ids[:12]):
        lab.review.label(ANNA, photo_id, POSES[place % len(POSES)])


def add(lab: Lab, studio: Studio, ids: list[int]) -> None:
    lab.photos.add(ANNA, [studio.draw(slug, 70) for slug in POSES], consent=AGREED)


def move_to_the_hold_out(lab: Lab, studio: Studio, ids: list[int]) -> None:
    lab._parts.store.set_group(ids[3:5], ids[3])
    lab._parts.store.set_holdout(ids[3:5])


def train(lab: Lab, studio: Studio, ids: list[int]) -> None:
    worked_off(lab, lab.versions.train(ANNA).id)


def train_and_go_on(lab: Lab, studio: Studio, ids: list[int]) -> None:
    train(lab, studio, ids)
    lab.versions.activate(ANNA, 1)
    lab.review.label(ANNA, ids[20], "boat")
    same_as_anew(lab, lab._parts)
    lab.poses.add(ANNA, "Teacher's own")
    lab.review.label(ANNA, ids[21], "Teacher's own")
    same_as_anew(lab, lab._parts)
    lab.photos.delete(ANNA, [ids[0]])
    same_as_anew(lab, lab._parts)
    lab.versions.rollback(ANNA)


STEPS: dict[str, Step] = {
    "label": lambda lab, studio, ids: lab.review.label(ANNA, ids[13], "tree"),
    "correction": lambda lab, studio, ids: lab.review.label(ANNA, ids[1], "cobra"),
    "dispute": lambda lab, studio, ids: lab.review.label(BEN, ids[1], "cobra"),
    "undo": lambda lab, studio, ids: lab.review.undo(ANNA),
    "wrong skeleton": lambda lab, studio, ids: lab.review.mark(ANNA, ids[2], LabelKind.WRONG_SKELETON),
    "photos": add,
    "deletion": lambda lab, studio, ids: lab.photos.delete(ANNA, ids[1:3]),
    "moved": move_to_the_hold_out,
    "new pose": lambda lab, studio, ids: lab.review.label(ANNA, ids[13], lab.poses.add(ANNA, "Mine").id),
    "hidden pose": lambda lab, studio, ids: lab.poses.hide(ANNA, "cobra"),
    "merged pose": lambda lab, studio, ids: lab.poses.merge(ANNA, "boat", "tree"),
    "version": train_and_go_on,
}


@pytest.mark.parametrize("step", STEPS.values(), ids=list(STEPS))
def test_a_lab_follows_what_happens_to_it(made: tuple[Lab, Parts], studio: Studio, step: Step) -> None:
    lab, parts = made
    ids = fill(lab, studio)
    label_some(lab, ids)
    same_as_anew(lab, parts)
    step(lab, studio, ids)
    same_as_anew(lab, parts)
    lab.review.label(ANNA, ids[14], "boat")
    same_as_anew(lab, parts)


def test_of_too_many_labels_the_newest_count_and_rare_poses_keep_theirs() -> None:
    answers = {
        i: Resolved(photo_id=i, pose_id=pose, coaches=("anna",), kind=LabelKind.POSE, seq=i)
        for i, pose in enumerate([1, 1, 2, 1, 1, 1])
    }
    assert set(newest(answers, 3)) == {5, 4, 2}
    assert newest(answers, 6) == answers
