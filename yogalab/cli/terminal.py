"""What a terminal shows: sentences, tables, one progress bar. Results on stdout, all else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum

import typer

Step = Callable[[float, float], None]


def tell(text: str) -> None:
    """A result, for people."""
    typer.echo(text)


def note(text: str) -> None:
    """Something beside the result."""
    typer.echo(text, err=True)


def complain(text: str) -> None:
    """What went wrong."""
    typer.secho(text, err=True, fg="red" if sys.stderr.isatty() else None)


def tell_json(value: object) -> None:
    """A result, for programs: one line."""
    typer.echo(json.dumps(value, default=plain, ensure_ascii=False))


def plain(value: object) -> object:
    """Return what JSON can hold of one of our values."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns under each other, as wide as their widest word."""
    lines = [[str(column) for column in columns], *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(columns))]
    for line in lines:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


@contextmanager
def progress(what: str) -> Iterator[Step]:
    """Give a function (done, total) that moves one bar; in a pipe or a log there is none."""
    # Rich takes a tenth of a second to load, which help and short commands need not wait for.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def percent(share: float) -> int:
    return round(100 * share)
