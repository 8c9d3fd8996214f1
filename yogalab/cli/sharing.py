"""Versions and labelled photos on their way to others: published, brought in, looked at before they go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yogalab.cli.session import follow, visit
from yogalab.cli.terminal import note, table, tell, tell_json
from yogalab.words import say

if TYPE_CHECKING:
    from yogalab.records import DataOutline, PublishedData, VersionOutline

PANEL = "Model"
# As many photos as a terminal shows without scrolling away what was said before them.
_LISTED = 20
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, one line.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be sent.")]
OnHub = Annotated[str, typer.Argument(help="OWNER/NAME on the Hugging Face Hub.")]


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel=PANEL)(publish)
    app.command(rich_help_panel=PANEL)(pull)
    app.command("export-onnx", rich_help_panel="Files")(export_onnx)
    app.command("publish-data", rich_help_panel="Files")(publish_data)


def publish(
    context: typer.Context,
    repo: Annotated[
        str | None, typer.Argument(help="OWNER/NAME on the Hugging Face Hub (else YOGALAB_REPO).")
    ] = None,
    number: Annotated[
        int | None, typer.Option("--number", help="The version (else the one that answers).")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Publish a version on the Hugging Face Hub: private at first, one commit and a tag, no photo."""
    with visit(context) as (lab, who):
        if dry_run:
            _tell_version(lab.sharing.outline(who, repo, number=number), as_json)
            return
        job = follow(lab, who, lab.versions.publish(who, repo, number=number), "Publishing")
    if as_json:
        tell_json(job.result)
    else:
        tell(say("terminal.published", tag=job.result["tag"], repo=job.result["repo"]))


def _tell_version(outline: VersionOutline, as_json: bool) -> None:
    if as_json:
        tell_json(outline)
        return
    table(("file", "bytes"), [(path, f"{size:,}") for path, size in outline.files.items()])
    tag, megabytes = outline.tag or "v…", f"{outline.size / 1e6:.1f}"
    tell(say("terminal.would_send", number=outline.number, repo=outline.repo, tag=tag, megabytes=megabytes))


def pull(
    context: typer.Context,
    repo: OnHub,
    revision: Annotated[str | None, typer.Option(help="Tag or commit (else the newest).")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a published version into this lab. It answers once it is activated."""
    with visit(context) as (lab, who):
        version = lab.versions.pull(who, repo, revision=revision)
    if as_json:
        tell_json(version)
    else:
        tell(say("terminal.pulled", number=version.number))


def export_onnx(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="DIR")],
    number: Annotated[
        int | None, typer.Option("--number", help="The version (else the one that answers).")
    ] = None,
) -> None:
    """Write a version as one ONNX file that other programs run, with an example beside it."""
    with visit(context) as (lab, who):
        most = lab.sharing.export_onnx(who, folder, number=number)
    tell(say("terminal.onnx", folder=folder, most=f"{most:.0e}"))


def publish_data(
    context: typer.Context,
    repo: OnHub,
    pixels: Annotated[
        bool, typer.Option("--pixels", help="The photos too, of which publishing was agreed with.")
    ] = False,
    licence: Annotated[
        str, typer.Option(help="What others may do with it, as the Hub names it, such as cc-by-4.0.")
    ] = "",
    forget: Annotated[
        bool, typer.Option("--forget", help="Leave nothing on the Hub of what was published there before.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Publish the labelled photos as a data set: labels and landmarks; private at first, naming nobody."""
    with visit(context) as (lab, who):
        outline = lab.data.outline(who, pixels=pixels)
        if dry_run and as_json:
            tell_json(outline)
            return
        if not as_json:
            _tell_data(outline, repo, pixels=pixels)
        if dry_run:
            return
        _tell_gone([one for one in lab.data.published(who) if one.repo == repo], forget=forget)
        if not yes:
            typer.confirm(say("terminal.data_sure", repo=repo), abort=True, err=True)
        wish = lab.data.publish(who, repo, pixels=pixels, licence=licence, forget=forget)
        job = follow(lab, who, wish, "Publishing")
    if as_json:
        tell_json(job.result)
    else:
        tell(say("terminal.data_published", repo=repo, tag=job.result["tag"], photos=job.result["photos"]))


def _tell_data(outline: DataOutline, repo: str, *, pixels: bool) -> None:
    tell(
        say(
            "terminal.data_rows", repo=repo, photos=outline.photos, poses=outline.poses, coaches=outline.coaches
        )
    )
    table(
        ("consent", "photos"),
        [(say(f"consent.{code}"), count) for code, count in sorted(outline.consent.items())],
    )
    if not pixels:
        tell(say("terminal.data_no_pixels"))
        return
    tell(say("terminal.data_pixels", n=len(outline.pictured)))
    names = list(outline.pictured.values())
    for name in names[:_LISTED]:
        tell(f"  {name}")
    if len(names) > _LISTED:
        tell(say("terminal.data_more", n=len(names) - _LISTED))
    if kept := sum(outline.withheld.values()):
        tell(say("terminal.data_withheld", n=kept))


def _tell_gone(published: list[PublishedData], *, forget: bool) -> None:
    for one in published:
        if one.gone:
            note(say("terminal.data_gone", n=one.gone, repo=one.repo))
        if one.withdrawn:
            note(say("terminal.data_withdrawn", n=one.withdrawn, repo=one.repo))
        if one.gone or one.withdrawn:
            note(say("terminal.data_forgets" if forget else "terminal.data_history"))
