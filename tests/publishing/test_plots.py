"""What a card draws and counts: the same numbers that a judging gave, whatever poses are called."""

from __future__ import annotations

import numpy as np

from yogalab.learning.figures import figures
from yogalab.publishing.plots import drawn
from yogalab.records import PoseRef

POSES = [
    PoseRef(id=10 + k, slug=f"pose_{k}", name=name) for k, name in enumerate(("$x_", "a & b", "\U0001f9d8"))
]
SHOWN = np.array([10, 10, 11, 11, 12, 99])


def sure(*best: int) -> np.ndarray:
    """(n, 3) eight tenths for the pose named."""
    return np.where(np.eye(3)[list(best)] > 0, 0.8, 0.1).astype(np.float32)


def test_every_photo_is_counted_once_and_beside_the_version_before() -> None:
    told = figures(sure(0, 1, 1, 1, 0, 0), sure(0, 0, 0, 1, 2, 0), SHOWN, POSES)
    confusion = told["confusion"]
    counts = {(confusion["slugs"][a], confusion["slugs"][b]): n for a, b, n in confusion["counts"]}
    assert counts == {
        ("pose_0", "pose_0"): 1,
        ("pose_0", "pose_1"): 1,
        ("pose_1", "pose_1"): 2,
        ("pose_2", "pose_0"): 1,
    }
    paired = told["paired"]
    assert (paired["n"], paired["gained"], paired["lost"]) == (6, 1, 2)
    assert paired["poses"] == [["pose_0", 2, 0, 1], ["pose_1", 2, 1, 0], ["pose_2", 1, 0, 1]]
    reliability = told["reliability"]
    assert sum(reliability["photos"]) == 6
    assert np.average(reliability["right"], weights=reliability["photos"]) == 3 / 6
    assert set(reliability["sure"]) == {0.8}


def test_nothing_judged_is_nothing_drawn() -> None:
    told = figures(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.float32), SHOWN[:0], POSES)
    assert drawn({"figures": told, "curve": []}, {}) == {}


def test_pictures_take_any_name_and_are_the_same_again() -> None:
    told = figures(sure(0, 1, 1, 1, 0, 0), sure(0, 0, 0, 1, 2, 0), SHOWN, POSES)
    curve = [{"labels": n, "share": 0.5, "low": 0.4, "high": 0.6} for n in (0, 20)]
    names = {pose.slug: pose.name for pose in POSES}
    pictures = drawn({"figures": told, "curve": curve}, names)
    assert set(pictures) == {"learning", "confusion", "calibration"}
    assert pictures == drawn({"figures": told, "curve": curve}, names)
