"""Joins encoders, tuners and networks for measuring, without a lab around them: wiring for `bench`.

Apart from `wiring`, because it loads PyTorch at once, which a lab does only when somebody tunes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from yogalab.ports import Encoder, Progress, Tuner
from yogalab.poses.taxonomy import builtin_poses
from yogalab.records import EncoderChange, Landmarks
from yogalab.settings import Settings
from yogalab.training import school
from yogalab.training.classifier import Classifier, ClassifierRecipe, train_classifier
from yogalab.training.drawn import drawn_people
from yogalab.training.part_encoder import Recipe as SkeletonRecipe
from yogalab.training.part_texts import Alignment, PartTexts
from yogalab.training.recipe import Recipe as EncoderRecipe
from yogalab.training.recipe import read_recipe
from yogalab.training.skeletons import SkeletonNetwork, teach_skeletons
from yogalab.training.throughput import Speed, has_gpu, measure_speed
from yogalab.training.tuning import RUNGS, EncoderTuner, Recipe
from yogalab.training.tuning.recipe import FLYP, LORA, Loss
from yogalab.vision.clip import OpenClipEncoder
from yogalab.vision.encoders import EncoderRow, read_encoders
from yogalab.vision.graph_encoder import GraphEncoder
from yogalab.vision.local import row_in
from yogalab.vision.opening import open_encoder
from yogalab.vision.photo import canonical
from yogalab.vision.teacher import Teacher
from yogalab.vision.tokens import short_tokenizer
from yogalab.vision.untrained import copy_plan, open_untrained, trained_on, untrained, write_untrained

__all__ = [
    "LOSSES",
    "Alignment",
    "Classifier",
    "ClassifierRecipe",
    "EncoderRecipe",
    "EncoderRow",
    "PartTexts",
    "SkeletonNetwork",
    "SkeletonRecipe",
    "Speed",
    "by_open_clip",
    "drawn_people",
    "encoder_in",
    "has_gpu",
    "opener",
    "read_recipe",
    "row_named",
    "speed_of",
    "teach_skeletons",
    "train_classifier",
    "train_encoder",
    "tuners",
    "untrained_twin",
]

# R4 with each loss, by the name it has in tables: the same low-rank changes, another target.
LOSSES: Final[Mapping[str, Loss]] = {
    "R4, class texts": "class-texts",
    "R4, label-aware": "label-aware",
    "R4, CLIP's own": "clip",
}


def row_named(which: str | Path) -> EncoderRow:
    """Return a row of models/encoders.toml by its name, or that of the encoder in a folder.

    Raises EncoderUnknown, EncoderRefused, EncoderMissing, EncoderDamaged.
    """
    return row_in(which) if isinstance(which, Path) else read_encoders().row(which)


def encoder_in(settings: Settings, folder: Path) -> Encoder:
    """Return the encoder in a folder that no table lists. Raises EncoderMissing, EncoderDamaged."""
    return open_encoder(row_in(folder), offline=settings.offline)


def by_open_clip(settings: Settings, encoder: Encoder) -> Encoder | None:
    """Return an encoder that runs as graphs run by open_clip and PyTorch instead; None for one that does so."""
    if not isinstance(encoder, GraphEncoder):
        return None
    return OpenClipEncoder(encoder.row, offline=settings.offline)


def untrained_twin(settings: Settings, folder: Path, into: Path, *, seed: int) -> Encoder:
    """Return the encoder in a folder as it was before any training, written to another folder.

    Raises EncoderMissing, EncoderDamaged.
    """
    row_in(folder)
    return encoder_in(settings, write_untrained(folder, into, seed=seed))


def opener(settings: Settings, row: EncoderRow) -> Callable[[EncoderChange | None], Encoder]:
    """Return what opens an encoder as it is (None), or as a change made it."""
    return lambda change: open_encoder(row, offline=settings.offline, change=change)


def tuners(settings: Settings, row: EncoderRow) -> Mapping[str, tuple[str, Tuner]]:
    """Return the ways of tuning one encoder, by name: (rung, tuner). Those of `LOSSES` are among them."""

    def of(*recipes: Recipe, rung: str) -> tuple[str, Tuner]:
        rungs = {rung: recipes} if recipes else RUNGS
        return rung, EncoderTuner(
            lambda name: OpenClipEncoder(row, offline=settings.offline).loaded(),
            rungs=rungs,
        )

    return {
        "R3": of(rung="R3"),
        "R4": of(rung="R4"),
        "R4, both towers": of(FLYP, rung="R4"),
        **{name: of(replace(LORA, loss=loss), rung="R4") for name, loss in LOSSES.items()},
    }


def speed_of(architecture: str, *, batch: int, steps: int, seed: int) -> Speed:
    """Return how fast R4 tunes a network of open_clip with random weights on this machine's GPU, or its CPU."""
    return measure_speed(open_untrained(architecture, seed=seed), LORA, batch=batch, steps=steps, seed=seed)


def train_encoder(
    plan: Path,
    into: Path,
    photos: Sequence[tuple[Path, str, Landmarks | None]],
    *,
    left_out: Collection[str],
    teacher: Path | None,
    recipe: EncoderRecipe,
    steps: Path,
    start: Path | None = None,
    progress: Progress,
) -> None:
    """Train the encoder that the config in `plan` describes, and write it to `into`.

    photos: file, slug and body of each. left_out: slugs of poses that are not even drawn for it.
    teacher: an image embedder of MediaPipe's, None to do without. steps: keeps what a stopped training goes
    on from. start: the folder of an encoder of the same plan whose weights it begins with; None: random.

    Raises UnknownPoses, PhotoError, FileMissing, EncoderMissing, EncoderDamaged, TuningFailed, DiskFull.
    """
    poses = builtin_poses()
    before = school.facts_of(start) if start else None
    copy_plan(plan, into)
    school.make_encoder(
        lambda seed: trained_on(plan, start) if start else untrained(f"local-dir:{plan}", seed=seed),
        school.gather(_lessons(photos, teacher), poses, left_out=left_out, recipe=recipe),
        recipe,
        poses=poses,
        tokenize=short_tokenizer(plan),
        into=into,
        steps=steps,
        left_out=left_out,
        before=before,
        progress=progress,
    )


def _lessons(
    photos: Iterable[tuple[Path, str, Landmarks | None]], teacher: Path | None
) -> Iterator[school.Lesson]:
    """Read photos one by one: full-size ones are more than memory holds."""
    sight = Teacher(teacher) if teacher else None
    for path, slug, body in photos:
        pixels = canonical(path.name, path.read_bytes()).pixels
        taught = sight.look([pixels])[0] if sight else None
        yield school.Lesson(pixels=pixels, slug=slug, body=body, taught=taught)
