"""When more labels no longer pay, and that nothing is said too early."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab import words
from yogalab.asking.stopping import little_to_gain, settled_down, target_reached
from yogalab.records import Advice


def answered(shares: list[float], photos: int) -> np.ndarray:
    """The first photos are right, as many as the share says: parts that know more know what others knew."""
    return np.array([np.arange(photos) < share * photos for share in shares])


def gain(shares: list[float], *, photos: int = 200, labels: int = 200) -> Advice | None:
    sizes = [round(labels * part) for part in (0.4, 0.55, 0.7, 0.85, 1)]
    return little_to_gain(sizes, answered(shares, photos), rng=np.random.default_rng(0))


def test_a_level_curve_says_that_fifty_more_labels_bring_little() -> None:
    said = gain([0.9, 0.9, 0.9, 0.9, 0.9])
    assert said == Advice(reason="stop.gain", data={"labels": 50})


def test_a_rising_curve_says_nothing() -> None:
    assert gain([0.6, 0.68, 0.74, 0.79, 0.83]) is None


def test_a_level_curve_of_few_photos_or_few_labels_says_nothing() -> None:
    assert gain([0.9] * 5, photos=49) is None
    assert gain([0.9] * 5, labels=99) is None


def test_the_target_is_reached_by_its_lower_bound_on_enough_photos() -> None:
    said = target_reached(0.953, 300)
    assert said is not None and said.data == {"percent": 95, "photos": 300}
    assert target_reached(0.94, 300) is None
    assert target_reached(0.99, 49) is None


def test_three_versions_that_answer_alike_are_stable() -> None:
    rng = np.random.default_rng(0)
    one = rng.integers(0, 5, 500)
    other = one.copy()
    other[:3] = (other[:3] + 1) % 5
    assert settled_down([one, other, one], [50, 100, 150]) is not None
    changed = one.copy()
    changed[:20] = (changed[:20] + 1) % 5
    assert settled_down([changed, one, one], [50, 100, 150]) is None
    assert settled_down([one, one], [50, 100]) is None


def test_versions_of_the_same_labels_say_nothing() -> None:
    one = np.arange(500) % 5
    assert settled_down([one, one, one], [50, 60, 150]) is None


@pytest.mark.parametrize("reason", ["target", "stable", "gain"])
def test_every_sign_has_a_sentence(reason: str) -> None:
    said = words.say(f"stop.{reason}", percent=95, photos=300, labels=50, versions=3)
    assert "{" not in said
