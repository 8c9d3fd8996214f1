"""Wrong labels come first, and nothing is said before there is enough to compare with."""

from __future__ import annotations

import numpy as np
import pytest

from tests.learning.bodies import photos, some
from yogalab.asking.suspects import ENOUGH, enough, margins, suspects
from yogalab.learning import ladder
from yogalab.records import Matrix, TrainingSet

SLUGS = ("tree", "warrior_2", "chair", "boat")


def columns(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_the_margin_is_the_log_of_how_much_likelier_another_pose_is() -> None:
    answers: Matrix = np.array([[0.1, 0.8, 0.1], [0.6, 0.3, 0.1]], np.float32)
    assert margins(answers, columns(0, 0)) == pytest.approx([np.log(8), np.log(0.5)], rel=1e-5)


def test_a_pose_is_judged_from_eight_labels_on_and_beside_another_one() -> None:
    assert enough(columns(*[0] * ENOUGH, *[1] * ENOUGH, 2, 2)).tolist() == [0, 1]
    assert enough(columns(*[0] * ENOUGH, *[1] * (ENOUGH - 1))).tolist() == []


def test_suspects_come_with_what_the_model_says_instead_the_most_doubtful_first() -> None:
    named = columns(*[0] * 8, *[1] * 8)
    answers = np.tile(np.array([0.5, 0.4, 0.1], np.float32), (16, 1))
    answers[named == 1] = [0.4, 0.5, 0.1]
    answers[3] = [0.05, 0.05, 0.9]
    answers[12] = [0.98, 0.01, 0.01]
    first, second = suspects(answers, named)
    assert (first.row, first.called, first.instead) == (12, 1, 0)
    assert (second.row, second.called, second.instead) == (3, 0, 2)
    assert second.instead_probability == pytest.approx(0.9)


def test_wrong_labels_among_right_ones_are_found() -> None:
    train = photos(SLUGS, 12)
    rng = np.random.default_rng(0)
    poses = np.unique(train.y)
    wrong = rng.permutation(len(train))[:4]
    y = train.y.copy()
    y[wrong] = [rng.choice(poses[poses != train.y[row]]) for row in wrong]
    noisy = TrainingSet(x=train.x, y=y, photo_ids=train.photo_ids, groups=train.groups)
    prior = ladder.zero_shot(some(SLUGS), texts=None, dim=0, encoder=None, pose_model="drawn")
    head = ladder.retrain(noisy, prior, pool=None, progress=lambda share, stage: None)
    place = {int(pose_id): k for k, pose_id in enumerate(head.pose_ids)}
    named = np.array([place[int(pose_id)] for pose_id in y])
    doubt = margins(ladder.leave_one_out(head, noisy), named)
    assert set(np.argsort(-doubt)[:4].tolist()) == set(wrong.tolist())
