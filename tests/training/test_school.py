"""From photos to an encoder in a folder that opens like any other."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import ref

import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.training import networks
from yogalab.errors import EncoderDamaged, EncoderMissing, UnknownPoses
from yogalab.poses.taxonomy import builtin_poses
from yogalab.records import ENCODER_FACTS, ENCODER_WEIGHTS
from yogalab.settings import Settings
from yogalab.training.recipe import Recipe
from yogalab.training.school import Lesson, facts_of, gather, make_encoder
from yogalab.vision.tokens import short_tokenizer
from yogalab.vision.untrained import copy_plan, trained_on, untrained
from yogalab.workbench import encoder_in

RECIPE = Recipe(epochs=1, batch=4, drawn=0.25, figures=1, sizes=((1.0, 32),))
POSES = [pose for pose in builtin_poses() if pose.slug in {"plank", "corpse", "mountain"}]


def test_what_was_trained_opens_by_its_folder_and_says_what_it_was_taught(tmp_path: Path) -> None:
    plan, into = _plan(tmp_path), tmp_path / "made"
    _make(plan, into, tmp_path / "steps", lambda seed: untrained(f"local-dir:{plan}", seed=seed))
    vectors = encoder_in(Settings(home=tmp_path), into).encode_photos([networks.picture(0, 1)])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0], abs=1e-3)
    facts = json.loads((into / ENCODER_FACTS).read_text())
    assert (facts["photos"], facts["figures"], facts["poses"]) == (6, 3, [pose.slug for pose in POSES])
    # Half precision: two bytes a number.
    assert (into / ENCODER_WEIGHTS).stat().st_size < 0.6 * (plan / ENCODER_WEIGHTS).stat().st_size


def test_it_goes_on_from_the_weights_of_another_and_forgets_nothing_of_what_that_one_saw(
    tmp_path: Path,
) -> None:
    plan, steps = _plan(tmp_path), tmp_path / "steps"
    first, second = tmp_path / "first", tmp_path / "second"
    _make(
        plan, first, steps, lambda seed: untrained(f"local-dir:{plan}", seed=seed), left_out={"corpse", "plank"}
    )
    # A learning rate of next to nothing: what comes out is what it began with.
    still = replace(RECIPE, rate=1e-12, figures=0, drawn=0)
    begin = trained_on(plan, first)
    _make(plan, second, steps, lambda seed: begin, recipe=still, left_out={"corpse"}, before=facts_of(first))
    kept = [load_file(folder / ENCODER_WEIGHTS) for folder in (first, second)]
    # All but what batch norms count of the photos that pass.
    for name in {name for name in kept[0] if name.endswith("weight")}:
        assert np.array_equal(kept[0][name], kept[1][name]), name
    facts = facts_of(second)
    assert facts["left_out"] == ["corpse"]
    assert facts["photographed"] == ["mountain", "plank"]
    assert facts["before"]["recipe"]["figures"] == RECIPE.figures
    # What somebody else trained may know any pose.
    (first / ENCODER_FACTS).unlink()
    _make(plan, second, steps, lambda seed: begin, recipe=still, left_out={"corpse"}, before=facts_of(first))
    assert facts_of(second)["left_out"] == []


def test_weights_of_another_network_are_refused_by_name(tmp_path: Path) -> None:
    plan = _plan(tmp_path)
    networks.write(tmp_path / "other", "vit")
    with pytest.raises(EncoderDamaged):
        trained_on(plan, tmp_path / "other" / "vit")
    with pytest.raises(EncoderMissing):
        trained_on(plan, tmp_path / "empty")


def test_a_pose_left_out_is_neither_seen_nor_drawn() -> None:
    lessons = gather(_lessons(), POSES, left_out={"corpse"}, recipe=RECIPE)
    assert "corpse" not in lessons.slugs
    assert len(lessons) == 4 + 2


def test_photos_of_a_pose_that_nobody_knows_are_refused_by_its_name() -> None:
    with pytest.raises(UnknownPoses) as caught:
        gather([Lesson(pixels=networks.picture(0, 0), slug="Plank Pose")], POSES, recipe=RECIPE)
    assert caught.value.data == {"names": "Plank Pose"}


def test_photos_are_not_all_held_at_full_size_at_once() -> None:
    held: list[ref[np.ndarray]] = []
    most = 0

    def photographs() -> Iterator[Lesson]:
        nonlocal most
        for _ in range(6):
            pixels = np.zeros((600, 400, 3), np.uint8)
            held.append(ref(pixels))
            most = max(most, sum(one() is not None for one in held))
            yield Lesson(pixels=pixels, slug="plank")

    lessons = gather(photographs(), POSES, recipe=replace(RECIPE, figures=0))
    assert len(lessons) == 6
    # The one that comes, and the one before it.
    assert most <= 2


def test_a_teacher_is_asked_of_photos_only() -> None:
    taught = np.full((2, 5), 0.5, np.float32)
    lessons = gather([Lesson(pixels=networks.picture(0, 0), slug="plank", taught=taught)], POSES, recipe=RECIPE)
    assert lessons.teacher is not None
    assert lessons.teacher[0] == pytest.approx(taught)
    assert not lessons.teacher[lessons.drawn].any()


def _make(
    plan: Path,
    into: Path,
    steps: Path,
    blank: Callable[[int], Any],
    *,
    recipe: Recipe = RECIPE,
    left_out: Collection[str] = (),
    before: Mapping[str, Any] | None = None,
) -> None:
    copy_plan(plan, into)
    make_encoder(
        blank,
        gather(_lessons(), POSES, left_out=left_out, recipe=recipe),
        recipe,
        poses=POSES,
        tokenize=short_tokenizer(plan),
        into=into,
        steps=steps,
        left_out=left_out,
        before=before,
        progress=lambda share, stage: None,
    )


def _plan(folder: Path) -> Path:
    networks.write(folder / "plan", "timm")
    return folder / "plan" / "timm"


def _lessons() -> list[Lesson]:
    return [
        Lesson(pixels=networks.picture(pose, number), slug=slug)
        for pose, slug in enumerate(["plank", "corpse", "mountain"])
        for number in range(2)
    ]
