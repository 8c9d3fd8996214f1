"""The gate lets through what is no worse, and says why when it does not."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab import words
from yogalab.learning.gate import PROMOTING, judge
from yogalab.records import PoseRef, Verdict

POSES = tuple(PoseRef(id=k, slug=f"pose_{k}", name=f"Pose {k}") for k in range(10))


def answers(y: np.ndarray, right: np.ndarray) -> np.ndarray:
    p = np.zeros((len(y), len(POSES)), dtype=np.float32)
    p[np.arange(len(y)), np.where(right, y, (y + 1) % len(POSES))] = 1
    return p


def verdict(
    y: np.ndarray, mine: np.ndarray, theirs: np.ndarray, *, early: bool = False, seed: int = 0
) -> Verdict:
    return judge(
        answers(y, mine), answers(y, theirs), y, POSES, groups=np.arange(len(y)), early=early, seed=seed
    )


def labelled(n: int) -> np.ndarray:
    return np.arange(n, dtype=np.int64) % len(POSES)


def test_a_better_version_goes_through() -> None:
    y = labelled(200)
    worse = np.arange(200) % 4 != 0
    found = verdict(y, np.ones(200, bool), worse)
    assert (found.promoted, found.reason) == (True, "gate.better")
    assert found.difference == pytest.approx(0.25)
    assert found.interval[0] > 0.15


def test_equal_answers_go_through() -> None:
    y = labelled(60)
    same = np.arange(60) % 3 != 0
    found = verdict(y, same, same)
    assert (found.promoted, found.reason, found.interval) == (True, "gate.no_worse", (0.0, 0.0))


def test_a_worse_version_does_not() -> None:
    y = labelled(200)
    found = verdict(y, np.arange(200) % 10 != 0, np.ones(200, bool))
    assert (found.promoted, found.reason) == (False, "gate.worse")


def test_a_version_that_may_be_worse_is_held_back() -> None:
    y, mine, theirs = labelled(60), np.ones(60, bool), np.ones(60, bool)
    mine[:4], theirs[4:8] = False, False
    found = verdict(y, mine, theirs)
    assert (found.promoted, found.reason, found.difference) == (False, "gate.unsure", 0.0)


def test_one_pose_lost_stops_a_version_that_is_better_elsewhere() -> None:
    y = np.repeat(np.arange(10, dtype=np.int64), 20)
    mine, theirs = np.ones(200, bool), np.arange(200) % 5 != 0
    theirs[:20] = True
    mine[:6] = False
    found = verdict(y, mine, theirs)
    assert (found.promoted, found.reason, found.worse_poses) == (False, "gate.pose_lost", ("pose_0",))


def test_a_pose_with_four_photos_is_too_small_to_stop_a_version() -> None:
    y = np.concatenate([np.repeat(np.arange(1, 10, dtype=np.int64), 40), np.zeros(4, dtype=np.int64)])
    mine, theirs = np.ones(len(y), bool), np.arange(len(y)) % 6 != 0
    mine[-4:], theirs[-4:] = False, True
    assert verdict(y, mine, theirs).promoted


def test_near_duplicates_count_as_one_photo() -> None:
    y = labelled(100)
    mine, theirs = np.ones(100, bool), np.ones(100, bool)
    mine[:5], theirs[50:55] = False, False
    apart = verdict(y, mine, theirs).interval
    groups = np.arange(100)
    groups[:5] = 0
    together = judge(answers(y, mine), answers(y, theirs), y, POSES, groups=groups).interval
    assert together[0] < apart[0]


def test_the_same_seed_gives_the_same_interval() -> None:
    y = labelled(80)
    rng = np.random.default_rng(0)
    mine, theirs = rng.random(80) < 0.8, rng.random(80) < 0.8
    assert verdict(y, mine, theirs, seed=4) == verdict(y, mine, theirs, seed=4)


def test_early_no_worse_is_enough() -> None:
    y, mine, theirs = labelled(30), np.ones(30, bool), np.ones(30, bool)
    mine[:3], theirs[3:7] = False, False
    assert not verdict(y, mine, theirs).promoted
    early = verdict(y, mine, theirs, early=True)
    assert (early.promoted, early.early, early.reason) == (True, True, "gate.no_worse")
    assert not verdict(y, theirs, mine, early=True).promoted


def test_early_with_one_label_a_pose_nothing_can_be_judged() -> None:
    y = labelled(10)
    found = verdict(y, np.zeros(10, bool), np.ones(10, bool), early=True)
    assert (found.promoted, found.reason) == (True, "gate.first_labels")


def test_without_photos_nothing_is_promoted() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert verdict(none, none.astype(bool), none.astype(bool)).reason == "gate.no_photos"


def candidates(n: int, *, worse: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Answers of a version and of one truly that much worse, right on about 85 %, differing on 6 %."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, len(POSES), n)
    theirs = rng.random(n) < 0.85
    lose, win = (0.06 + worse) / 2 / 0.85, (0.06 - worse) / 2 / 0.15
    mine = np.where(theirs, rng.random(n) >= lose, rng.random(n) < win)
    return y, mine, theirs


def test_of_versions_three_points_worse_hardly_any_gets_through_and_of_equal_ones_most() -> None:
    def share(worse: float) -> float:
        runs = [verdict(*candidates(1000, worse=worse, seed=seed), seed=seed) for seed in range(60)]
        return float(np.mean([run.promoted for run in runs]))

    assert share(0.03) <= 0.05
    assert share(0.0) >= 0.7


def test_every_reason_has_a_sentence() -> None:
    found = verdict(labelled(10), np.ones(10, bool), np.ones(10, bool))
    reasons = {"gate.worse", "gate.unsure", "gate.pose_lost", "gate.no_photos", *PROMOTING}
    for reason in reasons:
        assert words.say(reason, **found.data)
