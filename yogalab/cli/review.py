"""What to look at next, and what the coach says of it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yogalab.cli.session import visit
from yogalab.cli.terminal import percent, table, tell, tell_json
from yogalab.errors import FileMissing
from yogalab.records import LabelKind
from yogalab.words import say

if TYPE_CHECKING:
    from yogalab.lab.lab import Lab
    from yogalab.records import Card, Coach

PANEL = "Labels"
PhotoArgument = Annotated[str, typer.Argument(help="The photo's number, or its file.", metavar="PHOTO")]


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"


class Mark(StrEnum):
    """What may be said of a photo instead of a pose."""

    SKIP = LabelKind.SKIP.value
    NOT_A_POSE = LabelKind.NOT_A_POSE.value
    NOBODY = LabelKind.NOBODY.value
    WRONG_SKELETON = LabelKind.WRONG_SKELETON.value


def add_to(app: typer.Typer) -> None:
    for command in (queue, label, mark, undo):
        app.command(rich_help_panel=PANEL)(command)


def queue(
    context: typer.Context,
    count: Annotated[int, typer.Option(min=1, help="How many photos.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print the photos as JSON, one line.")] = False,
) -> None:
    """Show which photos to look at next, and why."""
    with visit(context) as (lab, who):
        cards = lab.review.queue(who, count)
    if as_json:
        tell_json([_facts(card) for card in cards])
    elif not cards:
        tell(say("terminal.queue_empty"))
    else:
        table(("photo", "guess", "sure", "why", "file"), [_row(card) for card in cards])


def label(
    context: typer.Context,
    photo: PhotoArgument,
    pose: Annotated[str, typer.Argument(help="Its pose: English, Sanskrit or short name.", metavar="POSE")],
    side: Annotated[Side | None, typer.Option(help="Which side, where the pose has two.")] = None,
) -> None:
    """Say which pose a photo shows. Kept at once; the model is better at once."""
    with visit(context) as (lab, who):
        photo_id = _photo_id(lab, who, photo)
        saved = lab.review.label(who, photo_id, pose, side=side.value if side else None)
        name = lab.poses.pose(who, saved.event.pose_id or pose).name
    tell(say("terminal.labelled", photo=photo_id, pose=name))


def mark(
    context: typer.Context,
    photo: PhotoArgument,
    what: Annotated[Mark, typer.Argument(help="What it is instead of a pose.", metavar="WHAT")],
) -> None:
    """Skip a photo, or say that it shows no pose, nobody, or a wrong skeleton."""
    with visit(context) as (lab, who):
        photo_id = _photo_id(lab, who, photo)
        lab.review.mark(who, photo_id, LabelKind(what.value))
    tell(say("terminal.marked", photo=photo_id))


def undo(context: typer.Context) -> None:
    """Take back your own last label."""
    with visit(context) as (lab, who):
        saved = lab.review.undo(who)
    tell(say("terminal.undone", photo=saved.event.photo_id))


def _photo_id(lab: Lab, who: Coach, photo: str) -> int:
    """The number of a photo given by number or by file. Raises FileMissing, PhotoNotFound."""
    if photo.isdecimal():
        return int(photo)
    try:
        data = Path(photo).read_bytes()
    except OSError as error:
        raise FileMissing(name=photo) from error
    return lab.photos.known(who, data).id


def _row(card: Card) -> tuple[object, ...]:
    best = card.prediction.best if card.prediction else None
    why = say(card.asked.reason, **card.asked.data) if card.asked else ""
    sure = f"{percent(best.probability)} %" if best else ""
    return card.photo.id, best.slug if best else "", sure, why, card.photo.name


def _facts(card: Card) -> dict[str, object]:
    ranked = card.prediction.ranked[:5] if card.prediction else ()
    return {
        "photo": card.photo.id,
        "file": card.photo.name,
        "reason": card.asked.reason if card.asked else None,
        "why": say(card.asked.reason, **card.asked.data) if card.asked else None,
        "poses": [{"pose": one.slug, "probability": round(one.probability, 6)} for one in ranked],
        "found": card.landmarks is not None,
    }
