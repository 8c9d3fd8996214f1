"""Measurements of encoders: what they say of sentences, of photos, and of poses they never saw."""

from __future__ import annotations

import typer

from yogalab.cli.measuring import DataSet, EncoderName, JsonFile, Seed, encoder_to_measure, tables, write
from yogalab.cli.session import settings_of
from yogalab.cli.terminal import note, progress, tell
from yogalab.words import say

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
    from yogalab.bench.standing_table import standing_table
    from yogalab.wiring import eyes

    settings = settings_of(context)
    chosen = encoder_to_measure(context, encoder)
    reader, _ = eyes(settings)
    with progress("Encoding") as step:
        result = bench.run(
            reader, directory, folder=settings.home / "bench", encoder=chosen, seed=seed, on_progress=step
        )
    for asked in dict.fromkeys(row.asked for row in result.rows):
        rows = [row for row in result.rows if row.asked == asked]
        title, learner = say(f"bench.prompts.{asked}"), say("bench.prompts.syntax")
        tables([standing_table(rows, title=title, baseline=bench.ENSEMBLE, learner=learner)])
    tell(say("bench.prompts.about", encoder=result.encoder, photos=result.photos, poses=result.poses))
    for syntax, count in result.covered.items():
        if count < result.poses:
            note(say("bench.prompts.uncovered", count=result.poses - count, syntax=syntax))
    write(json_file, result.to_json())


def add_to(app: typer.Typer) -> None:
    """Add the commands to the group that measures."""
    app.command()(prompts)
