"""The baselines do what their papers say, by values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab import skeleton
from yogalab.bench import clip_baselines, knn
from yogalab.bench.baselines import landmark_features, mirror_image


def people(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.random((count, 33, 4)).astype(np.float32), rng.random((count, 33, 3)).astype(np.float32)


def test_the_svm_sees_what_the_design_says() -> None:
    points, world = people(2)
    square = np.ones(2, np.float32)
    x = landmark_features(points, world, square)
    assert x.shape == (2, 66 + 99 + 12 + 33)
    moved = points + np.array([0.2, -0.1, 0, 0], dtype=np.float32)
    np.testing.assert_allclose(landmark_features(moved, world, square), x, atol=1e-5)


def test_twice_in_the_mirror_is_the_same_body() -> None:
    points, world = people(1)
    turned = mirror_image(*mirror_image(points, world))
    np.testing.assert_allclose(turned[0], points, atol=1e-6)
    np.testing.assert_allclose(turned[1], world, atol=1e-6)


# --- k-NN -----------------------------------------------------------------------------------------


def test_a_body_is_vectors_between_joints_in_sizes_of_the_body() -> None:
    points = np.zeros((1, 33, 4), np.float32)
    points[0, [skeleton.LEFT_SHOULDER, skeleton.RIGHT_SHOULDER], 1] = -0.1
    points[0, 15] = (0.25, 0, 0.5, 1)
    vectors = knn.embed(points, np.array([2.0], np.float32))
    assert vectors.shape == (1, 23, 3)
    # The photo is twice as wide as high, so the wrist is 0.5 from the hips: farther than 2.5 trunks of 0.1.
    np.testing.assert_allclose(vectors[0, 0], [0, -0.2, 0], atol=1e-6)
    # Hip to left wrist, the first of the far pairs after 1 + 4 + 4 + 4 others: depth counts in widths, like x.
    np.testing.assert_allclose(vectors[0, 13], [1, 0, 2], atol=1e-6)


def test_where_the_body_stands_and_how_large_it_is_does_not_matter() -> None:
    points, _ = people(1)
    square = np.ones(1, np.float32)
    moved = points * np.array([0.5, 0.5, 0.5, 1], np.float32) + np.array([0.3, 0.1, 0, 0], np.float32)
    np.testing.assert_allclose(knn.embed(moved, square), knn.embed(points, square), atol=1e-5)


def bodies(*values: float) -> np.ndarray:
    """Bodies whose every vector is (value, 0, 0)."""
    out = np.zeros((len(values), 23, 3), np.float32)
    out[:, :, 0] = np.array(values)[:, None]
    return out


def test_ten_nearest_vote_and_the_nearest_decides_between_equals() -> None:
    y = np.array([2] * 6 + [1] * 6)
    samples = bodies(1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 2.0, 2.1, 2.2, 2.3, 2.4, 2.5)
    # To 1.7 the ten nearest are 1.2 to 1.5 and 2.0 to 2.4, then 1.1: five of each, and 1.5 is the nearest.
    assert knn.nearest(samples, y, bodies(1.7))[0].tolist() == [2, 1, -1, -1, -1]
    # To 2.2 the ten nearest are all of the second, and 1.2 to 1.5 of the first.
    assert knn.nearest(samples, y, bodies(2.2))[0].tolist() == [1, 2, -1, -1, -1]


def test_a_query_is_tried_in_the_mirror_too() -> None:
    assert knn.nearest(bodies(1.0, -0.2), np.array([0, 1]), bodies(-1.0))[0, 0] == 0


def test_one_joint_far_off_keeps_a_sample_out_of_the_vote() -> None:
    """Of forty samples, thirty pass the first sieve; the one nearest on average has one joint far off."""
    samples = bodies(*([1.0] * 40))
    samples[:, 5, 1] = 0.3
    samples[0] = bodies(1.0)[0]
    samples[0, 0, 1] = 3.0
    y = np.array([7] + [4] * 39)
    assert 7 not in knn.nearest(samples, y, bodies(1.0))[0]


def test_depth_counts_a_fifth() -> None:
    deep, wide = bodies(1.0), bodies(1.0)
    deep[:, :, 2], wide[:, :, 1] = 1.0, 0.3
    samples = np.concatenate([deep, wide])
    assert knn.nearest(samples, np.array([0, 1]), bodies(1.0))[0, 0] == 0


# --- CLIP -----------------------------------------------------------------------------------------

TEXTS = np.eye(2, dtype=np.float32)
HALFWAY = np.array([[0.8, 0.6]], dtype=np.float32)


def test_clip_alone_is_a_hundred_times_the_cosine() -> None:
    np.testing.assert_allclose(clip_baselines.zero_shot(HALFWAY, TEXTS), [[80, 60]], atol=1e-4)


def test_tip_adapter_adds_what_the_labelled_photos_say() -> None:
    # One labelled photo of pose 1 at (0, 1): its cosine to the query is 0.6, so it adds exp(-5.5 · 0.4).
    logits = clip_baselines.tip_adapter(HALFWAY, TEXTS, TEXTS[[1]], np.array([1]))
    np.testing.assert_allclose(logits, [[80, 60 + np.exp(-2.2)]], rtol=1e-5)


def test_a_probe_names_the_side_it_was_shown_and_no_pose_it_was_not() -> None:
    samples = np.array([[1, 0], [0.9, 0.436], [0, 1], [0.436, 0.9]], dtype=np.float32)
    scores = clip_baselines.linear_probe(HALFWAY, samples, np.array([0, 0, 2, 2]), 3)
    assert scores.argmax() == 0
    assert scores[0, 1] == -np.inf
    assert np.exp(scores[0, [0, 2]]).sum() == pytest.approx(1, abs=1e-5)
