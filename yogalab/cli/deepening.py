"""Measurements of training through an encoder: tuned or not, time and accuracy, and on a graphics card."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yogalab.cli.measuring import (
    Anew,
    DataSet,
    EncoderName,
    JsonFile,
    Seed,
    Shots,
    encoder_named,
    measuring,
    numbers,
    tables,
    write,
)
from yogalab.cli.session import settings_of
from yogalab.cli.terminal import progress, table, tell
from yogalab.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yogalab.bench.training import TrainingResult
    from yogalab.workbench import EncoderRow

# Every measurement loads what it measures: each command imports its own.
# ruff: noqa: PLC0415

Blind = Annotated[
    Path | None, typer.Option(help="A folder with an encoder trained without some poses: measured on those.")
]


def tuning(
    context: typer.Context,
    directory: DataSet,
    encoder: EncoderName = None,
    blind: Blind = None,
    rungs: Annotated[str, typer.Option(help="Ways of tuning, separated by commas.")] = "R3,R4",
    losses: Annotated[bool, typer.Option("--losses", help="R4 with each loss instead.")] = False,
    shots: Shots = "5,20",
    draws: Annotated[int, typer.Option(min=1, help="How often to draw them.")] = 10,
    hold_out: Annotated[int, typer.Option(min=10, help="Photos the gate judges on.")] = 200,
    asked: Annotated[int, typer.Option(min=10, help="Photos asked in each draw, at most.")] = 800,
    seed: Seed = 0,
    anew: Anew = False,
    json_file: JsonFile = None,
) -> None:
    """Measure what tuning the encoder adds to the same labels, before the gate and after it."""
    from yogalab.bench import tuning as bench
    from yogalab.bench.draws import unseen_by
    from yogalab.bench.tuning_table import tuning_table
    from yogalab.bench.workshop import workshop_of
    from yogalab.workbench import LOSSES

    wanted = numbers(shots)
    row, names = _to_tune(context, blind or encoder, list(LOSSES) if losses else rungs.split(","))
    with measuring(context, directory, looking=0.2) as (photos, folder, moved):
        unseen = unseen_by(photos, blind)
        result = bench.of_collection(
            unseen,
            workshop_of(settings_of(context), row, unseen, names),
            folder=folder,
            shots=wanted,
            draws=draws,
            hold_out=hold_out,
            asked=asked,
            seed=seed,
            anew=anew,
            on_progress=moved,
        )
    tables([tuning_table(result)])
    tell(say("bench.tuning.about", **asdict(result)))
    write(json_file, result.to_json())


def training(
    context: typer.Context,
    directory: DataSet,
    encoder: EncoderName = None,
    each: Annotated[int, typer.Option(min=2, help="Training photos a pose, at most.")] = 65,
    epochs: Annotated[int, typer.Option(min=1, help="How often the network from scratch sees each.")] = 40,
    size: Annotated[int, typer.Option(min=32, help="Pixels of the square it sees.")] = 128,
    rungs: Annotated[str, typer.Option(help="Ways of tuning, separated by commas.")] = "R3,R4",
    seed: Seed = 0,
    json_file: JsonFile = None,
) -> None:
    """Measure training time and accuracy: R2, R3, R4 and a small network from scratch, on the same photos."""
    from yogalab.bench import training as bench
    from yogalab.bench.standing_table import standing_table
    from yogalab.bench.training_runs import teacher
    from yogalab.bench.workshop import workshop_of
    from yogalab.workbench import ClassifierRecipe

    row, names = _to_tune(context, encoder, rungs.split(","))
    recipe = ClassifierRecipe(epochs=epochs, size=size)
    with measuring(context, directory, looking=0.1) as (photos, folder, moved):
        result = bench.of_collection(
            photos,
            workshop_of(settings_of(context), row, photos, names),
            teacher(recipe),
            network=recipe.network,
            folder=folder,
            each=each,
            seed=seed,
            on_progress=moved,
        )
    title, learner = say("bench.training.title", train=result.train), say("bench.encoder.learner")
    tables([standing_table(result.rows, title=title, baseline=bench.SCRATCH, learner=learner)])
    _durations_told(result)
    tell(say("bench.training.about", encoder=result.encoder, network=result.network))
    write(json_file, result.to_json())


def gpu(
    batch: Annotated[int, typer.Option(min=1, help="Photos a step.")] = 64,
    steps: Annotated[int, typer.Option(min=1, help="How many steps are timed.")] = 30,
    architectures: Annotated[str | None, typer.Option(help="open_clip's names, separated by commas.")] = None,
    seed: Seed = 0,
    json_file: JsonFile = None,
) -> None:
    """Measure how fast a graphics card tunes an encoder, and how soon it names one photo."""
    from yogalab.bench import gpu as bench
    from yogalab.workbench import has_gpu, speed_of

    if not has_gpu():
        tell(say("bench.gpu.none"))
        return
    names = architectures.split(",") if architectures else bench.ARCHITECTURES
    with progress("Tuning") as step:
        speeds = []
        for done, name in enumerate(names):
            step(done, len(names))
            speeds.append(speed_of(name, batch=batch, steps=steps, seed=seed))
    result = bench.GpuResult(
        device=speeds[0].device,
        rows=tuple(bench.row_of(name, speed) for name, speed in zip(names, speeds, strict=True)),
    )
    table([say(f"bench.gpu.{name}") for name in bench.COLUMNS], [bench.cells(row) for row in result.rows])
    tell(say("bench.gpu.about", device=result.device, batch=batch))
    write(json_file, result.to_json())


def _durations_told(result: TrainingResult) -> None:
    table(
        ("", *(say(f"bench.training.{name}") for name in ("seconds", "processor", "beside"))),
        [
            (
                one.learner,
                f"{one.seconds:.1f}",
                f"{one.processor:.1f}",
                f"{one.beside:.1f}" if one.beside else "",
            )
            for one in result.durations
        ],
    )


def _to_tune(
    context: typer.Context, encoder: str | Path | None, ways: Iterable[str]
) -> tuple[EncoderRow, list[str]]:
    """Return the encoder to tune and the names of ways, without blanks: what is not there is said at once."""
    from yogalab.workbench import row_named, tuners

    row = row_named(encoder_named(context, encoder))
    names = list(dict.fromkeys(way.strip() for way in ways if way.strip()))
    if unknown := sorted(set(names).difference(tuners(settings_of(context), row))):
        raise typer.BadParameter(", ".join(unknown), param_hint="--rungs")
    return row, names


def add_to(app: typer.Typer) -> None:
    """Add the commands to the group that measures."""
    app.command()(tuning)
    app.command()(training)
    app.command()(gpu)
