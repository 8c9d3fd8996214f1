"""How much the prior counts beside labels."""

from __future__ import annotations

import numpy as np
import pytest

from tests.learning.bodies import photos, some
from yogalab.learning import blend, ladder
from yogalab.records import Head, TrainingSet

SLUGS = ("tree", "chair", "boat", "crow", "camel", "bow", "child", "goddess", "warrior_2", "cobra")


def prior() -> Head:
    return ladder.zero_shot(some(SLUGS), texts=None, dim=0, encoder=None, pose_model="studio/1")


def test_a_pose_with_one_label_or_none_cannot_be_judged() -> None:
    columns = np.array([0, 0, 3, -1, -1], dtype=np.int64)
    assert blend.judged(columns).tolist() == [True, True, False, False, False]


def test_left_out_a_labelled_photo_is_unexplored_but_for_labels_that_are_no_copies_of_it() -> None:
    alike, one = np.array([[1.0, 0.9, 0.5], [0.9, 1.0, 0.5], [0.5, 0.5, 1.0]]), np.ones(3)
    groups = np.array([4, 4, 9])
    free = blend.unexplored_left_out(alike, one, one, groups, groups)
    # The first two are copies: only .5² = .25 is near. The third has both: .5.
    near, touching = np.array([0.25, 0.25, 0.5]), np.array([1, 1, 2]) * 0.5**12
    assert free == pytest.approx((1 - touching) / (1 + (near / 2) ** 1.5))


def test_many_labels_of_a_few_poses_do_not_silence_the_others() -> None:
    head = prior()
    train = photos(SLUGS[:3], 12)
    others = photos(SLUGS[3:], 8, first=1000)
    trained = ladder.retrain(train, head, pool=None, progress=lambda share, stage: None)
    assert right(trained, others) > right(head, others) - 0.05
    later = ladder.refresh(head, train, prior=head)
    best = ladder.served(head, later, others.x, prior=head).argmax(axis=1)
    assert float((later.pose_ids[best] == others.y).mean()) > right(head, others) - 0.05


def right(head: Head, test: TrainingSet) -> float:
    best = ladder.probabilities(head, test.x).argmax(axis=1)
    return float((head.pose_ids[best] == test.y).mean())
