"""Training the encoder that travels with the project: for its makers, and whoever has better photos."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yogalab.cli.measuring import DataSet, looked_at
from yogalab.cli.terminal import note, progress, tell
from yogalab.resources import resource
from yogalab.words import say

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from yogalab.records import Landmarks

RECIPE = "recipe.toml"
STEPS = "steps"
_PERMILLE = 1000

Into = Annotated[Path, typer.Option("--into", help="The folder the encoder is written to.", metavar="DIR")]
RecipeFile = Annotated[
    Path | None, typer.Option(help="Another recipe than yogalab-mini's first course.", metavar="FILE")
]
TeacherFile = Annotated[
    Path | None, typer.Option(help="An image embedder (.tflite) to learn from, too.", metavar="FILE")
]
LeaveOut = Annotated[str, typer.Option(help="Poses to keep from it, separated by commas.")]
Start = Annotated[
    Path | None, typer.Option(help="An encoder to go on from, rather than from nothing.", metavar="DIR")
]
Steps = Annotated[
    Path | None, typer.Option(help="Where it keeps what a stopped training goes on from.", metavar="DIR")
]


def add_to(app: typer.Typer) -> None:
    app.command("train-encoder", rich_help_panel="Care")(train_encoder)


def train_encoder(
    context: typer.Context,
    directory: DataSet,
    into: Into,
    recipe: RecipeFile = None,
    teacher: TeacherFile = None,
    leave_out: LeaveOut = "",
    start: Start = None,
    steps: Steps = None,
) -> None:
    """Train an encoder like yogalab-mini: hours on two cores. Stopped, it goes on where it was.

    yogalab-mini took two courses: one by recipe.toml, and one by second.toml with --start at what the first
    made. Both recipes are in models/yogalab-mini.

    Official test photos, and photos nearly equal to one, are never learnt from.
    """
    from yogalab import workbench  # noqa: PLC0415 - loads PyTorch

    plan = resource("models", "yogalab-mini")
    # What is wrong with it is said before minutes of looking, not after.
    how = workbench.read_recipe(recipe or plan / RECIPE)
    left_out = frozenset(slug.strip() for slug in leave_out.split(",") if slug.strip())
    photos = _photos(context, directory, left_out)
    with progress("Training") as step:
        workbench.train_encoder(
            plan,
            into,
            photos,
            left_out=left_out,
            teacher=teacher,
            recipe=how,
            steps=steps or into / STEPS,
            start=start,
            progress=lambda share, _: step(round(_PERMILLE * share), _PERMILLE),
        )
    if steps is None:
        shutil.rmtree(into / STEPS, ignore_errors=True)
    tell(say("schooling.done", folder=into))
    note(say("schooling.measure", folder=into))


def _photos(
    context: typer.Context, directory: Path, left_out: Collection[str]
) -> Sequence[tuple[Path, str, Landmarks | None]]:
    """File, pose and body of each photo to learn from."""
    # Loaded late: each loads every room.
    from yogalab.bench.dataset import samples  # noqa: PLC0415
    from yogalab.bench.lessons import photos_to_learn, refuse_unknown  # noqa: PLC0415

    refuse_unknown(samples(directory))
    with progress("Looking at the photos") as step:
        seen = looked_at(context, directory, step, share=1.0)
    if unknown := sorted(set(left_out) - {pose.slug for pose in seen.poses}):
        raise typer.BadParameter(", ".join(unknown))
    return photos_to_learn(seen, left_out=left_out)
