"""What to look at again: doubtful labels, coaches who differ, copies, photos put aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from yogalab.cli.session import visit
from yogalab.cli.terminal import percent, table, tell, tell_json
from yogalab.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yogalab.lab.agreeing import Agreements
    from yogalab.lab.checklists import Copies, Disagreements, Dispute, Suspect
    from yogalab.records import LabelEvent, Pose

app = typer.Typer(help="List labels and photos to look at again.", no_args_is_help=True)
Count = Annotated[int, typer.Option(min=1, help="How many.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print them as JSON, one line.")]


@app.command()
def suspects(context: typer.Context, count: Count = 20, as_json: AsJson = False) -> None:
    """Labels that may be wrong: what the others say of each photo, had nobody named it."""
    with visit(context) as (lab, who):
        found = lab.checks.suspects(who, count=count)
        poses = lab.poses.by_id(who)
    if as_json:
        tell_json({"total": found.total, "photos": [_suspect(one, poses) for one in found.listed]})
    elif not found.ready:
        tell(say("terminal.check_wait", enough=found.needs))
    else:
        rows = [
            (
                one.sight.photo.id,
                poses[one.doubt.called].slug,
                poses[one.doubt.instead].slug,
                f"{percent(one.doubt.instead_probability)} %",
                one.sight.photo.name,
            )
            for one in found.listed
        ]
        _show(("photo", "called", "looks like", "sure", "file"), rows, found.total)


@app.command()
def disagreements(context: typer.Context, count: Count = 20, as_json: AsJson = False) -> None:
    """Photos coaches call differently, and how far coaches agree in all."""
    # Every command loads what it needs.
    from yogalab.ui.agreement import anchoring, overall  # noqa: PLC0415

    with visit(context) as (lab, who):
        found, agreed = lab.checks.disagreements(who, count=count), lab.agreement.figures(who)
        poses = lab.poses.by_id(who)
    if as_json:
        tell_json(_disagreements(found, agreed, poses))
        return
    rows = [
        (
            one.sight.photo.id,
            ", ".join(f"{event.coach}: {_said(event, poses)}" for event in one.said),
            one.sight.photo.name,
        )
        for one in found.listed
    ]
    _show(("photo", "called", "file"), rows, found.total)
    tell(overall(agreed))
    tell(anchoring(agreed.anchoring))


@app.command()
def copies(context: typer.Context, count: Count = 20, as_json: AsJson = False) -> None:
    """Photos of the same moment whose labels differ or are missing."""
    with visit(context) as (lab, who):
        found = lab.checks.copies(who, count=count)
        poses = lab.poses.by_id(who)
    if as_json:
        tell_json({"total": found.total, "groups": [_copies(one, poses) for one in found.listed]})
        return
    rows = [
        (
            " ".join(str(sight.photo.id) for sight in one.sights),
            ", ".join(poses[pose_id].slug for pose_id in one.poses),
            one.sights[0].photo.name,
        )
        for one in found.listed
    ]
    _show(("photos", "called", "file"), rows, found.total)


@app.command()
def skipped(context: typer.Context, count: Count = 20, as_json: AsJson = False) -> None:
    """Photos that were skipped, or have a wrong skeleton and no name."""
    with visit(context) as (lab, who):
        found = lab.checks.skipped(who, count=count)
    if as_json:
        photos = [{"photo": one.photo.id, "file": one.photo.name} for one in found.listed]
        tell_json({"total": found.total, "photos": photos})
        return
    rows = [
        (one.photo.id, one.prediction.best.slug if one.prediction else "", one.photo.name)
        for one in found.listed
    ]
    _show(("photo", "guess", "file"), rows, found.total)


def _show(columns: Sequence[str], rows: Sequence[Sequence[object]], total: int) -> None:
    if not rows:
        tell(say("terminal.check_none"))
        return
    table(columns, rows)
    if total > len(rows):
        tell(say("terminal.check_more", n=total - len(rows)))
    tell(say("terminal.check_settle"))


def _suspect(one: Suspect, poses: Mapping[int, Pose]) -> dict[str, object]:
    return {
        "photo": one.sight.photo.id,
        "file": one.sight.photo.name,
        "called": poses[one.doubt.called].slug,
        "called_probability": round(one.doubt.called_probability, 6),
        "instead": poses[one.doubt.instead].slug,
        "instead_probability": round(one.doubt.instead_probability, 6),
    }


def _disagreements(found: Disagreements, agreed: Agreements, poses: Mapping[int, Pose]) -> dict[str, object]:
    return {
        "total": found.total,
        "shared": agreed.shared,
        "agreement": agreed.overall,
        "coaches": agreed.coaches,
        "poses": {
            poses[number].slug if number in poses else str(number): share
            for number, share in agreed.poses.items()
        },
        "anchoring": agreed.anchoring,
        "photos": [_dispute(one, poses) for one in found.listed],
    }


def _dispute(one: Dispute, poses: Mapping[int, Pose]) -> dict[str, object]:
    return {
        "photo": one.sight.photo.id,
        "file": one.sight.photo.name,
        "said": {event.coach: _said(event, poses) for event in one.said},
    }


def _copies(one: Copies, poses: Mapping[int, Pose]) -> dict[str, object]:
    return {
        "photos": [sight.photo.id for sight in one.sights],
        "called": [poses[pose_id].slug for pose_id in one.poses],
        "differ": one.differ,
    }


def _said(event: LabelEvent, poses: Mapping[int, Pose]) -> str:
    pose = poses.get(event.pose_id) if event.pose_id is not None else None
    return pose.slug if pose else event.kind.value
