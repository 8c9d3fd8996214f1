"""Data sets and whole labs, in and out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from yogalab.cli.session import settings_of, visit
from yogalab.cli.terminal import progress, tell
from yogalab.words import say

PANEL = "Files"


class Format(StrEnum):
    IMAGEFOLDER = "imagefolder"
    CSV = "csv"
    COCO = "coco"
    PARQUET = "parquet"


def add_to(app: typer.Typer) -> None:
    for command in (export, pack, unpack):
        app.command(rich_help_panel=PANEL)(command)


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="DIR")],
    kind: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.IMAGEFOLDER,
    everything: Annotated[bool, typer.Option("--all", help="Photos without a label too.")] = False,
) -> None:
    """Write the labelled photos as a data set for other programs: photos, poses, coaches, splits, landmarks."""
    with visit(context) as (lab, who), progress("Writing") as step:
        count = lab.exchange.write(
            who, folder, kind.value, everything=everything, on_step=lambda done, total: step(done, total)
        )
    tell(say("terminal.exported", count=count, folder=folder))


def pack(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write.", metavar="FILE")],
) -> None:
    """Write the whole lab into one file: database, photos, versions."""
    with visit(context) as (lab, who), progress("Packing") as step:
        packed = lab.pack(who, file, lambda share, stage: step(round(100 * share), 100))
    tell(say("terminal.packed", file=packed, megabytes=f"{packed.stat().st_size / 2**20:.1f}"))


def unpack(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that “yogalab pack” wrote.", metavar="FILE")],
) -> None:
    """Open a packed lab here. Where a lab is already, nothing is touched."""
    # As in `visit`: wiring loads every room.
    from yogalab.wiring import unpack_lab  # noqa: PLC0415

    settings = settings_of(context)
    with progress("Unpacking") as step:
        unpack_lab(settings, file, lambda share, stage: step(round(100 * share), 100))
    with visit(context) as (lab, who):
        photos = lab.review.tally(who).photos
    tell(say("terminal.unpacked", folder=settings.home, photos=photos))
