"""From photos to an encoder in a folder that opens like any other."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.training import networks
from yogalab.poses.taxonomy import builtin_poses
from yogalab.settings import Settings
from yogalab.training.recipe import Recipe
from yogalab.training.school import FACTS, WEIGHTS, Lesson, gather, make_encoder
from yogalab.vision.tokens import short_tokenizer
from yogalab.vision.untrained import copy_plan, untrained
from yogalab.workbench import encoder_in

RECIPE = Recipe(epochs=1, batch=4, drawn=0.25, figures=1, sizes=((1.0, 32),))
POSES = [pose for pose in builtin_poses() if pose.slug in {"plank", "corpse", "mountain"}]


def test_what_was_trained_opens_by_its_folder_and_says_what_it_was_taught(tmp_path: Path) -> None:
    plan, into = _plan(tmp_path), tmp_path / "made"
    lessons = gather(_lessons(), POSES, recipe=RECIPE)
    copy_plan(plan, into)
    make_encoder(
        lambda seed: untrained(f"local-dir:{plan}", seed=seed),
        lessons,
        RECIPE,
        poses=POSES,
        tokenize=short_tokenizer(plan),
        into=into,
        steps=tmp_path / "steps",
        facts={"left_out": []},
        progress=lambda share, stage: None,
    )
    vectors = encoder_in(Settings(home=tmp_path), into).encode_photos([networks.picture(0, 1)])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0], abs=1e-3)
    facts = json.loads((into / FACTS).read_text())
    assert (facts["photos"], facts["figures"], facts["poses"]) == (6, 3, [pose.slug for pose in POSES])
    # Half precision: two bytes a number.
    assert (into / WEIGHTS).stat().st_size < 0.6 * (plan / WEIGHTS).stat().st_size


def test_a_pose_left_out_is_neither_seen_nor_drawn() -> None:
    lessons = gather(_lessons(), POSES, left_out={"corpse"}, recipe=RECIPE)
    assert "corpse" not in lessons.slugs
    assert len(lessons) == 4 + 2


def test_a_teacher_is_asked_of_photos_only() -> None:
    taught = np.full((2, 5), 0.5, np.float32)
    lessons = gather([Lesson(pixels=networks.picture(0, 0), slug="plank", taught=taught)], POSES, recipe=RECIPE)
    assert lessons.teacher is not None
    assert lessons.teacher[0] == pytest.approx(taught)
    assert not lessons.teacher[lessons.drawn].any()


def _plan(folder: Path) -> Path:
    networks.write(folder / "plan", "timm")
    return folder / "plan" / "timm"


def _lessons() -> list[Lesson]:
    return [
        Lesson(pixels=networks.picture(pose, number), slug=slug)
        for pose, slug in enumerate(["plank", "corpse", "mountain"])
        for number in range(2)
    ]
