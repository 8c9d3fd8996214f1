"""What the commands that measure have in common: their options, and how their figures are told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yogalab.cli.session import settings_of
from yogalab.cli.terminal import complain, note, plain, progress
from yogalab.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.table import Table

    from yogalab.bench.collection import Collection
    from yogalab.ports import Encoder


def _drawable(file: Path | None) -> Path | None:
    """Said before minutes of measuring, not after."""
    if file is not None and file.suffix.lower() not in {".png", ".svg"}:
        raise typer.BadParameter(str(file))
    return file


JsonFile = Annotated[
    Path | None, typer.Option("--json", help="Write the figures to this file too.", metavar="FILE")
]
PlotFile = Annotated[
    Path | None,
    typer.Option("--plot", help="Draw the figures, as .png or .svg.", metavar="FILE", callback=_drawable),
]
DataSet = Annotated[
    Path, typer.Argument(help="A folder a pose, or a manifest.csv with file, pose, split.", metavar="DIR")
]
Shots = Annotated[str, typer.Option(help="Labels a pose, separated by commas.")]
Draws = Annotated[
    int | None, typer.Option(min=1, help="How often to draw them: else 20 times for 1 and 2, and 10 for more.")
]
Seed = Annotated[int, typer.Option(help="Another number draws others.")]
Processes = Annotated[int | None, typer.Option(min=1, help="How many at a time: else one for each core.")]
EncoderName = Annotated[
    str | None,
    typer.Option(help="The encoder to measure, a name or a folder: else a new lab's own."),
]
Anew = Annotated[bool, typer.Option("--anew", help="Measure what an earlier run measured already, too.")]


def numbers(text: str) -> list[int]:
    """Return the numbers in "1,2,5"."""
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError:
        raise typer.BadParameter(text) from None
    if min(found) < 1:
        raise typer.BadParameter(text)
    return found


def encoder_named(context: typer.Context, name: str | Path | None) -> str | Path:
    """Return which encoder to measure: its name, or its folder as a path; leaves where there is none.

    name: as it was asked for; None for the one that a new lab sees with.
    """
    # Every measurement loads what it measures.
    from yogalab import wiring  # noqa: PLC0415

    if name:
        return Path(name) if isinstance(name, Path) or Path(name).is_dir() else name
    first = wiring.first_encoder(settings_of(context))
    if first is None:
        complain(say("bench.no_encoder"))
        raise typer.Exit(1)
    return first


def encoder_to_measure(context: typer.Context, name: str | Path | None) -> Encoder:
    """Return the encoder that `encoder_named` finds."""
    # As above.
    from yogalab import wiring  # noqa: PLC0415

    which, settings = encoder_named(context, name), settings_of(context)
    if isinstance(which, Path):
        # Loads PyTorch, which a name's encoder may do without.
        from yogalab.workbench import encoder_in  # noqa: PLC0415

        return encoder_in(settings, which)
    encoder = wiring.encoder(replace(settings, encoder=which))
    assert encoder is not None  # the settings name one
    return encoder


@contextmanager
def measuring(
    context: typer.Context, directory: Path, *, encoder: Encoder | None = None, looking: float
) -> Iterator[tuple[Collection, Path, Callable[..., None]]]:
    """Look at a data set; give it as it was seen, where measurements are kept, and what moves the bar on.

    looking: the share of all the work that looking is. The last is called with the share done of what remains;
    what else it is told is not shown.
    """
    with progress("Measuring") as step:
        seen = looked_at(context, directory, step, encoder=encoder, share=looking)

        def moved(share: float, *_: object) -> None:
            step(round(100 * (looking + (1 - looking) * share)), 100)

        yield seen, settings_of(context).home / "bench", moved


def looked_at(
    context: typer.Context,
    directory: Path,
    step: Callable[[float, float], None],
    *,
    encoder: Encoder | None = None,
    share: float = 0.3,
) -> Collection:
    """Return a data set as it was seen. step: moved up to `share` of a whole."""
    # As above.
    from yogalab.bench.collection import collect  # noqa: PLC0415
    from yogalab.wiring import eyes  # noqa: PLC0415

    settings = settings_of(context)
    reader, landmarker = eyes(settings)
    return collect(
        reader,
        directory,
        folder=settings.home / "bench",
        pose_model=landmarker.name,
        encoder=encoder,
        on_progress=lambda done, total: step(round(100 * share * done / max(total, 1)), 100),
    )


def tables(several: Iterable[Table]) -> None:
    """Print tables to the terminal."""
    # Loaded late: most commands print none.
    from rich.console import Console  # noqa: PLC0415

    console = Console()
    # A pipe has no width: tables are not folded for it.
    console = console if console.is_terminal else Console(width=160)
    for one in several:
        console.print(one)


def write(file: Path | None, figures: dict[str, Any]) -> None:
    """Write figures as JSON where a file was asked for."""
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(figures, default=plain, indent=2) + "\n", encoding="utf-8")
        note(say("bench.written", file=file))
