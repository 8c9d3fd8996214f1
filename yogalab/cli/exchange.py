"""Data sets and whole labs, in and out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from yogalab.cli.photos import Agreement, report
from yogalab.cli.session import settings_of, visit
from yogalab.cli.terminal import progress, tell
from yogalab.records import Consent
from yogalab.words import say

PANEL = "Files"


class Format(StrEnum):
    IMAGEFOLDER = "imagefolder"
    CSV = "csv"
    COCO = "coco"
    PARQUET = "parquet"
    LABELSTUDIO = "labelstudio"


def add_to(app: typer.Typer) -> None:
    app.command("import", rich_help_panel=PANEL)(bring)
    for command in (export, pack, unpack):
        app.command(rich_help_panel=PANEL)(command)


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="DIR")],
    kind: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.IMAGEFOLDER,
    everything: Annotated[bool, typer.Option("--all", help="Photos without a label too.")] = False,
) -> None:
    """Write the labelled photos as a data set for other programs: photos, poses, coaches, splits, landmarks.

    What a format cannot hold stands beside it in yogalab.jsonl: “yogalab import” brings all of it back.
    """
    with visit(context) as (lab, who), progress("Writing") as step:
        count = lab.exchange.write(
            who, folder, kind.value, everything=everything, on_step=lambda done, total: step(done, total)
        )
    tell(say("terminal.exported", count=count, folder=folder))


def bring(
    context: typer.Context,
    path: Annotated[
        Path, typer.Argument(help="A data set: its folder, or the one file that it is.", metavar="PATH")
    ],
    kind: Annotated[
        Format | None, typer.Option("--format", help="How it was written (else seen from the files).")
    ] = None,
    plain: Annotated[
        bool, typer.Option(help="As another program would read it, without yogalab.jsonl beside it.")
    ] = False,
    consent: Annotated[
        Agreement, typer.Option(help="Whether people agreed, of photos of which the data set does not say.")
    ] = Agreement.UNKNOWN,
    as_json: Annotated[bool, typer.Option("--json", help="Print what became of the photos as JSON.")] = False,
) -> None:
    """Take in a data set with all that it says of its photos: who said what and when, skeletons, consent.

    One that “yogalab export” wrote brings everything back; again adds nothing. With Label Studio's JSON, photos
    that are in the lab already need not be there.
    """
    with visit(context) as (lab, who), progress("Reading") as step:
        added = lab.exchange.bring(
            who,
            path,
            kind=kind.value if kind else None,
            plain=plain,
            consent=Consent(consent.value),
            on_step=lambda so_far, total: step(so_far.seen, max(total, so_far.seen)),
        )
    report(added, as_json=as_json)
    if added.errors and not added.new and not added.known:
        raise typer.Exit(1)


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
