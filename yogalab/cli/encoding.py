"""Measurements of encoders: what they say of sentences, of photos, and of poses they never saw."""

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
    encoder_named,
    encoder_to_measure,
    measuring,
    numbers,
    tables,
    write,
)
from yogalab.cli.session import settings_of
from yogalab.cli.terminal import note, progress, tell
from yogalab.words import say

if TYPE_CHECKING:
    from yogalab.bench.encoder import EncoderResult
    from yogalab.bench.encoder_speed import EncoderSpeed
    from yogalab.bench.standing import Standing

# Every measurement loads what it measures: each command imports its own.
# ruff: noqa: PLC0415


def prompts(
    context: typer.Context,
    directory: DataSet,
    encoder: EncoderName = None,
    seed: Seed = 0,
    json_file: JsonFile = None,
) -> None:
    """Measure how well an encoder understands each way of saying a pose, without any label."""
    from yogalab.bench import prompts as bench
    from yogalab.wiring import eyes

    settings = settings_of(context)
    chosen = encoder_to_measure(context, encoder)
    reader, landmarker = eyes(settings)
    with progress("Encoding") as step:
        result = bench.run(
            reader,
            directory,
            folder=settings.home / "bench",
            encoder=chosen,
            pose_model=landmarker.name,
            seed=seed,
            on_progress=step,
        )
    baselines = {row.asked: bench.ENSEMBLE for row in result.rows}
    _standings(result.rows, kind="prompts", learner=say("bench.prompts.syntax"), baselines=baselines)
    tell(say("bench.prompts.about", encoder=result.encoder, photos=result.photos, poses=result.poses))
    for syntax, count in result.covered.items():
        if count < result.poses:
            note(say("bench.prompts.uncovered", count=result.poses - count, syntax=syntax))
    write(json_file, result.to_json())


def encoder(
    context: typer.Context,
    directory: DataSet,
    encoder: EncoderName = None,
    blind: Annotated[
        list[Path] | None,
        typer.Option(help="A folder with an encoder that never saw some of the photos; may be repeated."),
    ] = None,
    seed: Seed = 0,
    json_file: JsonFile = None,
) -> None:
    """Measure what an encoder adds to skeletons, and its sentences to geometry, on the official split."""
    from yogalab.bench import encoder as bench
    from yogalab.bench.blind import look_blindly

    chosen = encoder_to_measure(context, encoder)
    with measuring(context, directory, encoder=chosen, looking=0.5) as (photos, _, moved):
        others = [look_blindly(context.obj, folder, photos) for folder in blind or ()]
        result = bench.of_collection(photos, blind=others, seed=seed, on_progress=moved)
    baselines = {
        row.asked: bench.SKELETON if row.asked.startswith("learnt") else bench.GEOMETRY for row in result.rows
    }
    _standings(result.rows, kind="encoder", learner=say("bench.encoder.learner"), baselines=baselines)
    _told(result)
    write(json_file, result.to_json())


def left_out(
    context: typer.Context,
    directory: DataSet,
    encoders: Annotated[
        list[Path],
        typer.Argument(help="Folders with encoders trained without some poses.", metavar="FOLDER..."),
    ],
    shots: Shots = "1,5,20",
    draws: Annotated[int, typer.Option(min=2, help="How often to draw them.")] = 10,
    seed: Seed = 0,
    anew: Anew = False,
    json_file: JsonFile = None,
) -> None:
    """Measure what an encoder adds to few labels of poses that it never saw."""
    from yogalab.bench import left_out as bench
    from yogalab.bench.blind import fold_in
    from yogalab.bench.left_out_table import left_out_tables

    wanted = numbers(shots)
    with measuring(context, directory, looking=0.2) as (photos, kept, moved):
        folds = [fold_in(settings_of(context), folder, photos, seed=seed) for folder in encoders]
        moved(0.5)
        result = bench.of_folds(
            folds,
            folder=kept,
            shots=wanted,
            draws=draws,
            seed=seed,
            anew=anew,
            on_progress=lambda share: moved(0.5 + 0.5 * share),
        )
    tables(left_out_tables(result))
    tell(say("bench.left_out.about", folds=result.folds, poses=result.poses, photos=result.photos))
    write(json_file, result.to_json())


def encoder_speed(
    context: typer.Context,
    directory: DataSet,
    encoder: EncoderName = None,
    count: Annotated[int, typer.Option(min=16, help="How many photos, drawn at random.")] = 200,
    repeats: Annotated[int, typer.Option(min=1, help="How often it is opened.")] = 3,
    seed: Seed = 0,
    json_file: JsonFile = None,
) -> None:
    """Measure what an encoder takes: to its first photo, for each photo, and whether PyTorch says the same."""
    from yogalab.bench import encoder_speed as bench
    from yogalab.wiring import eyes
    from yogalab.workbench import by_open_clip

    chosen = encoder_to_measure(context, encoder)
    settings = settings_of(context)
    with progress("Measuring") as step:
        result = bench.run(
            chosen,
            str(encoder_named(context, encoder)),
            eyes(settings)[0],
            directory,
            torch=by_open_clip(settings, chosen),
            count=count,
            repeats=repeats,
            seed=seed,
            on_step=step,
        )
    _costs_told(result)
    write(json_file, result.to_json())


def _costs_told(result: EncoderSpeed) -> None:
    rows = [("", result.cost)] + ([("PyTorch", result.torch)] if result.torch else [])
    for name, cost in rows:
        tell(
            say(
                "bench.encoder_speed.cost",
                encoder=name or result.encoder,
                alone=f"{1000 * cost.alone.p50:.1f}",
                together=f"{1000 * cost.together.p50:.1f}",
                processor=f"{1000 * cost.processor.p50:.1f}",
            )
        )
    tell(
        say(
            "bench.encoder_speed.first",
            seconds=f"{result.first.p50:.2f}",
            processor=f"{result.processor.p50:.2f}",
            memory=round(result.memory / 1e6),
            small=f"{1000 * result.small.p50:.1f}",
        )
    )
    if result.alike is not None:
        tell(say("bench.encoder_speed.alike", photos=result.photos, cosine=f"{result.alike:.5f}"))


def _told(result: EncoderResult) -> None:
    tell(
        say(
            "bench.encoder.about",
            encoder=result.encoder,
            poses=result.poses,
            train=result.train,
            test=result.test,
            strength=result.strength,
        )
    )
    for fusion, weights in result.weights.items():
        pairs = ", ".join(f"{one:.2f} : {other:.2f}" for one, other in weights)
        tell(say("bench.encoder.weights", fusion=fusion, weights=pairs))
    for fusion, share in result.shares.items():
        tell(say("bench.encoder.share", fusion=fusion, share=round(100 * share)))
    note(say("bench.encoder.seen"))


def _standings(rows: tuple[Standing, ...], *, kind: str, learner: str, baselines: dict[str, str]) -> None:
    from yogalab.bench.standing_table import standing_table

    for asked, baseline in baselines.items():
        some = [row for row in rows if row.asked == asked]
        title = say(f"bench.{kind}.{asked}")
        tables([standing_table(some, title=title, baseline=baseline, learner=learner)])


def add_to(app: typer.Typer) -> None:
    """Add the commands to the group that measures."""
    app.command()(prompts)
    app.command()(encoder)
    app.command("left-out")(left_out)
    app.command("encoder-speed")(encoder_speed)
