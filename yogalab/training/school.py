"""From labelled photos and a recipe to an encoder in a folder: weights as they ship, facts beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import save_file

from yogalab.ports import Progress
from yogalab.poses.postures import postures
from yogalab.poses.prompts import sentences
from yogalab.records import ENCODER_FACTS, ENCODER_WEIGHTS, Landmarks, Matrix, Pose
from yogalab.training.augmentation import Pixels
from yogalab.training.corpus import Corpus, corpus, shrunk
from yogalab.training.pretraining import Tokenize, pretrain
from yogalab.training.recipe import Recipe

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """A photo to learn from. body: who was found; taught: (2, t) a teacher embeds it and its mirror."""

    pixels: Pixels
    slug: str
    body: Landmarks | None = None
    taught: Matrix | None = None


def gather(
    lessons: Iterable[Lesson], poses: Sequence[Pose], *, left_out: Collection[str] = (), recipe: Recipe
) -> Corpus:
    """Return lessons and drawn figures of all poses that can be drawn, without those left out, as a corpus.

    lessons: perhaps more than memory holds: each photo is kept only as small as training looks at it. Poses
    are the classes, in the order given, as far as there is a photo or a figure of them. Raises UnknownPoses:
    photos show others.
    """
    kept = [replace(lesson, pixels=shrunk(lesson.pixels)) for lesson in lessons if lesson.slug not in left_out]
    shown = {lesson.slug for lesson in kept} | set(postures())
    taught = [lesson.taught for lesson in kept if lesson.taught is not None]
    return corpus(
        tuple(pose.slug for pose in poses if pose.slug in shown and pose.slug not in left_out),
        [lesson.pixels for lesson in kept],
        [lesson.slug for lesson in kept],
        [lesson.body for lesson in kept],
        teacher=np.stack(taught) if taught else None,
        figures=recipe.figures,
        seed=recipe.seed,
    )


def make_encoder(
    blank: Callable[[int], Any],
    lessons: Corpus,
    recipe: Recipe,
    *,
    poses: Sequence[Pose],
    tokenize: Tokenize,
    into: Path,
    steps: Path,
    left_out: Collection[str] = (),
    before: Mapping[str, Any] | None = None,
    progress: Progress,
) -> None:
    """Train a network and write its weights in half precision and the facts of its training to a folder.

    blank: seed -> an open_clip network to begin with; poses: those whose slugs the lessons name, at least;
    steps: keeps checkpoints; before: the facts of the training that the network comes from, None where it
    knows nothing. A pose counts as left out only where both left it out. Raises as `pretrain`.
    """
    called = {pose.slug: pose for pose in poses}
    trained = pretrain(
        blank(recipe.seed).train(),
        lessons,
        recipe,
        captions=[sentences(called[slug]) for slug in lessons.slugs],
        tokenize=tokenize,
        folder=steps,
        progress=progress,
    )
    _write(trained, into / ENCODER_WEIGHTS)
    facts = _facts(lessons, recipe, left_out, before)
    (into / ENCODER_FACTS).write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def facts_of(folder: Path) -> dict[str, Any]:
    """Return what is known of the training of the encoder in a folder; nothing if it was trained elsewhere."""
    path = folder / ENCODER_FACTS
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _facts(
    lessons: Corpus, recipe: Recipe, left_out: Collection[str], before: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What is to be known of a training, those before it included."""
    earlier = {"left_out": left_out} if before is None else before
    photographed = {lessons.slugs[k] for k in lessons.y[~lessons.drawn]}
    return {
        "format": _FORMAT,
        "recipe": asdict(recipe),
        "poses": list(lessons.slugs),
        "photographed": sorted(photographed.union(earlier.get("photographed", ()))),
        "left_out": sorted(set(left_out).intersection(earlier.get("left_out", ()))),
        "photos": int((~lessons.drawn).sum()),
        "figures": int(lessons.drawn.sum()),
        "teacher": lessons.teacher is not None,
        "before": dict(before) if before is not None else None,
    }


def _write(network: Any, file: Path) -> None:
    """Write a network's weights as they ship."""
    aside = file.with_name(f"{file.name}.part")
    save_file({name: _half(tensor) for name, tensor in network.state_dict().items()}, aside)
    # safetensors lets nobody else read what it writes; an encoder is no secret.
    aside.chmod(0o644)
    aside.replace(file)


def _half(tensor: torch.Tensor) -> torch.Tensor:
    """Floating-point numbers in half precision: half the size, embeddings equal to a cosine of .99999."""
    return (tensor.half() if tensor.is_floating_point() else tensor).contiguous()
