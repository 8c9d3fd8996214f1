"""Tuning real, tiny open_clip networks: what was wrong becomes right, and what may not change does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.networks import CAPTIONS, opened, pixels_of, request, write
from tests.training.tuned_process import tune_slowly, work
from yogalab.errors import Cancelled, OutOfMemory, TooFewLabels, TuningFailed
from yogalab.records import EncoderChange, Tuned, TuningRequest
from yogalab.training.tuning import EncoderTuner, Recipe, left_out
from yogalab.training.tuning.recipe import FLYP, LAST_BLOCK, LORA, PROJECTION
from yogalab.vision.clip import Loaded, OpenClipEncoder
from yogalab.vision.encoders import EncoderRow

# Ids of photos that no tuning here sees, of the three poses that are labelled and of the one that is not.
NEW = np.array([4 * k + pose for k in range(100, 108) for pose in (0, 1, 2)])
UNTAUGHT = np.array([4 * k + 3 for k in range(100, 108)])
RATES = {"projection": 2e-2, "last-block": 3e-3, "lora": 2e-2, "flyp": 1e-3}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, EncoderRow]:
    folder = tmp_path_factory.mktemp("networks")
    return {kind: write(folder, kind) for kind in ("vit", "timm")}


def quick(recipe: Recipe, **other: object) -> Recipe:
    """A recipe for tiny networks: few steps, all photos at once, two folds."""
    rate = RATES[recipe.method]
    # What is kept costs next to nothing to learn from.
    steps = {"projection": 60, "last-block": 60, "lora": 20, "flyp": 25}[recipe.method]
    few: dict[str, object] = {"passes": 1, "least_steps": steps, "batch": 0, "micro": 0, "views": 2, "folds": 2}
    return replace(recipe, rate=rate, small_rate=rate, **(few | other))  # type: ignore[arg-type]


def tune(
    row: EncoderRow,
    folder: Path,
    *recipes: Recipe,
    asked: TuningRequest | None = None,
    network: Callable[[str], Loaded] | None = None,
    progress: Callable[[float, str], None] = lambda share, stage: None,
    keep_every: float = 3600.0,
) -> Tuned:
    rung = "R3" if recipes[0].method in ("projection", "last-block") else "R4"
    opens = network or (lambda name: opened(row))
    tuner = EncoderTuner(opens, rungs={rung: recipes}, keep_every=keep_every)
    return tuner.tune(asked or request(rung, row.name), pixels=pixels_of, folder=folder, progress=progress)


def named(row: EncoderRow, change: EncoderChange | None, ids: Sequence[int] | np.ndarray) -> np.ndarray:
    """The poses, of the three that are labelled, that an encoder's own texts say of photos."""
    best: np.ndarray = (seen(row, change, ids) @ texts_of(row, change).T).argmax(axis=1)
    return best


def texts_of(row: EncoderRow, change: EncoderChange | None) -> np.ndarray:
    encoder = OpenClipEncoder(row, offline=True, change=change)
    texts = np.stack([encoder.encode_texts(list(some)).mean(axis=0) for some in CAPTIONS[:3]])
    return texts / np.linalg.norm(texts, axis=1, keepdims=True)


def seen(row: EncoderRow, change: EncoderChange | None, ids: Sequence[int] | np.ndarray) -> np.ndarray:
    return OpenClipEncoder(row, offline=True, change=change).encode_photos([pixels_of(int(i)) for i in ids])


@pytest.mark.parametrize(
    ("kind", "recipes"),
    [
        ("vit", (PROJECTION, LAST_BLOCK)),
        ("timm", (PROJECTION, LAST_BLOCK)),
        ("vit", (LORA,)),
        ("timm", (replace(LORA, rank=2),)),
        ("vit", (FLYP,)),
    ],
    ids=["R3 vit", "R3 timm", "lora vit", "lora timm", "flyp vit"],
)
def test_new_photos_of_taught_poses_are_named_rightly(
    kind: str, recipes: tuple[Recipe, ...], rows: dict[str, EncoderRow], tmp_path: Path
) -> None:
    row = rows[kind]
    made = tune(row, tmp_path, *[quick(recipe) for recipe in recipes])
    before, after = named(row, None, NEW) == NEW % 4, named(row, made.change, NEW) == NEW % 4
    assert before.mean() < 0.6
    assert after.mean() > before.mean() + 0.25
    assert 0 < made.change.alpha <= 1
    assert made.change.name == f"{row.name}+{made.change.rung}-0123456789ab"
    # Kept small: a change in half precision.
    assert {array.dtype for array in made.change.arrays.values()} == {np.dtype(np.float16)}
    np.testing.assert_allclose(np.linalg.norm(made.left_out, axis=1), 1, atol=1e-5)


def test_the_way_that_does_best_on_labels_left_out_is_kept(rows: dict[str, EncoderRow], tmp_path: Path) -> None:
    # A last block that may not move is as good as the encoder as it was.
    stuck = replace(quick(LAST_BLOCK), small_rate=0.0)
    made = tune(rows["vit"], tmp_path, stuck, quick(LAST_BLOCK, least_steps=31))
    tried = made.change.recipe["tried"]
    assert isinstance(tried, list)
    assert [one["alpha"] for one in tried] == [0.0, made.change.alpha]
    assert made.change.recipe["least_steps"] == 31


def test_nothing_learnt_is_nothing_changed(rows: dict[str, EncoderRow], tmp_path: Path) -> None:
    made = tune(rows["vit"], tmp_path, replace(quick(PROJECTION), small_rate=0.0))
    assert (made.change.alpha, dict(made.change.arrays)) == (0.0, {})
    ids = request("R3", "").photo_ids
    np.testing.assert_allclose(made.left_out, seen(rows["vit"], None, ids), atol=1e-5)
    assert np.array_equal(seen(rows["vit"], made.change, NEW), seen(rows["vit"], None, NEW))


def test_with_a_share_of_nothing_an_encoder_is_exactly_as_it_was(
    rows: dict[str, EncoderRow], tmp_path: Path
) -> None:
    change = tune(rows["vit"], tmp_path, quick(LAST_BLOCK)).change
    assert not np.array_equal(seen(rows["vit"], change, NEW), seen(rows["vit"], None, NEW))
    assert np.array_equal(seen(rows["vit"], replace(change, alpha=0.0), NEW), seen(rows["vit"], None, NEW))


def test_an_anchor_keeps_poses_without_labels_where_they_were(
    rows: dict[str, EncoderRow], tmp_path: Path
) -> None:
    row = rows["timm"]
    start = seen(row, None, UNTAUGHT)

    def strays(anchor: float) -> float:
        made = tune(row, tmp_path / str(anchor), quick(PROJECTION, anchor=anchor))
        return float(1 - (seen(row, made.change, UNTAUGHT) * start).sum(axis=1).min())

    loose, held = strays(0.0), strays(1000.0)
    assert held < 0.02
    assert held < loose / 3


def test_embeddings_of_left_out_photos_know_nothing_of_their_labels(
    rows: dict[str, EncoderRow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Labels without sense: an encoder can learn them by heart, and not one more.
    row = rows["vit"]
    asked = request("R3", row.name)
    order = np.random.default_rng(3).permutation(len(asked.y))
    senseless = replace(asked, y=asked.y[order])
    # No choice but to go all the way.
    monkeypatch.setattr(left_out, "SHARES", (1.0,))
    made = tune(row, tmp_path, quick(LAST_BLOCK, anchor=0.0), asked=senseless)
    # What is tuned is the image tower alone.
    texts = texts_of(row, None)
    by_heart = (seen(row, made.change, senseless.photo_ids) @ texts.T).argmax(axis=1) == senseless.y
    assert by_heart.mean() > 0.9
    # By chance it is a third.
    assert ((made.left_out @ texts.T).argmax(axis=1) == senseless.y).mean() < 0.6


def test_the_same_request_makes_the_same_encoder(rows: dict[str, EncoderRow], tmp_path: Path) -> None:
    recipe = quick(FLYP, least_steps=5)
    once, again = (tune(rows["vit"], tmp_path / name, recipe) for name in ("a", "b"))
    assert np.array_equal(once.left_out, again.left_out)
    for name, array in once.change.arrays.items():
        assert np.array_equal(array, again.change.arrays[name])
    other = tune(rows["vit"], tmp_path / "c", recipe, asked=replace(request("R4", "tiny/vit"), seed=1))
    assert not np.array_equal(once.left_out, other.left_out)


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Sums are added up in another order by another number of threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
def test_killed_and_started_again_it_ends_the_same(tmp_path: Path) -> None:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(tmp_path / "cut", theirs), daemon=True)
    process.start()
    theirs.close()
    # In the midst of the last of three fits.
    while ours.recv() < 0.85:
        ours.send("go on")
    process.kill()
    process.join()
    told: dict[str, list[float]] = {"whole": [], "cut": []}
    whole, cut = (tune_slowly(tmp_path / name, told[name].append) for name in told)
    assert np.array_equal(cut.left_out, whole.left_out)
    assert whole.change.arrays
    assert cut.change.arrays.keys() == whole.change.arrays.keys()
    for name, array in whole.change.arrays.items():
        assert np.array_equal(array, cut.change.arrays[name]), name
    # It went on, and did not begin again.
    assert len(told["cut"]) < len(told["whole"]) / 2


def test_stopped_at_any_step_it_goes_on_from_there(rows: dict[str, EncoderRow], tmp_path: Path) -> None:
    recipe = quick(LORA, least_steps=4, batch=8)
    whole = tune(rows["vit"], tmp_path / "whole", recipe)
    for stop in (0.1, 0.3, 0.6, 0.97):

        def watch(share: float, stage: str, stop: float = stop) -> None:
            if share > stop:
                raise Cancelled

        with pytest.raises(Cancelled):
            tune(rows["vit"], tmp_path / "cut", recipe, progress=watch, keep_every=0.0)
    cut = tune(rows["vit"], tmp_path / "cut", recipe)
    assert np.array_equal(cut.left_out, whole.left_out)
    for name, array in whole.change.arrays.items():
        assert np.array_equal(array, cut.change.arrays[name])


def test_figures_that_run_away_are_said(rows: dict[str, EncoderRow], tmp_path: Path) -> None:
    def broken(_: str) -> Loaded:
        loaded = opened(rows["vit"])
        with torch.no_grad():
            loaded.network.visual.proj[0, 0] = float("nan")
        return loaded

    with pytest.raises(TuningFailed):
        tune(rows["vit"], tmp_path, quick(FLYP), network=broken)


class Tight:
    """A network on a machine where only so many photos fit at once: it refuses to learn from more."""

    def __init__(self, loaded: Loaded, most: int) -> None:
        self.loaded = loaded
        encode = loaded.network.encode_image

        def refuse(pictures: torch.Tensor) -> torch.Tensor:
            if torch.is_grad_enabled() and len(pictures) > most:
                raise torch.OutOfMemoryError("CUDA out of memory")
            answer: torch.Tensor = encode(pictures)
            return answer

        loaded.network.encode_image = refuse


def test_short_of_memory_it_takes_fewer_photos_at_once_and_ends_the_same(
    rows: dict[str, EncoderRow], tmp_path: Path
) -> None:
    recipe = quick(LORA, least_steps=4)
    roomy = tune(rows["vit"], tmp_path / "roomy", recipe)
    tight = tune(
        rows["vit"], tmp_path / "tight", recipe, network=lambda _: Tight(opened(rows["vit"]), 5).loaded
    )
    np.testing.assert_allclose(tight.left_out, roomy.left_out, atol=1e-3)


def test_without_any_memory_it_says_so(rows: dict[str, EncoderRow], tmp_path: Path) -> None:
    with pytest.raises(OutOfMemory):
        tune(rows["vit"], tmp_path, quick(LORA), network=lambda _: Tight(opened(rows["vit"]), 0).loaded)


def test_it_stops_when_asked_to(rows: dict[str, EncoderRow], tmp_path: Path) -> None:
    told: list[float] = []

    def watch(share: float, stage: str) -> None:
        told.append(share)
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        tune(rows["vit"], tmp_path, quick(LORA, least_steps=5), progress=watch)
    assert told == sorted(told)


def test_one_pose_is_too_few(rows: dict[str, EncoderRow], tmp_path: Path) -> None:
    asked = request("R3", rows["vit"].name, poses=(1,))
    with pytest.raises(TooFewLabels):
        tune(rows["vit"], tmp_path, quick(PROJECTION), asked=asked)
