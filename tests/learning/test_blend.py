"""How much the prior counts beside labels."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from tests.learning.bodies import photos, some
from yogalab.learning import blend, ladder
from yogalab.records import Head, TrainingSet

SLUGS = ("tree", "chair", "boat", "crow", "camel", "bow", "child", "goddess", "warrior_2", "cobra")


def prior() -> Head:
    return ladder.zero_shot(some(SLUGS), texts=None, dim=0, encoder=None, pose_model="studio/1")


def test_labels_per_pose_is_a_geometric_mean_in_which_untaught_poses_count_as_one() -> None:
    columns = np.array([0] * 4 + [3] * 9, dtype=np.int64)
    assert blend.labels_per_pose(columns, untaught=0) == pytest.approx(sqrt(4 * 9))
    # (4 * 9 * 1 * 1) ** (1 / 4)
    assert blend.labels_per_pose(columns, untaught=2) == pytest.approx(sqrt(6))
    assert blend.labels_per_pose(np.zeros(0, np.int64), untaught=5) == 1.0


def test_untaught_poses_are_those_that_only_the_prior_knows() -> None:
    head = prior()
    taught = np.array([0, 0, 3], dtype=np.int64)
    assert blend.untaught(head, taught) == len(SLUGS) - 2
    head.arrays["targets"][5] = np.nan
    assert blend.untaught(head, taught) == len(SLUGS) - 3


def test_many_labels_of_a_few_poses_do_not_silence_the_others() -> None:
    head = prior()
    train = photos(SLUGS[:3], 12)
    others = photos(SLUGS[3:], 8, first=1000)
    trained = ladder.retrain(train, head, pool=None, progress=lambda share, stage: None)
    assert right(trained, others) > right(head, others) - 0.15
    later = ladder.refresh(head, train, prior=head)
    best = ladder.served(head, later, others.x, prior=head).argmax(axis=1)
    assert float((later.pose_ids[best] == others.y).mean()) > right(head, others) - 0.15


def right(head: Head, test: TrainingSet) -> float:
    best = ladder.probabilities(head, test.x).argmax(axis=1)
    return float((head.pose_ids[best] == test.y).mean())
