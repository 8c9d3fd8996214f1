"""Measurements of training through an encoder: tuned or not, time and accuracy, and on a graphics card."""

from __future__ import annotations

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
    looked_at,
    numbers,
    tables,
    write,
)
from yogalab.cli.session import settings_of
from yogalab.cli.terminal import complain, progress, table, tell
from yogalab.words import say

if TYPE_CHECKING:
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
    from yogalab.bench import draws as draws_of
    from yogalab.bench import tuning as bench
    from yogalab.bench.folds import left_out
    from yogalab.bench.tuning_table import tuning_table
    from yogalab.bench.workshop import SmallPhotos, workshop_of
    from yogalab.wiring import eyes
    from yogalab.workbench import LOSSES, opener, tuners

    wanted = numbers(shots)
    settings = settings_of(context)
    row = _row(context, encoder, blind)
    names = list(LOSSES) if losses else rungs.split(",")
    if unknown := set(names) - set(tuners(settings, row)):
        raise typer.BadParameter(", ".join(sorted(unknown)), param_hint="--rungs")
    with progress("Measuring") as step:
        photos = looked_at(context, directory, step, share=0.2)
        photos = draws_of.asking(photos) if blind is None else draws_of.never_seen(photos, left_out(blind))
        pixels = SmallPhotos(
            eyes(settings)[0],
            photos.photos,
            encoder=opener(settings, row)(None),
            bodies=photos.sights.bodies(),
        )
        result = bench.of_collection(
            photos,
            workshop_of(settings, row, pixels, names),
            folder=settings.home / "bench",
            shots=wanted,
            draws=draws,
            hold_out=hold_out,
            asked=asked,
            seed=seed,
            anew=anew,
            on_progress=lambda share: step(round(20 + 80 * share), 100),
        )
    tables([tuning_table(result)])
    about = {"encoder": result.encoder, "poses": result.poses, "photos": result.photos}
    tell(say("bench.tuning.about", hold_out=result.hold_out, **about))
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
    from yogalab.bench.workshop import SmallPhotos, workshop_of
    from yogalab.wiring import eyes
    from yogalab.workbench import ClassifierRecipe, opener

    settings = settings_of(context)
    row = _row(context, encoder, None)
    recipe = ClassifierRecipe(epochs=epochs, size=size)
    with progress("Measuring") as step:
        photos = looked_at(context, directory, step, share=0.1)
        pixels = SmallPhotos(
            eyes(settings)[0],
            photos.photos,
            encoder=opener(settings, row)(None),
            bodies=photos.sights.bodies(),
        )
        result = bench.of_collection(
            photos,
            workshop_of(settings, row, pixels, rungs.split(",") if rungs else ()),
            teacher(recipe),
            network=recipe.network,
            folder=settings.home / "bench",
            each=each,
            seed=seed,
            on_progress=lambda share, stage: step(round(10 + 90 * share), 100),
        )
    title, learner = say("bench.training.title", train=result.train), say("bench.encoder.learner")
    tables([standing_table(result.rows, title=title, baseline=bench.SCRATCH, learner=learner)])
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


def _row(context: typer.Context, encoder: str | None, blind: Path | None) -> EncoderRow:
    from yogalab.workbench import row_named

    which = blind or encoder or settings_of(context).encoder
    if which is None:
        complain(say("bench.no_encoder"))
        raise typer.Exit(1)
    return row_named(Path(which) if Path(which).is_dir() else str(which))


def add_to(app: typer.Typer) -> None:
    """Add the commands to the group that measures."""
    app.command()(tuning)
    app.command()(training)
    app.command()(gpu)
