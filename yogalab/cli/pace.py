"""Measurements of how fast the lab and its pages are, and of what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yogalab.cli.measuring import JsonFile, write
from yogalab.cli.session import settings_of
from yogalab.cli.terminal import progress, table, tell
from yogalab.words import say

if TYPE_CHECKING:
    from yogalab.bench.timing import Spread

# Every measurement loads what it measures: each command imports its own.
# ruff: noqa: PLC0415


def ingest(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(help="A folder of photos.", metavar="DIR")],
    count: Annotated[int, typer.Option(min=1, help="How many of them, drawn at random.")] = 400,
    rounds: Annotated[int, typer.Option(min=1, help="How often.")] = 1,
    json_file: JsonFile = None,
) -> None:
    """Measure adding photos, beside only decoding and looking at them with as many processes."""
    from yogalab.bench import ingest as bench

    with progress("Adding") as step:
        result = bench.run(settings_of(context), directory, count=count, rounds=rounds, on_step=step)
    tell(
        say(
            "bench.ingest",
            photos=result.photos,
            processes=result.processes,
            speed=f"{result.photos_per_second:.1f}",
            ratio=f"{result.ratio:.2f}",
            found=f"{100 * result.found:.1f}",
            again=f"{result.rounds[-1].again_seconds:.1f}",
        )
    )
    write(json_file, result.to_json())


def label(
    context: typer.Context,
    photos: Annotated[int, typer.Option(min=100, help="How many made-up photos.")] = 10_000,
    labels: Annotated[int, typer.Option(min=1, help="How many labels.")] = 200,
    json_file: JsonFile = None,
) -> None:
    """Measure a label until it is durable, and until all photos are scored and ranked anew."""
    from yogalab.bench import label as bench

    with progress("Labelling") as step:
        result = bench.run(settings_of(context), photos=photos, labels=labels, on_step=step)
    _spreads(
        {
            "bare commit": result.commit,
            "label kept": result.label,
            "all scored anew": result.scored,
            "all ranked anew": result.ranked,
        }
    )
    tell(
        say(
            "bench.label",
            p50=f"{result.ratio_p50:.1f}",
            p95=f"{result.ratio_p95:.1f}",
            photos=result.photos,
            undo=say("bench.undo_exact" if result.undo_exact else "bench.undo_wrong"),
        )
    )
    tell(say("bench.label_more", seconds=f"{result.new_pose:.2f}", memory=round(result.memory / 1e6)))
    _verdicts("label", result.bars, {"cheap": f"{result.ratio_p50:.1f}"})
    write(json_file, result.to_json())


def start(
    repeats: Annotated[int, typer.Option(min=1, help="How often.")] = 5,
    json_file: JsonFile = None,
) -> None:
    """Measure how long it takes until the package, the help and the first page are there."""
    from yogalab.bench import start as bench

    result = bench.run(repeats=repeats)
    _spreads(
        {
            "empty program": result.python,
            "import yogalab": result.package,
            "what yogalab.load needs": result.predictor,
            "yogalab --help": result.help,
        }
    )
    page = say("bench.page", seconds=f"{result.page:.1f}") if result.page else say("bench.no_page")
    tell(page)
    if result.loads:
        tell(say("bench.loads", names=", ".join(result.loads)))
    write(json_file, result.to_json())


def coaches(
    context: typer.Context,
    coaches: Annotated[int, typer.Option(min=1, max=64, help="How many label at once.")] = 8,
    seconds: Annotated[float, typer.Option(min=1, help="How long, one label a second each.")] = 60.0,
    photos: Annotated[int, typer.Option(min=100, help="How many made-up photos.")] = 4000,
    database: Annotated[
        str | None, typer.Option(help="A PostgreSQL server's address: the lab's rows lie there meanwhile.")
    ] = None,
    replicas: Annotated[int, typer.Option(min=1, max=8, help="How many servers; more need --database.")] = 1,
    kill: Annotated[bool, typer.Option("--kill", help="Kill one of the servers at half-time.")] = False,
    training: Annotated[bool, typer.Option("--training", help="Let the lab learn all the time.")] = False,
    json_file: JsonFile = None,
) -> None:
    """Measure several coaches at one lab: how long each waits, and that no two have one photo."""
    from yogalab.bench import coaches as bench

    if (replicas > 1 and not database) or (kill and replicas == 1):
        raise typer.BadParameter("--database, --replicas")
    with progress("Labelling") as step:
        result = bench.run(
            settings_of(context),
            coaches=coaches,
            seconds=seconds,
            photos=photos,
            database=database,
            replicas=replicas,
            kill=kill,
            training=training,
            on_step=step,
        )
    _spreads(
        {
            "label kept": result.answered,
            "next photos": result.queued,
            "parts of a body": result.explained,
            "bare round trip": result.bare,
        }
    )
    tell(
        say(
            "bench.coaches",
            coaches=result.coaches,
            labels=result.acknowledged,
            photos=result.photos,
            busy=f"{result.busy:.2f}",
            waited=result.waited,
        )
    )
    if result.replicas > 1:
        tell(say("bench.coaches.replicas", replicas=result.replicas, moved=result.moved))
    if training:
        tell(say("bench.coaches.trained", n=result.trained))
    found = {
        "errors": len(result.errors),
        "kept": f"{result.stored} / {result.acknowledged}",
        "apart": result.shared + result.unpromised + result.twice,
        "soon": f"{1000 * max(result.answered.p95, result.queued.p95):.0f} ms",
    }
    _verdicts("coaches", result.bars, found)
    write(json_file, result.to_json())


def memory(
    context: typer.Context,
    photos: Annotated[int, typer.Option(min=100, help="How many made-up photos.")] = 100_000,
    labels: Annotated[int, typer.Option(min=50, help="How many of them are labelled.")] = 10_000,
    json_file: JsonFile = None,
) -> None:
    """Measure what the server of a large lab holds while labels come in by the thousand."""
    from yogalab.bench import memory as bench

    with progress("Labelling") as step:
        result = bench.run(settings_of(context), photos=photos, labels=min(labels, photos), on_step=step)
    rows = [("0", round(result.warm / 1e6)), *((done, round(held / 1e6)) for done, held in result.held.items())]
    table(("labels", "MB"), rows)
    tell(say("bench.memory", photos=result.photos, minutes=f"{result.seconds / 60:.1f}"))
    _verdicts("memory", result.bars, {"flat": f"{result.off / 1e6:.0f} MB"})
    write(json_file, result.to_json())


def live(
    context: typer.Context,
    seconds: Annotated[float, typer.Option(min=1, help="How long the camera is on.")] = 20.0,
    json_file: JsonFile = None,
) -> None:
    """Measure the live page in a real browser, with a drawn clip as its camera, beside the model alone."""
    from yogalab.bench import live as bench

    with progress("Watching") as step:
        result = bench.run(settings_of(context), seconds=seconds, on_step=step)
    _spreads({"camera to skeleton": result.lag, "of it in the lab": result.lab, "model alone": result.bare})
    tell(
        say(
            "bench.live",
            answered=result.answered,
            seconds=f"{result.seconds:.0f}",
            busy=f"{100 * result.server:.0f} %",
        )
    )
    found = {"often": f"{result.per_second:.1f}", "soon": f"{1000 * result.lag.p95:.0f} ms"}
    _verdicts("live", result.bars, found)
    write(json_file, result.to_json())


def grid(
    context: typer.Context,
    photos: Annotated[int, typer.Option(min=300, help="How many made-up photos.")] = 100_000,
    rounds: Annotated[int, typer.Option(min=1, help="How often each filter, and the page.")] = 10,
    json_file: JsonFile = None,
) -> None:
    """Measure the grid: each filter and order, alone and through the server, until a browser has painted it."""
    from yogalab.bench import grid as bench

    with progress("Looking") as step:
        result = bench.run(settings_of(context), photos=photos, rounds=rounds, on_step=step)
    _spreads(
        {
            **{f"{name}, alone": one for name, one in result.inside.items()},
            "all, right after a label": result.labelled,
            **{f"{name}, served": one for name, one in result.served.items()},
            "bare round trip": result.bare,
            **({} if result.tiles is None else {"tiles painted": result.tiles}),
            **({} if result.pictures is None else {"pictures painted": result.pictures}),
        }
    )
    tell(say("bench.grid", photos=result.photos, labels=result.labels, pictures=bench.PICTURES))
    tell(say("bench.grid.start", newest=f"{result.newest:.1f}", warm=f"{result.warm:.1f}"))
    if result.first_tiles is not None:
        first = {"tiles": f"{result.first_tiles:.2f}", "pictures": f"{result.first_pictures:.2f}"}
        tell(say("bench.grid.first", **first))
    else:
        tell(say("bench.no_browser"))
    found = {"filter": f"{1000 * result.slowest:.0f} ms"}
    if result.tiles is not None:
        found["paint"] = f"{result.tiles.p95:.2f} s"
    _verdicts("grid", result.bars, found)
    write(json_file, result.to_json())


def review(
    context: typer.Context,
    photos: Annotated[int, typer.Option(min=1, help="How often from the key to the next photo.")] = 200,
    seconds: Annotated[float, typer.Option(min=1, help="How long, a photo a second.")] = 180.0,
    latency: Annotated[float, typer.Option(min=0, help="Added to every request, in milliseconds.")] = 200.0,
    json_file: JsonFile = None,
) -> None:
    """Measure the review page in a real browser: from the key to the next photo painted, every key kept."""
    from yogalab.bench import review as bench

    with progress("Reviewing") as step:
        result = bench.run(
            settings_of(context), photos=photos, seconds=seconds, latency=latency / 1000, on_step=step
        )
    _spreads({"key to next photo": result.painted, "label over HTTP": result.label})
    told = {"latency": f"{1000 * result.latency:.0f}", "confirmed": result.confirmed}
    tell(say("bench.review", **told, seconds=f"{result.seconds:.0f}"))
    found = {
        "painted": f"{1000 * result.painted.p95:.0f} ms",
        "pace": f"{60 * result.confirmed / result.seconds:.0f}",
        "kept": f"{result.stored} / {result.keyed}",
    }
    _verdicts("review", result.bars, found)
    write(json_file, result.to_json())


def _verdicts(bench: str, bars: Mapping[str, bool], found: Mapping[str, object]) -> None:
    for bar, held in bars.items():
        verdict = say("bench.bar.held" if held else "bench.bar.missed")
        tell(say(f"bench.{bench}.{bar}", found=found[bar], verdict=verdict))


def _spreads(rows: dict[str, Spread]) -> None:
    def cells(spread: Spread) -> list[str]:
        return [f"{1000 * value:.1f} ms" for value in (spread.p50, spread.p95, spread.worst)]

    table(("", "median", "95 %", "worst", "n"), [(name, *cells(one), one.n) for name, one in rows.items()])


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (ingest, label, start, coaches, memory, live, grid, review):
        app.command()(command)
