"""A whole archive of photos to a table of numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yogalab.cli.measuring import JsonFile, write
from yogalab.cli.session import settings_of
from yogalab.cli.terminal import note, progress, table, tell, tell_json
from yogalab.settings import NO_ENCODER
from yogalab.words import say

if TYPE_CHECKING:
    from yogalab.bench.archive import ArchiveResult

PANEL = "Photos"

# Loading the models takes seconds, which help does not wait for.
# ruff: noqa: PLC0415

Source = Annotated[
    str, typer.Argument(help="A folder of photos, or an address like s3://bucket/path.", metavar="SOURCE")
]
Workers = Annotated[int | None, typer.Option(min=1, help="How many at a time: else one for each core.")]
OnRay = Annotated[
    bool, typer.Option("--ray", help="On the Ray cluster of YOGALAB_RAY_ADDRESS, or on one of this machine.")
]


def encode(
    context: typer.Context,
    source: Source,
    target: Annotated[str, typer.Argument(help="A folder or an address for the parquet files.", metavar="OUT")],
    on_ray: OnRay = False,
    workers: Workers = None,
    encoder: Annotated[
        str | None, typer.Option(help="The encoder, or “none” for skeletons alone: else a new lab's own.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False,
) -> None:
    """Turn an archive of photos into parquet: skeletons and embeddings, a row a file.

    Begun again it goes on where it was, and takes in what has come since. The result does not depend on how
    many work at it, nor where. “yogalab add SOURCE --encodings OUT” then adds the photos without looking again.
    """
    from yogalab import wiring
    from yogalab.archiving import Archive, encode
    from yogalab.bench.crew import processes_here

    settings = settings_of(context)
    name = encoder or wiring.first_encoder(settings)
    archive = Archive(source=source, target=target, encoder=None if name == NO_ENCODER else name)
    with progress("Encoding") as step:
        done = encode(settings, archive, workers=workers or processes_here(), on_ray=on_ray, on_step=step)
    if as_json:
        tell_json(done)
        return
    told = {"photos": done.photos, "nobody": done.nobody, "refused": done.refused, "out": target}
    tell(say("terminal.encoded", **told))
    if done.before:
        note(say("terminal.encoded_before", n=done.before))
    if done.photos:
        note(say("terminal.encoded_pace", pace=f"{done.photos / done.seconds:.1f}", workers=done.workers))


def measure(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(help="A folder of photos.", metavar="DIR")],
    count: Annotated[int, typer.Option(min=1, help="How many of them, drawn at random.")] = 400,
    workers: Workers = 2,
    kill: Annotated[bool, typer.Option("--kill", help="Kill one worker on the way.")] = False,
    whole: Annotated[bool, typer.Option("--all", help="Not some of the photos, but all.")] = False,
    json_file: JsonFile = None,
) -> None:
    """Measure encoding on a Ray cluster of this machine, beside the same work by plain processes."""
    from yogalab.bench import archive as bench

    with progress("Encoding") as step:
        result = bench.run(
            settings_of(context),
            directory,
            count=None if whole else count,
            workers=workers or 2,
            kill=kill,
            on_step=step,
        )
    _told(result)
    write(json_file, result.to_json())


def units(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(help="A folder of photos.", metavar="DIR")],
    count: Annotated[int, typer.Option(min=20, help="How many of them, drawn at random.")] = 60,
    crowd: Annotated[int, typer.Option(min=1000, help="How many made-up photos beside them.")] = 20_000,
    json_file: JsonFile = None,
) -> None:
    """Measure what one photo and one label take on the disk, in memory and of a core: the units of any plan."""
    from yogalab.bench import units as bench

    with progress("Measuring") as step:
        result = bench.run(settings_of(context), directory, count=count, crowd=crowd, on_step=step)
    rows = [
        ("photo file", f"{result.photo / 1e3:.0f} KB"),
        ("thumbnail", f"{result.thumbnail / 1e3:.1f} KB"),
        ("rows of a photo", f"{result.rows / 1e3:.1f} KB"),
        ("a label", f"{result.event:.0f} bytes"),
        ("memory of a photo", f"{result.memory / 1e3:.1f} KB"),
        ("reading a photo at the start", f"{1e6 * result.read:.0f} µs of a core"),
        ("adding a photo", f"{1e3 * result.look:.0f} ms of a core"),
        (f"a label among {result.crowd}", f"{1e3 * result.scored:.0f} ms of a core"),
    ]
    table(("", result.encoder or "-"), rows)
    write(json_file, result.to_json())


def _told(result: ArchiveResult) -> None:
    rows = [
        ("plain processes", result.plain, result.plain_seconds, 1.0),
        ("Ray", result.ray, result.ray_seconds, result.ratio),
        ("Ray, once at work", result.steady * result.plain, result.ray_seconds - result.idle, result.steady),
    ]
    table(
        ("", "photos/s", "seconds", "of what the cores allow"),
        [(name, f"{pace:.2f}", f"{seconds:.0f}", _percent(share)) for name, pace, seconds, share in rows],
    )
    tell(say("bench.archive", photos=result.photos, workers=result.workers, start=f"{result.start:.1f}"))
    taken = {"plain": result.plain_processor, "ray": result.ray_processor}
    each = {name: f"{seconds / result.photos:.2f}" for name, seconds in taken.items()}
    tell(say("bench.archive.processor", **each))
    found = {"fast": _percent(result.ratio), "same": result.rows, "once": result.twice}
    for bar, held in result.bars.items():
        verdict = say("bench.bar.held" if held else "bench.bar.missed")
        tell(say(f"bench.archive.{bar}", found=found[bar], verdict=verdict))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel=PANEL)(encode)


def add_to_bench(app: typer.Typer) -> None:
    """Add the command to the group that measures."""
    app.command("encode-ray")(measure)
    app.command()(units)
