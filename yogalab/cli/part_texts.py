"""Measuring what texts of body parts teach a network of skeletons."""

from __future__ import annotations

from typing import Annotated

import typer

from yogalab.cli.measuring import (
    Anew,
    DataSet,
    EncoderName,
    JsonFile,
    Seed,
    Shots,
    encoder_to_measure,
    measuring,
    numbers,
    tables,
    write,
)
from yogalab.cli.terminal import note, tell
from yogalab.words import say

# Every measurement loads what it measures: each command imports its own.
# ruff: noqa: PLC0415


def gap(
    context: typer.Context,
    directory: DataSet,
    encoder: EncoderName = None,
    shots: Shots = "5,20",
    seeds: Annotated[int, typer.Option(min=2, help="How often each network begins anew.")] = 3,
    draws: Annotated[int, typer.Option(min=2, help="How often to draw labels.")] = 5,
    weight: Annotated[float, typer.Option(min=0, help="How much the texts weigh beside the labels.")] = 0.8,
    seed: Seed = 0,
    anew: Anew = False,
    json_file: JsonFile = None,
) -> None:
    """Measure whether texts of body parts teach a network of skeletons anything, beside meaningless ones."""
    from yogalab.bench import gap as bench
    from yogalab.bench.gap_networks import Effort
    from yogalab.bench.gap_table import gap_tables

    wanted = numbers(shots)
    chosen = encoder_to_measure(context, encoder)
    with measuring(context, directory, looking=0.1) as (photos, folder, moved):
        result = bench.of_collection(
            photos,
            chosen,
            folder=folder,
            shots=wanted,
            seeds=seeds,
            draws=draws,
            seed=seed,
            effort=Effort(weight=weight),
            anew=anew,
            on_progress=moved,
        )
    tables(gap_tables(result))
    tell(say("bench.gap.about", encoder=result.encoder, poses=result.poses, weight=result.weight))
    note(say("bench.gap.arms"))
    write(json_file, result.to_json())


def add_to(app: typer.Typer) -> None:
    """Add the command to the group that measures."""
    app.command()(gap)
