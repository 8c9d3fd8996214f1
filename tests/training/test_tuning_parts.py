"""The parts a tuning is made of, each on its own."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from tests.training.networks import CAPTIONS, opened, pixels_of, write
from yogalab.records import EncoderChange
from yogalab.training.tuning.course import Sentences, Whole, unit
from yogalab.training.tuning.fitting import Fit, batch_at, rate_at
from yogalab.training.tuning.folds import folds
from yogalab.training.tuning.left_out import surprise
from yogalab.training.tuning.moves import Dense, LowRank, everything
from yogalab.training.tuning.pictures import Pictures
from yogalab.training.tuning.recipe import FLYP, LAST_BLOCK, PROJECTION, RUNGS
from yogalab.training.tuning.tower import Tower
from yogalab.training.tuning.ways import affordable
from yogalab.vision.clip import Loaded
from yogalab.vision.tuned import apply

IDS = np.array([4 * k + pose for k in range(4) for pose in range(3)])


@pytest.fixture(scope="module", params=["vit", "timm"])
def network(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return opened(write(tmp_path_factory.mktemp("networks"), request.param))


@pytest.fixture(scope="module")
def pictures(network: Loaded) -> Pictures:
    return Pictures.read(network, IDS, pixels_of, lambda share: None)


def test_near_duplicates_stay_together_and_poses_are_dealt_out_evenly() -> None:
    y = np.repeat([0, 1, 2], [9, 6, 1])
    groups = np.array([0, 0, 0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14, 15, 20])
    parts = folds(y, groups, 3, np.random.default_rng(0))
    assert sorted(np.concatenate(parts).tolist()) == list(range(16))
    for group in np.unique(groups):
        assert sum(group in groups[part] for part in parts) == 1
    assert [int(np.sum(y[part] == 1)) for part in parts] == [2, 2, 2]
    assert max(np.sum(y[part] == 0) for part in parts) - min(np.sum(y[part] == 0) for part in parts) <= 1


def test_there_are_no_more_parts_than_groups() -> None:
    parts = folds(np.array([0, 0, 1]), np.array([5, 5, 6]), 3, np.random.default_rng(0))
    assert sorted(part.tolist() for part in parts) == [[0, 1], [2]]


def test_each_photo_comes_once_a_pass_in_an_order_of_its_own() -> None:
    rows = np.arange(10, 17)
    passes = [[batch_at(3 * turn + k, rows, 3, seed=1) for k in range(3)] for turn in range(2)]
    assert [len(batch) for batch in passes[0]] == [3, 3, 1]
    first, second = (np.concatenate(parts).tolist() for parts in passes)
    assert sorted(first) == sorted(second) == rows.tolist()
    assert first != second
    assert np.concatenate([batch_at(k, rows, 3, seed=1) for k in range(3)]).tolist() == first
    assert sorted(batch_at(5, rows, 0, seed=1)) == rows.tolist()


def test_the_rate_goes_up_in_a_line_and_down_along_a_cosine() -> None:
    rates = [rate_at(step, 20, 1.0) for step in range(20)]
    assert rates[:3] == pytest.approx([0.5, 1.0, 1.0])
    # Half way between steps 2 and 20.
    assert rates[11] == pytest.approx(0.5)
    assert rates[-1] == pytest.approx((1 + np.cos(np.pi * 17 / 18)) / 2)


def test_surprise_is_that_of_the_best_loudness() -> None:
    # The right pose is ahead by .1 on one photo and behind by .1 on another: better say nothing aloud.
    cosines = torch.tensor([[0.1, 0.0], [0.0, 0.1]])
    assert surprise(cosines, torch.tensor([0, 0])) == pytest.approx(log(2), abs=0.002)
    # Ahead on both: as loud as is tried, 300.
    assert surprise(cosines, torch.tensor([0, 1])) == pytest.approx(log(1 + exp(-30)), abs=1e-6)


def test_a_tower_goes_on_from_where_it_was_cut(network: Loaded, pictures: Pictures) -> None:
    tower = Tower(network.network)
    assert tower.spots == ("projection", "last-block")
    looked = pictures.plain(np.arange(5))
    with torch.no_grad():
        right = network.network.encode_image(looked)
        said = tower.said(looked, tower.spots)
        for spot in tower.spots:
            torch.testing.assert_close(tower.onward(spot)(said[spot]), right, rtol=1e-4, atol=1e-5)
    last, block = (set(tower.moved_by(spot)) for spot in tower.spots)
    assert last < block < {name for name, _ in network.network.visual.named_parameters(prefix="visual")}


def test_pictures_are_what_the_encoder_sees(network: Loaded, pictures: Pictures) -> None:
    from PIL import Image

    right = torch.stack([network.prepare(Image.fromarray(pixels_of(int(i)))) for i in IDS[:3]])
    torch.testing.assert_close(pictures.plain(np.arange(3)), right, rtol=0, atol=1e-5)
    torch.testing.assert_close(pictures.plain(np.arange(3), mirror=True), right.flip(3), rtol=0, atol=1e-5)
    one, same, other = (pictures.drawn(np.arange(3), np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_low_rank_changes_start_from_nothing_and_leave_nothing(network: Loaded, pictures: Pictures) -> None:
    looked = pictures.plain(np.arange(4))
    before = {name: weight.clone() for name, weight in network.network.named_parameters()}
    with torch.no_grad():
        start = network.network.encode_image(looked)
        moves = LowRank(network.network, rank=2)
        moves.restart(0)
        torch.testing.assert_close(network.network.encode_image(looked), start, rtol=0, atol=1e-6)
        for weight in moves.weights.values():
            weight.add_(0.05)
        tuned = network.network.encode_image(looked)
        arrays = moves.arrays()
        moves.share(0.0)
        assert torch.equal(network.network.encode_image(looked), start)
        moves.release()
        assert torch.equal(network.network.encode_image(looked), start)
    after = dict(network.network.named_parameters())
    assert after.keys() == before.keys()
    assert all(torch.equal(after[name], weight) for name, weight in before.items())
    # Read by whoever opens the tuned encoder, they are the same change.
    with torch.no_grad():
        try:
            apply(network.network, change(arrays))
            torch.testing.assert_close(network.network.encode_image(looked), tuned, rtol=1e-4, atol=1e-5)
        finally:
            for name, weight in network.network.named_parameters():
                weight.copy_(before[name])


def test_how_far_weights_strayed_is_the_squared_distance() -> None:
    layer = nn.Linear(2, 1)
    moves = Dense(layer, ["weight", "bias"])
    with torch.no_grad():
        layer.weight.add_(torch.tensor([[1.0, 2.0]]))
        layer.bias.sub_(2.0)
    assert float(moves.strays().detach()) == pytest.approx(1 + 4 + 4)


def test_a_share_of_whole_changes_lies_on_the_line_between() -> None:
    layer = nn.Linear(3, 2)
    start = layer.weight.detach().clone()
    moves = Dense(layer, ["weight"])
    with torch.no_grad():
        layer.weight.add_(1.0)
    moves.settle()
    moves.share(0.25)
    torch.testing.assert_close(layer.weight.detach(), start + 0.25)
    moves.share(0.0)
    assert torch.equal(layer.weight, start)
    moves.take({"weight": np.full((2, 3), 2.0, np.float16)})
    moves.share(1.0)
    torch.testing.assert_close(layer.weight.detach(), start + 2.0)
    moves.release()
    assert torch.equal(layer.weight, start)
    assert not layer.weight.requires_grad


@pytest.mark.parametrize("loss", ["class-texts", "label-aware", "clip"])
def test_a_batch_in_parts_has_the_gradient_of_the_whole(
    loss: str, network: Loaded, pictures: Pictures, tmp_path: Path
) -> None:
    captions = Sentences(network, CAPTIONS[:3])

    def gradient(micro: int) -> dict[str, torch.Tensor]:
        recipe = replace(FLYP, loss=loss, batch=0, micro=micro, anchor=0.5)
        moves = Dense(network.network, everything(network.network))
        course = Whole(network, moves, pictures, captions, mirror=False)
        fit = Fit(
            recipe=recipe,
            course=course,
            y=IDS % 4,
            rows=np.arange(len(IDS)),
            scale=10.0,
            rate=1e-3,
            seed=0,
            folder=tmp_path,
            mark="",
        )
        for weight in moves.weights.values():
            weight.grad = None
        fit._backward(0, *fit._draw(0))
        found = {
            name: torch.zeros_like(weight) if weight.grad is None else weight.grad.clone()
            for name, weight in moves.weights.items()
        }
        moves.release()
        return found

    whole, parts = gradient(0), gradient(5)
    assert max(float(one.abs().max()) for one in whole.values()) > 1e-4
    for name, one in whole.items():
        torch.testing.assert_close(parts[name], one, rtol=1e-3, atol=1e-5, msg=name)


def test_a_slow_encoder_is_asked_for_less(network: Loaded, pictures: Pictures) -> None:
    tower = Tower(network.network)
    all_of_it = affordable(RUNGS["R3"], tower, pictures, network)
    assert [(recipe.method, recipe.views) for recipe in all_of_it] == [("projection", 4), ("last-block", 4)]
    endless = replace(LAST_BLOCK, passes=1e12)
    assert [recipe.method for recipe in affordable([PROJECTION, endless], tower, pictures, network)] == [
        "projection"
    ]
    least = affordable([replace(PROJECTION, passes=1e12)], tower, pictures, replace(network, mirror=True))
    assert [recipe.views for recipe in least] == [2]


def test_a_change_of_another_network_is_refused(network: Loaded) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        apply(network.network, change({"no.such": np.zeros((2, 2), np.float32)}))
    name, weight = next(iter(network.network.named_parameters()))
    with pytest.raises(ValueError, match="does not fit"):
        apply(network.network, change({name: np.zeros(weight.numel() + 1, np.float32)}))
    with pytest.raises(ValueError, match=":down"):
        apply(network.network, change({f"{name}:up": np.zeros((2, 2), np.float32)}))


def change(arrays: dict[str, np.ndarray]) -> EncoderChange:
    return EncoderChange(name="a+R4-0", base="a", rung="R4", method="lora", arrays=arrays)


def test_unit_rows_are_of_length_one() -> None:
    torch.testing.assert_close(unit(torch.tensor([[3.0, 4.0]])), torch.tensor([[0.6, 0.8]]))
