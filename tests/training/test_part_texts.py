"""Texts of body parts pull the branches of a skeleton network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from yogalab.learning.features import layout_of
from yogalab.records import Matrix
from yogalab.training.drawn import branches, drawn_people
from yogalab.training.part_encoder import Recipe
from yogalab.training.part_texts import Alignment, PartAlignment, PartTexts
from yogalab.training.skeletons import SkeletonNetwork, teach_skeletons

FEW = Recipe(hidden=(16, 8), steps=60, batch=64)
SLUGS = ("boat", "downward_dog", "tree", "warrior_2")
PARTS = ("whole", "head", "arms", "torso", "legs")


Bodies = tuple[Matrix, NDArray[np.int64]]


def directions(poses: int = len(SLUGS), dim: int = 6, seed: int = 0) -> PartTexts:
    """Two texts of each pose and part, in random directions."""
    rng = np.random.default_rng(seed)

    def unit() -> Matrix:
        rows = rng.normal(size=(2, dim))
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    return PartTexts(vectors={part: tuple(unit() for _ in range(poses)) for part in PARTS})


@pytest.fixture(scope="module")
def bodies() -> Bodies:
    return drawn_people(SLUGS, 20, seed=0)


def taught(bodies: Bodies, texts: PartTexts | None, weight: float) -> SkeletonNetwork:
    return teach_skeletons(*bodies, recipe=FEW, seed=3, texts=texts, alignment=Alignment(weight=weight))


def test_a_branch_that_lies_on_its_text_pays_what_the_formula_says() -> None:
    """Two poses, unit texts e1 and e2, vectors on them, scale s: KL of Q against softmax([s, 0]), by hand."""
    texts = PartTexts(vectors={"whole": (np.array([[1, 0]], np.float32), np.array([[0, 1]], np.float32))})
    aligned = PartAlignment({"arms": 2}, texts, Alignment(weight=0.5, exponential=False), seed=0)
    with torch.no_grad():
        projection = aligned.projections["whole"]
        assert isinstance(projection, nn.Linear)
        projection.weight.copy_(torch.eye(2))
        projection.bias.zero_()
        loss = aligned({"arms": torch.eye(2)}, torch.tensor([0, 1]))
    scale = np.log(1 / 0.07)
    q = 1 / (1 + np.exp(-10.0))
    p = 1 / (1 + np.exp(-scale))
    by_hand = q * np.log(q / p) + (1 - q) * np.log((1 - q) / (1 - p))
    assert float(loss) == pytest.approx(0.5 * by_hand, rel=1e-4)


@pytest.mark.parametrize(("exponential", "begins"), [(True, 1 / 0.07), (False, 2.6593)])
def test_a_scale_begins_as_in_clip_or_as_in_gaps_released_code(exponential: bool, begins: float) -> None:
    texts = PartTexts(vectors={"arms": directions().vectors["arms"]})
    aligned = PartAlignment({"arms": 2}, texts, Alignment(exponential=exponential), seed=0)
    assert float(aligned.scale("arms").detach()) == pytest.approx(begins, rel=1e-4)


def test_texts_that_weigh_nothing_change_nothing(bodies: Bodies) -> None:
    """So that networks with texts and without can be compared: the same beginning, batches and dropout."""
    without, weightless = taught(bodies, None, 0.8), taught(bodies, directions(), 0.0)
    np.testing.assert_array_equal(without.logs(bodies[0]), weightless.logs(bodies[0]))


def test_parts_learn_to_name_poses_by_their_texts(bodies: Bodies) -> None:
    longer = replace(FEW, steps=100)
    network = teach_skeletons(*bodies, recipe=longer, seed=3, texts=directions(dim=16))
    x, y = drawn_people(SLUGS, 10, seed=99)
    said = network.similarities(x)
    assert tuple(said) == PARTS
    assert (said["whole"].argmax(axis=1) == y).mean() > 0.9
    assert (said["legs"].argmax(axis=1) == y).mean() > 0.8
    assert (network.logs(x).argmax(axis=1) == y).mean() > 0.9


def test_a_body_and_its_mirror_image_are_the_same_to_it(bodies: Bodies) -> None:
    network, x = taught(bodies, directions(), 0.8), bodies[0][:5]
    mirrored = x.copy()
    mirrored[:, layout_of(x.shape[1]).odd] *= -1
    np.testing.assert_allclose(network.embedding(x), network.embedding(mirrored), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(network.embedding(x), axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(np.exp(network.logs(x)).sum(axis=1), 1, atol=1e-5)


def test_without_texts_no_part_says_anything(bodies: Bodies) -> None:
    assert taught(bodies, None, 0.8).similarities(bodies[0][:2]) == {}


def test_every_wording_is_drawn_and_never_one_that_is_not_there() -> None:
    texts = directions()
    short = PartTexts(vectors={"whole": (texts.vectors["whole"][0][:1], *texts.vectors["whole"][1:])})
    aligned = PartAlignment({"arms": 2}, short, Alignment(), seed=0)
    drawn = np.stack([aligned._drawn("whole", torch.arange(4)).numpy() for _ in range(30)])
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=2), 1, atol=1e-5)
    assert [len(np.unique(drawn[:, pose], axis=0)) for pose in range(4)] == [1, 2, 2, 2]


def test_a_control_gives_every_pose_the_texts_of_another() -> None:
    texts = directions()
    for seed in range(10):
        other = texts.exchanged(seed)
        for part in PARTS:
            pairs = zip(texts.vectors[part], other.vectors[part], strict=True)
            assert not any(np.array_equal(own, given) for own, given in pairs)
        # One pose's parts all come from the same other pose.
        sources = [
            [i for i, own in enumerate(texts.vectors[part]) if np.array_equal(own, other.vectors[part][0])]
            for part in PARTS
        ]
        assert all(source == sources[0] for source in sources)


def test_another_control_is_one_random_direction_a_pose() -> None:
    random = directions().random(1)
    assert all(one.shape == (1, 6) for one in random.vectors["arms"])
    assert not np.array_equal(random.vectors["arms"][0], random.vectors["legs"][0])
    np.testing.assert_allclose(np.linalg.norm(random.means("arms"), axis=1), 1, atol=1e-6)


def test_no_sentence_is_encoded_twice() -> None:
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> Matrix:
        asked.extend(texts)
        return np.eye(len(texts), 4, dtype=np.float32)

    said: list[dict[str, tuple[str, ...]]] = [
        {"whole": ("tree", "vriksasana"), "arms": ("up",)},
        {"whole": ("boat",), "arms": ("up",)},
    ]
    texts = PartTexts.of(said, encode)
    assert sorted(asked) == ["boat", "tree", "up", "vriksasana"]
    assert [len(one) for one in texts.vectors["whole"]] == [2, 1]
    np.testing.assert_array_equal(texts.vectors["arms"][0], texts.vectors["arms"][1])


def test_branches_read_how_well_joints_were_seen_only_where_told() -> None:
    width = drawn_people(SLUGS[:1], 1, seed=0)[0].shape[1]
    seen = set(layout_of(width).blocks["visibility"].tolist())
    assert not seen & set(branches(width)["whole"].tolist())
    assert seen <= set(branches(width, visibility=True)["whole"].tolist())
