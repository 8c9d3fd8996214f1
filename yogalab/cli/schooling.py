"""Training the encoder that travels with the project: for its makers, and whoever has better photos."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from yogalab.cli.measuring import DataSet, looked_at
from yogalab.cli.terminal import note, progress, tell
from yogalab.resources import resource
from yogalab.words import say

RECIPE = "recipe.toml"
STEPS = "steps"
_PERMILLE = 1000


def add_to(app: typer.Typer) -> None:
    app.command("train-encoder", rich_help_panel="Care")(train_encoder)


def train_encoder(
    context: typer.Context,
    directory: DataSet,
    into: Annotated[Path, typer.Option("--into", help="The folder the encoder is written to.", metavar="DIR")],
    recipe: Annotated[
        Path | None, typer.Option(help="Another recipe than the one that made yogalab-mini.", metavar="FILE")
    ] = None,
    teacher: Annotated[
        Path | None, typer.Option(help="An image embedder (.tflite) to learn from, too.", metavar="FILE")
    ] = None,
    leave_out: Annotated[str, typer.Option(help="Poses to keep from it, separated by commas.")] = "",
    start: Annotated[
        Path | None, typer.Option(help="An encoder to go on from, rather than from nothing.", metavar="DIR")
    ] = None,
    steps: Annotated[
        Path | None, typer.Option(help="Where it keeps what a stopped training goes on from.", metavar="DIR")
    ] = None,
) -> None:
    """Train an encoder like yogalab-mini: hours on two cores. Stopped, it goes on where it was.

    Official test photos, and photos nearly equal to one, are never learnt from.
    """
    # Loaded late: each loads every room.
    from yogalab.bench.lessons import photos_to_learn  # noqa: PLC0415
    from yogalab.workbench import train_encoder as train  # noqa: PLC0415

    plan = resource("models", "yogalab-mini")
    left_out = frozenset(slug.strip() for slug in leave_out.split(",") if slug.strip())
    with progress("Looking at the photos") as step:
        seen = looked_at(context, directory, step, share=1.0)
    if unknown := sorted(left_out - {pose.slug for pose in seen.poses}):
        raise typer.BadParameter(", ".join(unknown))
    with progress("Training") as step:
        train(
            plan,
            into,
            photos_to_learn(seen, left_out=left_out),
            left_out=left_out,
            teacher=teacher,
            recipe=recipe or plan / RECIPE,
            steps=steps or into / STEPS,
            start=start,
            progress=lambda share, _: step(round(_PERMILLE * share), _PERMILLE),
        )
    if steps is None:
        shutil.rmtree(into / STEPS, ignore_errors=True)
    tell(say("schooling.done", folder=into))
    note(say("schooling.measure", folder=into))
