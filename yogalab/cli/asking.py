"""How many labels the queue saves."""

from __future__ import annotations

from typing import Annotated

import typer

from yogalab.cli.measuring import Anew, DataSet, JsonFile, PlotFile, Processes, Seed, tables, write
from yogalab.cli.session import settings_of
from yogalab.cli.terminal import note, progress
from yogalab.words import say

# Measuring loads what it measures.
# ruff: noqa: PLC0415


def asking(
    context: typer.Context,
    directory: DataSet,
    labels: Annotated[int, typer.Option(min=25, help="How many labels a coach gives.")] = 500,
    draws: Annotated[int, typer.Option(min=1, help="How often photos are drawn.")] = 10,
    strategies: Annotated[
        str | None, typer.Option(help="Only these strategies, separated by commas; random is always there.")
    ] = None,
    skactiveml: Annotated[
        bool, typer.Option("--skactiveml", help="scikit-activeml's strategies too, where it is installed.")
    ] = False,
    seed: Seed = 0,
    processes: Processes = None,
    anew: Anew = False,
    json_file: JsonFile = None,
    plot_file: PlotFile = None,
) -> None:
    """Measure how many labels the queue saves, beside asking at random and well-known strategies."""
    from yogalab.bench import asking as bench
    from yogalab.bench import crew, oracles
    from yogalab.bench.asking_table import asking_plot, asking_tables
    from yogalab.bench.collection import collect
    from yogalab.wiring import eyes

    names = list(bench.OURS_AND_BASELINES) if strategies is None else strategies.split(",")
    if skactiveml:
        names += list(oracles.NAMES) if oracles.available() else []
    unknown = set(names) - {*bench.OURS_AND_BASELINES, *oracles.NAMES}
    if unknown:
        raise typer.BadParameter(", ".join(sorted(unknown)), param_hint="--strategies")
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
            strategies=names,
            labels=labels,
            draws=draws,
            seed=seed,
            processes=processes or crew.processes_here(),
            anew=anew,
            on_progress=lambda share, stage: step(round(30 + 70 * share), 100),
        )
    tables(asking_tables(result))
    if skactiveml and not oracles.available():
        note(say("bench.asking.no_skactiveml"))
    write(json_file, result.to_json())
    if plot_file is not None:
        for file in asking_plot(result, plot_file):
            note(say("bench.drawn", file=file))


def add_to(app: typer.Typer) -> None:
    """Put the command among the others."""
    app.command()(asking)
