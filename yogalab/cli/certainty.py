"""Measurements of whether versions know when not, and of the gate."""

from __future__ import annotations

from typing import Annotated

import typer

from yogalab.cli.measuring import (
    Anew,
    DataSet,
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
from yogalab.cli.terminal import note, progress, tell
from yogalab.words import say

# Every measurement loads what it measures: each command imports its own.
# ruff: noqa: PLC0415


def calibration(
    context: typer.Context,
    directory: DataSet,
    shots: Shots = "1,2,5,10,20",
    draws: Annotated[int, typer.Option(min=1, help="How often to draw them.")] = 10,
    seed: Seed = 0,
    processes: Processes = None,
    anew: Anew = False,
    json_file: JsonFile = None,
    plot_file: PlotFile = None,
) -> None:
    """Measure whether answers are as sure as they are right, and whether unknown poses look strange."""
    from yogalab import wiring
    from yogalab.bench import calibration as bench
    from yogalab.bench import crew
    from yogalab.bench.certainty_table import calibration_plot, calibration_tables

    settings = settings_of(context)
    reader, landmarker = wiring.eyes(settings)
    with progress("Measuring") as step:
        result = bench.run(
            reader,
            directory,
            folder=settings.home / "bench",
            pose_model=landmarker.name,
            shots=numbers(shots),
            draws=draws,
            seed=seed,
            processes=processes or crew.processes_here(),
            anew=anew,
            on_progress=lambda share, stage: step(round(100 * share), 100),
        )
    tables(calibration_tables(result))
    about = {"poses": result.poses, "photos": result.photos, "found": f"{100 * result.found:.1f}"}
    tell(say("bench.few_shot.about", **about))
    write(json_file, result.to_json())
    if plot_file is not None:
        calibration_plot(result, plot_file)
        note(say("bench.drawn", file=plot_file))


def gate(
    context: typer.Context,
    directory: DataSet,
    sizes: Annotated[str, typer.Option(help="Photos to judge on, separated by commas.")] = "50,100,200,400,800",
    candidates: Annotated[int, typer.Option(min=1, help="How many candidates of each kind.")] = 200,
    draws: Annotated[int, typer.Option(min=1, help="How many families of versions.")] = 24,
    seed: Seed = 0,
    processes: Processes = None,
    anew: Anew = False,
    json_file: JsonFile = None,
) -> None:
    """Measure how many versions the gate lets through that are as good, and how many that are worse."""
    from yogalab import wiring
    from yogalab.bench import crew
    from yogalab.bench import gate as bench
    from yogalab.bench.certainty_table import gate_table

    settings = settings_of(context)
    reader, landmarker = wiring.eyes(settings)
    with progress("Measuring") as step:
        result = bench.run(
            reader,
            directory,
            folder=settings.home / "bench",
            pose_model=landmarker.name,
            sizes=numbers(sizes),
            candidates=candidates,
            draws=draws,
            seed=seed,
            processes=processes or crew.processes_here(),
            anew=anew,
            on_progress=lambda share, stage: step(round(100 * share), 100),
        )
    tables([gate_table(result)])
    shares = {"shuffled": f"{100 * result.shuffled:.1f}", "chance": f"{100 / result.poses:.1f}"}
    tell(say("bench.gate.about", poses=result.poses, photos=result.photos, **shares))
    write(json_file, result.to_json())


def add_to(app: typer.Typer) -> None:
    """Add the commands to the group that measures."""
    app.command()(calibration)
    app.command()(gate)
