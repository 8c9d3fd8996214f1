"""Which photos are kept aside."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.learning.holdout import choose


def test_a_share_of_every_pose_is_kept_aside() -> None:
    labels = np.repeat(np.arange(4), [200, 100, 40, 20])
    kept = choose(np.arange(360), labels, rng=np.random.default_rng(0))
    assert [int(kept[labels == k].sum()) for k in range(4)] == [30, 15, 6, 3]


def test_near_duplicates_fall_on_one_side() -> None:
    groups = np.repeat(np.arange(100), 3)
    kept = choose(groups, np.zeros(300, int), rng=np.random.default_rng(1)).reshape(100, 3)
    assert (kept.all(axis=1) | ~kept.any(axis=1)).all()
    assert kept.any()


def test_rare_poses_are_kept_aside_as_often_as_others_in_the_long_run() -> None:
    labels = np.arange(2000)
    kept = choose(np.arange(2000), labels, rng=np.random.default_rng(2))
    assert kept.mean() == pytest.approx(0.15, abs=0.03)


def test_the_same_seed_keeps_the_same_photos() -> None:
    labels = np.repeat(np.arange(4), 25)
    one, other = (choose(np.arange(100), labels, rng=np.random.default_rng(5)) for _ in range(2))
    assert (one == other).all()


def test_nothing_to_choose_from_is_nothing_kept() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert choose(none, none, rng=np.random.default_rng(0)).shape == (0,)
