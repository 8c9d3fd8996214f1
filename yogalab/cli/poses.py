"""What can be named."""

from __future__ import annotations

from typing import Annotated

import typer

from yogalab.cli.session import visit
from yogalab.cli.terminal import complain, table, tell, tell_json
from yogalab.words import say

app = typer.Typer(help="List, add, rename, merge and hide poses.", no_args_is_help=True)
PoseArgument = Annotated[str, typer.Argument(help="English, Sanskrit or short name.", metavar="POSE")]


@app.command("list")
def list_poses(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="The hidden ones too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the poses as JSON, one line.")] = False,
) -> None:
    """List the poses by name."""
    with visit(context) as (lab, who):
        known = lab.poses.list(who, hidden=everything)
    if as_json:
        keys = ("id", "slug", "name", "sanskrit", "aliases", "family6", "family20", "sided", "hidden")
        tell_json([{key: getattr(pose, key) for key in keys} for pose in known])
        return
    rows = [(p.id, p.slug, p.name, p.sanskrit, p.family6, "hidden" if p.hidden else "") for p in known]
    table(("id", "short name", "name", "Sanskrit", "family", ""), rows)


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What you call it.")],
    sanskrit: Annotated[str, typer.Option(help="Its Sanskrit name.")] = "",
    sided: Annotated[bool, typer.Option(help="Left and right differ.")] = False,
    looks: Annotated[
        str, typer.Option(help="What the body does, as in “standing, one knee bent, arms overhead”.")
    ] = "",
    like: Annotated[
        int | None, typer.Option(help="The number of a photo that shows it.", metavar="PHOTO")
    ] = None,
) -> None:
    """Add a pose. With --looks or --like it is suggested before anybody has labelled it."""
    with visit(context) as (lab, who):
        pose = lab.poses.add(who, name, sanskrit=sanskrit, sided=sided, looks=looks, like=like)
        unknown = lab.poses.understand(who, looks).unknown if like is None else ()
    if unknown:
        complain(say("terminal.looks_unknown", words=", ".join(unknown)))
    tell(say("terminal.pose", name=pose.name, slug=pose.slug))


@app.command()
def rename(
    context: typer.Context, pose: PoseArgument, name: Annotated[str, typer.Argument(help="Its new name.")]
) -> None:
    """Call a pose by another name. Labels stay, and the old name is still understood."""
    with visit(context) as (lab, who):
        renamed = lab.poses.rename(who, pose, name)
    tell(say("terminal.pose", name=renamed.name, slug=renamed.slug))


@app.command()
def merge(
    context: typer.Context,
    pose: PoseArgument,
    into: Annotated[str, typer.Argument(help="The pose it becomes part of.", metavar="INTO")],
) -> None:
    """Make one pose part of another: its labels count for that one."""
    with visit(context) as (lab, who):
        name = lab.poses.pose(who, pose).name
        target = lab.poses.merge(who, pose, into)
    tell(say("terminal.merged", name=name, into=target.name))


@app.command()
def hide(
    context: typer.Context,
    pose: PoseArgument,
    show: Annotated[bool, typer.Option("--show", help="Suggest it again.")] = False,
) -> None:
    """Stop suggesting a pose."""
    with visit(context) as (lab, who):
        hidden = lab.poses.hide(who, pose, hidden=not show)
    tell(say("terminal.shown" if show else "terminal.hidden", name=hidden.name))
