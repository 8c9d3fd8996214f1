"""What is none of the poses named so far is told apart, and left alone where that cannot be known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.learning.bodies import NOBODY, person, photos, some
from yogalab.learning import ladder, openset
from yogalab.learning.features import features
from yogalab.learning.refresh import strange
from yogalab.records import Head

TAUGHT = ["tree", "downward_dog", "warrior_2", "corpse", "boat", "plank"]
OTHER = ["triangle", "camel"]


def prior(slugs: list[str]) -> Head:
    return ladder.zero_shot(some(slugs), texts=None, dim=0, encoder=None, pose_model="drawn")


def test_energy_is_the_log_of_summed_exponentials() -> None:
    logits = np.log(np.array([[1.0, 2.0, 5.0], [0.5, 0.25, 0.25]]))
    np.testing.assert_allclose(openset.energy(logits, 1.0), np.log([8.0, 1.0]), atol=1e-12)
    np.testing.assert_allclose(openset.energy(2 * logits, 2.0), np.log([8.0, 1.0]), atol=1e-12)


def test_one_known_photo_in_twenty_lies_below_the_limit() -> None:
    train = photos(TAUGHT, 10)
    logits = np.zeros((60, 2))
    logits[:, 0] = np.arange(60)
    columns = np.repeat([0, 1], 30)
    limit = openset.familiar_from(logits, columns, train.x, 1.0)[openset.FAMILIAR]
    # floor(61 / 20) = 3: the third smallest of 60.
    assert limit == pytest.approx(openset.energy(logits[2:3], 1.0)[0])


def test_too_few_labels_set_no_limit() -> None:
    train = photos(TAUGHT, 5)
    assert openset.familiar_from(np.zeros((30, 2)), np.repeat([0, 1], 15), train.x, 1.0) == {}
    nobody = np.zeros((60, train.x.shape[1]), np.float32)
    assert openset.familiar_from(np.zeros((60, 2)), np.repeat([0, 1], 30), nobody, 1.0) == {}


def test_poses_that_nobody_named_look_strange_and_named_ones_do_not() -> None:
    base = prior(TAUGHT)
    learnt = ladder.refresh(base, photos(TAUGHT, 10), prior=base)
    known = photos(TAUGHT, 15, first=1000).x
    unknown = photos(OTHER, 15, first=1000).x
    assert strange(base, learnt, known, prior=base).mean() <= 0.15
    assert strange(base, learnt, unknown, prior=base).mean() >= 0.7


def test_before_enough_labels_nothing_looks_strange() -> None:
    base = prior(TAUGHT)
    learnt = ladder.refresh(base, photos(TAUGHT, 2), prior=base)
    assert learnt.familiar is None
    assert not strange(base, learnt, photos(OTHER, 5, first=1000).x, prior=base).any()


def test_a_photo_without_anybody_is_not_called_strange() -> None:
    base = prior(TAUGHT)
    learnt = ladder.refresh(base, photos(TAUGHT, 10), prior=base)
    assert not strange(base, learnt, features([NOBODY], dim=0), prior=base).any()


def test_a_version_with_a_limit_judges_by_it() -> None:
    head = replace(prior(TAUGHT), rung="R2")
    x = features([person("tree", 0), NOBODY], dim=0)
    logits = ladder.logits(head, x)
    assert not openset.strange(head, logits, x).any()
    settings = {**head.settings, openset.FAMILIAR: 1e9}
    assert openset.strange(replace(head, settings=settings), logits, x).tolist() == [True, False]
