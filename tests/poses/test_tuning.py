"""Photos say how BlazePose measures what templates ask for."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from yogalab.poses.geometry import DESCRIPTORS
from yogalab.poses.tuning import line, tune, written

DRAFTS = np.array([[0.0, np.nan], [100.0, np.nan], [200.0, 5.0]], dtype=np.float32)
LIMITS = np.array([10.0, 1.0], dtype=np.float32)


def test_a_line_through_agreeing_poses_is_held_back_by_two_poses_worth() -> None:
    # Two poses measured 3 tolerances high, Huber weight w: offset = 3 * 2w / (2w + 2), w = 1 / (3 - offset).
    # With o the offset: o = 3w / (w + 1), w = 1 / (3 - o) gives o = 3 / (4 - o), so o = 1.
    drafted, measured = np.array([0.0, 10.0]), np.array([3.0, 13.0])
    assert line(drafted, measured) == (pytest.approx(1.0, abs=1e-3), pytest.approx(1.0))


def test_a_line_never_stretches() -> None:
    rng = np.random.default_rng(0)
    drafted = rng.uniform(-5, 5, 20)
    assert line(drafted, 2 * drafted)[1] == 1.0
    assert line(drafted, 0.5 * drafted)[1] < 0.8


def test_a_descriptor_that_no_photo_speaks_of_stays_as_it_is() -> None:
    unknown = np.full(3, np.nan)
    assert line(np.array([1.0, 2.0, 3.0]), unknown) == (0.0, 1.0)


def test_twenty_photos_move_a_target_halfway_to_their_median() -> None:
    bodies = np.tile([[110.0, 0.0]], (20, 1)).astype(np.float32)
    tuned = tune(DRAFTS, LIMITS, bodies, np.ones(20, dtype=np.int64))
    # One pose is no line, so the draft counts as drafted: half of 100 and half of 110.
    assert tuned.targets[1, 0] == pytest.approx(105.0)
    assert tuned.targets[0, 0] == DRAFTS[0, 0]
    assert tuned.photos.tolist() == [0, 20, 0]


def test_what_a_draft_leaves_free_stays_free() -> None:
    bodies = np.zeros((4, 2), dtype=np.float32)
    tuned = tune(DRAFTS, LIMITS, bodies, np.array([0, 0, 1, 1]))
    assert (np.isnan(tuned.targets) == np.isnan(DRAFTS)).all()


def test_the_file_holds_what_was_tuned() -> None:
    wide = np.full((2, len(DESCRIPTORS)), np.nan, dtype=np.float32)
    wide[0, 0], wide[1, 1] = 10, 90
    bodies = np.full((20, len(DESCRIPTORS)), 20, dtype=np.float32)
    tuned = tune(wide, np.full(len(DESCRIPTORS), 20, np.float32), bodies, np.zeros(20, dtype=np.int64))
    read = tomllib.loads(written(tuned, ["tree", "boat"]))
    assert read["poses"] == {"tree": {DESCRIPTORS[0]: 15.0}}
