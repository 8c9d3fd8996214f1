"""Training an encoder from nothing: it learns what it is shown, and being stopped changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training import networks
from yogalab.errors import Cancelled, TuningFailed
from yogalab.records import Landmarks
from yogalab.training.augmentation import Strength
from yogalab.training.corpus import Corpus, corpus, shrunk
from yogalab.training.pretraining import pace, pretrain
from yogalab.training.recipe import Recipe
from yogalab.training.views import batch_of, rows_of
from yogalab.vision.tokens import short_tokenizer
from yogalab.vision.untrained import untrained

SLUGS = ("plank", "corpse", "mountain", "child")
STILL = Strength(around=0, zoom=1, stretch=0, turn=0, blur=0, erase=0)
SHORT = Recipe(
    epochs=16,
    batch=16,
    rate=1e-2,
    drawn=0,
    figures=0,
    sizes=((1.0, 32),),
    text_every=2,
    average=0.9,
    views=STILL,
)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a network's config and its tokenizer's merges."""
    folder = tmp_path_factory.mktemp("plan")
    networks.write(folder, "timm")
    return folder / "timm"


def test_it_learns_to_name_poses_from_photos_alone(plan: Path, tmp_path: Path) -> None:
    network = _trained(plan, tmp_path, SHORT, _photos(8))
    unseen = _photos(6, start=50)
    assert _right(network, plan, unseen) >= 0.6


def test_stopped_and_gone_on_is_as_never_stopped(plan: Path, tmp_path: Path) -> None:
    brief = Recipe(epochs=3, batch=8, drawn=0, figures=0, sizes=((0.5, 32), (1.0, 64)), text_every=3)
    calls = 0

    def stop(share: float, stage: str) -> None:
        nonlocal calls
        calls += 1
        # Two of six steps: the third is by sentences that the first one read.
        if calls == 2:
            raise Cancelled

    lessons = _photos(4)
    whole = _trained(plan, tmp_path / "whole", brief, lessons, save_every=1e9)
    with pytest.raises(Cancelled):
        _trained(plan, tmp_path / "cut", brief, lessons, progress=stop, save_every=0)
    went_on = _trained(plan, tmp_path / "cut", brief, lessons)
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, went_on.state_dict()[name]), name


def test_another_recipe_does_not_go_on_from_it(plan: Path, tmp_path: Path) -> None:
    brief = Recipe(epochs=1, batch=8, drawn=0, figures=0, sizes=((1.0, 32),))
    longer = Recipe(epochs=2, batch=8, drawn=0, figures=0, sizes=((1.0, 32),))
    lessons = _photos(2)
    _trained(plan, tmp_path / "one", brief, lessons)
    after = _trained(plan, tmp_path / "one", longer, lessons)
    fresh = _trained(plan, tmp_path / "two", longer, lessons)
    assert all(torch.equal(a, b) for a, b in zip(after.parameters(), fresh.parameters(), strict=True))


def test_other_lessons_do_not_go_on_from_it(plan: Path, tmp_path: Path) -> None:
    brief = Recipe(epochs=1, batch=4, drawn=0, figures=0, sizes=((1.0, 32),))
    lessons = _photos(1)
    others = {
        "a label mended": replace(lessons, y=np.concatenate([[1], lessons.y[1:]])),
        "with a teacher": replace(lessons, teacher=np.ones((len(lessons), 2, 3), np.float32)),
        "another photo": replace(lessons, pictures=[networks.picture(0, 99), *lessons.pictures[1:]]),
    }
    _trained(plan, tmp_path, brief, lessons)
    for change, other in others.items():
        steps: list[float] = []
        _trained(plan, tmp_path, brief, other, progress=lambda share, stage, steps=steps: steps.append(share))
        assert steps == [1.0], change


def test_one_stopped_goes_on_where_a_longer_one_was_before(plan: Path, tmp_path: Path) -> None:
    longer, brief = (
        Recipe(epochs=epochs, batch=4, drawn=0, figures=0, sizes=((1.0, 32),)) for epochs in (3, 2)
    )
    lessons = _photos(1)
    _trained(plan, tmp_path, longer, lessons)

    def stop(share: float, stage: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        _trained(plan, tmp_path, brief, lessons, progress=stop, save_every=0)
    steps: list[float] = []
    _trained(plan, tmp_path, brief, lessons, progress=lambda share, stage: steps.append(share))
    assert steps == [1.0]


def test_a_loss_that_is_no_number_stops_it(plan: Path, tmp_path: Path) -> None:
    mad = Recipe(epochs=2, batch=8, rate=1e30, drawn=0, figures=0, sizes=((1.0, 32),), warm_up=0.0)
    with pytest.raises(TuningFailed):
        _trained(plan, tmp_path, mad, _photos(6))


def test_every_round_looks_at_every_photo_once() -> None:
    lessons = _photos(5)
    recipe = Recipe(batch=10, drawn=0, figures=0)
    seen = np.concatenate([rows_of(lessons, recipe, step) for step in range(4)])
    assert sorted(seen[:20]) == list(range(20))
    assert sorted(seen[20:]) == list(range(20))
    assert list(seen[:20]) != list(seen[20:])


def test_in_a_mirror_left_is_right() -> None:
    points = np.zeros((33, 4), np.float32)
    points[:, :2] = 0.5
    points[15] = (0.1, 0.5, 0, 1)  # the left wrist, at the picture's left
    points[:, 3] = 1
    body = Landmarks(points=points, world=points[:, :3], aspect=1.0, found_by="first", trust=0.9)
    recipe = Recipe(batch=1, drawn=0, figures=0, views=STILL)
    lessons = corpus(("plank",), [networks.picture(0, 0)], ["plank"], [body])
    flips = set()
    for step in range(12):
        batch = batch_of(lessons, recipe, step, size=32)
        left, right = batch.points[0, 15, 0].item(), batch.points[0, 16, 0].item()
        # Views stray a little in size and place: a wrist on the left, or its mirror image on the right.
        flips.add((left < 0.35, right > 0.65))
    assert flips == {(True, False), (False, True)}


def test_drawn_figures_are_part_of_each_batch_and_have_bodies() -> None:
    lessons = corpus(SLUGS, [networks.picture(0, 0)] * 8, ["plank"] * 8, [None] * 8, figures=1)
    recipe = Recipe(batch=8, drawn=0.25)
    rows = rows_of(lessons, recipe, 0)
    assert lessons.drawn[rows].sum() == 2
    assert (lessons.trust[lessons.drawn] > 0).all()
    assert {SLUGS[k] for k in lessons.y[lessons.drawn]} == set(SLUGS)


def test_large_photos_are_kept_small_and_small_ones_as_they_are() -> None:
    assert shrunk(np.zeros((2000, 1000, 3), np.uint8)).shape == (368, 184, 3)
    assert shrunk(np.zeros((100, 150, 3), np.uint8)).shape == (100, 150, 3)


def test_the_rate_rises_then_falls_as_half_a_cosine() -> None:
    assert pace(0.1, 0.1) == pytest.approx(1.0)
    assert pace(0.55, 0.1) == pytest.approx(0.5)
    assert pace(1.0, 0.1) == pytest.approx(0.0)
    assert pace(0.05, 0.1) == pytest.approx(0.5, abs=0.01)


def _photos(each: int, *, start: int = 0) -> Corpus:
    pairs = [(pose, start + number) for number in range(each) for pose in range(4)]
    return corpus(
        SLUGS,
        [networks.picture(pose, number) for pose, number in pairs],
        [SLUGS[pose] for pose, _ in pairs],
        [None] * len(pairs),
    )


def _trained(plan, folder, recipe, lessons, *, progress=lambda share, stage: None, save_every=60.0):  # type: ignore[no-untyped-def]
    return pretrain(
        untrained(f"local-dir:{plan}", seed=recipe.seed).train(),
        lessons,
        recipe,
        captions=networks.CAPTIONS,
        tokenize=short_tokenizer(plan),
        folder=folder,
        progress=progress,
        save_every=save_every,
    )


def _right(network, plan: Path, unseen: Corpus) -> float:  # type: ignore[no-untyped-def]
    tokenize = short_tokenizer(plan)
    recipe = Recipe(batch=len(unseen), drawn=0, figures=0, views=Strength(around=0, zoom=1, stretch=0, turn=0))
    batch = batch_of(unseen, recipe, 0, size=32)
    with torch.inference_mode():
        images = torch.nn.functional.normalize(network.encode_image(batch.images), dim=1)
        means = [network.encode_text(tokenize(list(some))).mean(0) for some in networks.CAPTIONS]
        texts = torch.nn.functional.normalize(torch.stack(means), dim=1)
    return float(((images @ texts.T).argmax(1) == batch.labels).float().mean())
