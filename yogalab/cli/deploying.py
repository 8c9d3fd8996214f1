"""Putting the lab on a Hugging Face Space."""

from __future__ import annotations

from typing import Annotated

import typer

from yogalab.cli.session import settings_of
from yogalab.cli.terminal import complain, note, table, tell, tell_json
from yogalab.errors import SpaceFailed
from yogalab.ports import Space
from yogalab.records import Deployed, SpaceSecret, SpaceTurn, SpaceWish
from yogalab.words import catalogue, say, sentence

PANEL = "Pages"
LOG_LINES = 200
# What a Space cannot do without a token of its own.
NEEDS_TOKEN = frozenset({"YOGALAB_REPO", "YOGALAB_VAULT"})


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel=PANEL)(deploy)


def deploy(
    context: typer.Context,
    repo: Annotated[str | None, typer.Argument(help="OWNER/NAME of the Space.")] = None,
    hardware: Annotated[
        str | None, typer.Option(help="What it runs on, by the Hub's name: zero-a10g, cpu-basic, t4-small…")
    ] = None,
    private: Annotated[
        bool | None, typer.Option("--private/--public", help="Who may see it; a new one is private.")
    ] = None,
    secret: Annotated[
        list[SpaceSecret] | None, typer.Option(help="Hand over this secret too, as it is set here.")
    ] = None,
    variable: Annotated[
        list[str] | None, typer.Option(help="NAME=value, public, beyond this lab's own settings.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until it runs.")] = True,
    minutes: Annotated[float, typer.Option(min=0.01, help="How long to wait.")] = 30,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would change, and stop.")] = False,
    logs: Annotated[bool, typer.Option("--logs", help="Show the end of the Space's log, and stop.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, one line.")] = False,
) -> None:
    """Put the lab's pages on a Hugging Face Space: the program, never photos or labels.

    YOGALAB_PASSWORD and YOGALAB_SECRET become the Space's where they are set here; other secrets only by
    --secret. Deploying again updates what differs.
    """
    # Wiring loads every room.
    from yogalab.wiring import space_at  # noqa: PLC0415

    if repo is None and not dry_run:
        raise typer.BadParameter(say("space.where"))
    wish = SpaceWish(
        secrets=frozenset(secret or ()),
        variables=_named(variable or ()),
        hardware=hardware,
        private=private,
    )
    # A plan without a name is that of a Space which does not exist.
    space = space_at(settings_of(context), repo or "your-name/yogalab")
    if dry_run:
        _show_plan(space, wish, as_json=as_json, asking=repo is not None)
    elif logs:
        _show_log(space, as_json=as_json)
    else:
        deployed = space.deploy(wish)
        _tell_sent(space.repo, deployed, quiet=as_json)
        running = wait and _wait(space, deployed, minutes)
        if as_json:
            tell_json({"address": deployed.address, "commit": deployed.commit, "running": running})


def _named(texts: list[str] | tuple[()]) -> dict[str, str]:
    named = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name.isidentifier() and equals and value):
            raise typer.BadParameter(say("space.variable", text=text))
        named[name] = value
    return named


def _show_plan(space: Space, wish: SpaceWish, *, as_json: bool, asking: bool) -> None:
    items, trouble = space.look(wish, asking=asking)
    if trouble is not None:
        complain(say("space.not_asked", reason=sentence(trouble)))
    if as_json:
        tell_json(items)
        return
    table(
        ("turn", "kind", "name", "value"),
        [
            (item.turn.value, item.kind, item.name, "" if item.value is None else item.value)
            for item in sorted(items, key=lambda item: (item.kind == "file", item.turn is SpaceTurn.SAME))
        ],
    )


def _show_log(space: Space, *, as_json: bool) -> None:
    lines = space.log(lines=LOG_LINES)
    if as_json:
        tell_json(lines)
    else:
        tell("\n".join(lines) or say("space.no_log"))


def _tell_sent(repo: str, deployed: Deployed, *, quiet: bool) -> None:
    if SpaceSecret.TOKEN not in deployed.secrets and not NEEDS_TOKEN.isdisjoint(deployed.variables):
        complain(say("space.no_token"))
    if {"YOGALAB_VAULT", SpaceSecret.DATABASE}.isdisjoint(deployed.variables | deployed.secrets):
        complain(say("space.forgets", repo=repo))
    say_so = note if quiet else tell
    if deployed.private:
        note(say("space.private"))
    say_so(say("space.sent" if deployed.fresh else "space.up_to_date", address=deployed.address))


def _wait(space: Space, deployed: Deployed, minutes: float) -> bool:
    """Whether the Space runs; leaves with status 130 when somebody has seen enough."""

    def on_stage(stage: str, seconds: float) -> None:
        if stage == "RUNNING":
            # Perhaps still the version before; that the new one runs is told in the end.
            return
        code = f"space.stage.{stage}"
        note(say(code if code in catalogue() else "space.stage.other", minutes=round(seconds / 60)))

    try:
        space.follow(deployed.commit, on_stage=on_stage, minutes=minutes)
    except KeyboardInterrupt:
        complain(say("space.left", repo=space.repo))
        raise typer.Exit(130) from None
    except SpaceFailed as failed:
        _show_end(space.repo, failed)
        raise
    note(say("space.running", address=deployed.address))
    return True


def _show_end(repo: str, failed: SpaceFailed) -> None:
    lines = failed.data.get("log")
    if isinstance(lines, tuple) and lines:
        note(say("space.log", repo=repo))
        for line in lines:
            note(f"    {line}")
