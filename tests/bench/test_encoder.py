"""What an encoder adds to skeletons: probes, fusions, and where their weights come from."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.bench.bodies import drawn_bodies
from tests.bench.seen_photos import embedded_bodies, unit, vectors_of
from yogalab.bench import encoder
from yogalab.bench.encoder import (
    FUSED_CROSSED,
    FUSED_EVEN,
    FUSED_R2,
    FUSED_R2_UNSEEN,
    FUSED_UNSEEN,
    PROBE,
    SKELETON,
    Blind,
    of_collection,
)
from yogalab.bench.fusion import chosen_weights, crossed, pooled
from yogalab.bench.probes import NEVER, chosen_strength, probe
from yogalab.errors import BadDataset

# Test photos, by `embedded_bodies`: every third one.
NOBODY = (2, 14)


@pytest.fixture(scope="module")
def result() -> encoder.EncoderResult:
    bench = embedded_bodies(nobody=NOBODY)
    other = vectors_of(bench, noise=0.3, seed=1)
    blind = Blind(name="other", photos=other.photos, unseen=np.arange(len(bench.y)) % 2 == 0)
    return of_collection(bench, blind=(blind,))


def row(result: encoder.EncoderResult, learner: str, asked: str = "learnt.all") -> encoder.Standing:
    return next(one for one in result.rows if (one.learner, one.asked) == (learner, asked))


def test_each_fusion_stands_beside_the_skeleton_alone_on_the_same_photos(
    result: encoder.EncoderResult,
) -> None:
    assert (result.encoder, result.poses, result.train, result.test) == ("made-up/0", 3, 24, 12)
    assert row(result, SKELETON).ahead is None
    for learner in (PROBE, FUSED_EVEN, FUSED_UNSEEN, FUSED_CROSSED, FUSED_R2, FUSED_R2_UNSEEN):
        standing = row(result, learner)
        assert standing.n == 12 and standing.ahead is not None
    # Both sides see nearly everything here; what the skeleton cannot answer, the embedding does.
    assert row(result, FUSED_EVEN).top1.mean >= row(result, SKELETON).top1.mean + 2 / 12 - 1e-9


def test_photos_of_nobody_are_told_apart(result: encoder.EncoderResult) -> None:
    assert row(result, SKELETON, "learnt.nobody").n == 2
    assert row(result, SKELETON, "learnt.nobody").top1.mean == 0.0
    assert row(result, PROBE, "learnt.nobody").top1.mean == 1.0
    assert row(result, PROBE, "learnt.found").n == 10


def test_before_any_label_text_geometry_and_their_sum_are_told(result: encoder.EncoderResult) -> None:
    said = {one.learner: one for one in result.rows if one.asked == "unlabelled.all"}
    assert said[encoder.TEXT].top1.mean > 0.8
    assert said[encoder.SUM_EVEN].top1.mean >= said[encoder.GEOMETRY].top1.mean
    assert {encoder.SUM, encoder.SUM_CROSSED} <= set(said)


def test_which_weights_were_used_is_told(result: encoder.EncoderResult) -> None:
    assert result.weights[FUSED_EVEN] == ((1.0, 1.0),)
    assert len(result.weights[FUSED_CROSSED]) == 2 and len(result.weights[FUSED_UNSEEN]) == 1
    assert result.unseen == 12
    assert set(result.shares) == {FUSED_R2, FUSED_R2_UNSEEN}
    written = json.loads(json.dumps(result.to_json()))
    assert (written["format"], written["bench"]) == (1, "encoder")


def test_an_encoder_that_only_remembers_gets_weight_from_its_own_photos_and_none_from_unseen_ones() -> None:
    bare = drawn_bodies(12)
    split = np.array(["train", "train", "test"])[np.arange(len(bare.y)) % 3]
    remembered = vectors_of(bare, noise=0.02, seed=0)
    # Of photos it was not trained on it makes noise.
    noise = unit(np.random.default_rng(5).normal(size=remembered.photos.shape))
    photos = np.where((split == "train")[:, None], remembered.photos, noise)
    bench = replace(bare, split=split).seen_by(replace(remembered, photos=photos))
    blind = Blind(name="other", photos=noise, unseen=np.ones(len(bench.y), bool))
    result = of_collection(bench, blind=(blind,))
    (skeleton, picture), *_ = result.weights[FUSED_UNSEEN]
    assert picture < 0.3 * skeleton
    assert row(result, FUSED_UNSEEN).top1.mean >= row(result, SKELETON).top1.mean - 1 / 12
    assert result.shares[FUSED_R2_UNSEEN] <= result.shares[FUSED_R2]


def test_without_a_split_there_is_nothing_to_measure() -> None:
    bench = embedded_bodies()
    with pytest.raises(BadDataset):
        of_collection(replace(bench, split=np.full(len(bench.y), "")))


def test_pooled_answers_are_weighed_logarithms() -> None:
    # By hand: log(.5 * .8) over the pair against log(.5 * .2): the first answer decides nothing.
    one, other = np.log([[0.5, 0.5]]), np.log([[0.8, 0.2]])
    together = np.exp(pooled(one, other, (1.0, 2.0)))
    np.testing.assert_allclose(together / together.sum(), [[0.64 / 0.68, 0.04 / 0.68]], rtol=1e-5)


def test_weights_go_to_the_side_that_is_right() -> None:
    y = np.arange(60) % 2
    right = np.log(np.where(np.eye(2)[y] > 0, 0.8, 0.2)).astype(np.float32)
    guess = np.log(np.random.default_rng(0).dirichlet((2, 2), 60)).astype(np.float32)
    mine, theirs = chosen_weights(right, guess, y)
    assert mine > 1 and theirs < 0.5


def test_no_photo_and_no_copy_of_it_weighs_its_own_answer() -> None:
    y, groups = np.zeros(8, np.int64), np.arange(8) // 2
    one = np.log(np.full((8, 2), 0.5)).astype(np.float32)
    together, weights = crossed(one, one, y, groups, seed=0)
    assert together.shape == (8, 2) and len(weights) == 2


def test_a_probe_answers_only_poses_it_was_taught() -> None:
    x = unit(np.random.default_rng(0).normal(size=(6, 3)))
    x[:3, 0] += 3
    logs = probe(x, x, np.array([0, 0, 0, 2, 2, 2]), poses=3, strength=1.0)
    assert list(logs.argmax(axis=1)) == [0, 0, 0, 2, 2, 2]
    assert (logs[:, 1] == NEVER).all()


def test_one_label_a_pose_leaves_no_strength_to_choose() -> None:
    y = np.arange(3)
    assert chosen_strength(np.eye(3, dtype=np.float32), y, y, poses=3) == 0.1
