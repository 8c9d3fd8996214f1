"""Training, and the versions that come of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from yogalab.cli.renting import Place, minutes_of, rented
from yogalab.cli.session import follow, visit
from yogalab.cli.terminal import percent, table, tell, tell_json
from yogalab.words import say

if TYPE_CHECKING:
    from yogalab.lab.lab import Lab
    from yogalab.records import Coach, Job, ModelVersion

PANEL = "Model"
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, one line.")]


def add_to(app: typer.Typer) -> None:
    for command in (train, tune, versions, activate, rollback):
        app.command(rich_help_panel=PANEL)(command)


def train(context: typer.Context, as_json: AsJson = False) -> None:
    """Learn from all labels. The new version answers when it is proven no worse than the one before."""
    with visit(context) as (lab, who):
        job = follow(lab, who, lab.versions.train(who), "Training")
        made = lab.versions.version(who, int(str(job.result["version"])))
        if not as_json:
            _tell_trained(made)
        # Where a repository is set, a promoted version goes there without a second command.
        sent = job.result.get("publishing")
        if sent is not None:
            follow(lab, who, lab.versions.job(who, int(str(sent))), "Publishing")
            made = lab.versions.version(who, made.number)
    if as_json:
        tell_json(made)
    elif made.tag:
        tell(say("terminal.published", tag=made.tag, repo=made.hub_repo))


class Rung(StrEnum):
    """How much of the encoder learns."""

    R3 = "r3"
    R4 = "r4"


def tune(
    context: typer.Context,
    rung: Annotated[
        Rung, typer.Option(help="r3 tunes the encoder's last step, in minutes; r4 all of it, far longer.")
    ] = Rung.R3,
    on: Annotated[
        Place, typer.Option(help="On this machine, or on one that is rented from Hugging Face.")
    ] = Place.HERE,
    flavor: Annotated[
        str | None, typer.Option(help="Which machine to rent, as t4-small; without it they are listed.")
    ] = None,
    timeout: Annotated[str, typer.Option(help="When the rented machine is stopped: 30m, 2h.")] = "30m",
    yes: Annotated[bool, typer.Option("--yes", help="Agree to the terms without being asked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train deeper: the encoder learns, too. It is used only when it is proven no worse.

    On a rented machine the photos and the most that it costs are shown first, and the version waits for you.
    """
    with visit(context) as (lab, who):
        if on is Place.HERE:
            job = lab.tuning.tune(who, rung.value.upper())
        else:
            job = rented(lab, who, rung.value.upper(), flavor=flavor, minutes=minutes_of(timeout), yes=yes)
        job = follow(lab, who, job, "Training deeper")
        number = job.result["version"]
        made = lab.versions.version(who, int(str(number))) if number is not None else None
        sent = job.result.get("publishing")
        if made is not None and sent is not None:
            follow(lab, who, lab.versions.job(who, int(str(sent))), "Publishing")
            made = lab.versions.version(who, made.number)
    if as_json:
        tell_json({**job.result, "made": made})
    elif made is None:
        tell(say("deeper.nothing"))
    else:
        _tell_trained(made)
        done = "terminal.rent_done" if job.result.get("candidate") else "terminal.tuned"
        tell(say(done, number=made.number, encoder=made.encoder))
    if lost := int(str(job.result.get("lost", 0))) * (not as_json):
        tell(say("deeper.lost.one" if lost == 1 else "deeper.lost", n=lost))


def _tell_trained(made: ModelVersion) -> None:
    report = made.report
    tell(
        say(
            "terminal.trained",
            number=made.number,
            top1=percent(report.top1),
            low=percent(report.interval[0]),
            high=percent(report.interval[1]),
            n=report.n,
            method=report.method,
            before=percent(made.baseline.top1),
        )
    )
    tell(say(made.verdict.reason, **made.verdict.data))
    tell(say("terminal.serving" if made.active else "terminal.kept_aside", number=made.number))


def versions(context: typer.Context, as_json: AsJson = False) -> None:
    """List the versions, newest first."""
    with visit(context) as (lab, who):
        known = lab.versions.list(who)
    if as_json:
        tell_json(known)
    elif not known:
        tell(say("terminal.no_versions"))
    else:
        columns = (
            "version",
            "answers",
            "first guess",
            "interval",
            "photos",
            "judged on",
            "labels",
            "made",
            "Hub",
        )
        table(columns, [_row(version) for version in known])


def _row(version: ModelVersion) -> tuple[object, ...]:
    report = version.report
    return (
        version.number,
        "yes" if version.active else "",
        f"{percent(report.top1)} %",
        f"{percent(report.interval[0])}–{percent(report.interval[1])} %",
        report.n,
        report.method,
        version.labels,
        f"{version.created_at:%Y-%m-%d %H:%M}",
        f"{version.hub_repo} {version.tag}" if version.tag else "",
    )


def activate(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=0, help="The version; 0 is before any training.")],
) -> None:
    """Let a version answer."""
    with visit(context) as (lab, who):
        _seen_first(lab, who, lab.versions.activate(who, number))
    tell(say("terminal.serving" if number else "terminal.serving_none", number=number))


def rollback(context: typer.Context) -> None:
    """Go back to the version the present one was trained from."""
    with visit(context) as (lab, who):
        number, job = lab.versions.rollback(who)
        _seen_first(lab, who, job)
    tell(say("terminal.serving" if number else "terminal.serving_none", number=number))


def _seen_first(lab: Lab, who: Coach, job: Job | None) -> None:
    """Wait until the version's own encoder has seen the photos that it missed."""
    if job is not None:
        follow(lab, who, job, "Looking at the photos")
