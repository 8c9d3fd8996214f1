"""Measurements that anyone can repeat."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from yogalab.cli.measuring import (
    Anew,
    DataSet,
    Draws,
    JsonFile,
    PlotFile,
    Processes,
    Seed,
    Shots,
    numbers,
    tables,
    write,
)
from yogalab.cli.session import settings_of
from yogalab.cli.terminal import note, progress, table, tell
from yogalab.words import say

# Every measurement loads what it measures: each command imports its own.
# ruff: noqa: PLC0415


app = typer.Typer(
    help="Measure this lab on this machine: learning, adding, labelling, starting.", no_args_is_help=True
)


@app.command("few-shot")
def few_shot(
    context: typer.Context,
    directory: DataSet,
    shots: Shots = "1,2,5,10,20",
    draws: Draws = None,
    seed: Seed = 0,
    encoder: Annotated[
        str | None, typer.Option(help="Let CLIP's learners take part, with this encoder.")
    ] = None,
    processes: Processes = None,
    anew: Anew = False,
    json_file: JsonFile = None,
    plot_file: PlotFile = None,
) -> None:
    """Measure how much a few labels teach, every rung beside every baseline on the same photos."""
    from yogalab import wiring
    from yogalab.bench import crew
    from yogalab.bench import few_shot as bench
    from yogalab.bench.table import few_shot_plot, few_shot_tables

    wanted = numbers(shots)
    settings = settings_of(context)
    if encoder:
        settings = replace(settings, encoder=encoder)
    reader, landmarker = wiring.eyes(settings)
    with progress("Measuring") as step:
        result = bench.run(
            reader,
            directory,
            folder=settings.home / "bench",
            pose_model=landmarker.name,
            encoder=wiring.encoder(settings),
            shots=wanted,
            draws=draws,
            seed=seed,
            processes=processes or crew.processes_here(),
            anew=anew,
            on_progress=lambda share, stage: step(round(100 * share), 100),
        )
    tables(few_shot_tables(result))
    tell(
        say(
            "bench.few_shot.about",
            poses=result.poses,
            photos=result.photos,
            found=f"{100 * result.found:.1f}",
        )
    )
    if result.encoder is None:
        note(say("bench.few_shot.no_encoder"))
    write(json_file, result.to_json())
    if plot_file is not None:
        few_shot_plot(result, plot_file)
        note(say("bench.drawn", file=plot_file))


@app.command()
def ablation(
    context: typer.Context,
    directory: DataSet,
    shots: Shots = "1,5,20",
    draws: Draws = None,
    seed: Seed = 0,
    processes: Processes = None,
    anew: Anew = False,
    json_file: JsonFile = None,
) -> None:
    """Measure what each block of a skeleton's figures is worth, by leaving it out."""
    from yogalab.bench import ablation as bench
    from yogalab.bench import crew
    from yogalab.bench.collection import collect
    from yogalab.bench.table import ablation_tables
    from yogalab.wiring import eyes

    wanted = numbers(shots)
    settings = settings_of(context)
    reader, landmarker = eyes(settings)
    folder = settings.home / "bench"
    with progress("Measuring") as step:
        photos = collect(
            reader,
            directory,
            folder=folder,
            pose_model=landmarker.name,
            on_progress=lambda done, total: step(round(30 * done / total), 100),
        )
        result = bench.of_collection(
            photos,
            folder=folder,
            shots=wanted,
            draws=draws,
            seed=seed,
            processes=processes or crew.processes_here(),
            anew=anew,
            on_progress=lambda share, stage: step(round(30 + 70 * share), 100),
        )
    tables(ablation_tables(result))
    write(json_file, result.to_json())


@app.command()
def templates(
    context: typer.Context,
    directory: DataSet,
    write_file: Annotated[
        Path | None,
        typer.Option("--write", help="Tune on the official training photos; write it here.", metavar="FILE"),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Measure how far templates go without any label, as drafted and as tuned."""
    from yogalab.bench import templates as bench
    from yogalab.bench.collection import collect
    from yogalab.wiring import eyes

    settings = settings_of(context)
    reader, landmarker = eyes(settings)
    with progress("Looking") as step:
        photos = collect(
            reader,
            directory,
            folder=settings.home / "bench",
            pose_model=landmarker.name,
            on_progress=step,
        )
    rows = bench.run(photos)
    shares = [(f"{100 * row.top1:.1f}", f"{100 * row.top5:.1f}") for row in rows]
    table(
        ("templates", "photos", "poses", "n", "first %", "first five %"),
        [(row.templates, row.photos, row.poses, row.n, *pair) for row, pair in zip(rows, shares, strict=True)],
    )
    if write_file is not None:
        write_file.write_text(bench.tuned(photos), encoding="utf-8")
        note(say("bench.written", file=write_file))
    write(json_file, bench.to_json(rows))


@app.command()
def train(
    context: typer.Context,
    shots: Annotated[int, typer.Option(min=2, help="Labels a pose.")] = 16,
    many: Annotated[int, typer.Option(min=0, help="Labels in a second, larger training; 0 for none.")] = 10_000,
    json_file: JsonFile = None,
) -> None:
    """Measure a training with its check, from the click to the version kept, and the memory it takes."""
    from yogalab.bench import train as bench

    with progress("Training") as step:
        result = bench.run(settings_of(context), shots=shots, many=many, on_step=step)
    table(
        ("", "poses", "labels", "seconds", "most memory"),
        [
            (name, one.poses, one.labels, f"{one.seconds:.1f}", f"{one.memory / 1e6:.0f} MB")
            for name, one in result.named.items()
        ],
    )
    write(json_file, result.to_json())
