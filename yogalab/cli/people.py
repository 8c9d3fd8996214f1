"""Who comes into a lab that is not on this machine alone."""

from __future__ import annotations

from typing import Annotated

import typer

from yogalab.cli.session import settings_of, visit
from yogalab.cli.terminal import complain, table, tell, tell_json
from yogalab.errors import PersonNotFound
from yogalab.records import Role
from yogalab.settings import Settings
from yogalab.words import say

app = typer.Typer(help="List, invite and remove people, and say what they may do.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Somebody's name, or their id from the list.", metavar="NAME")]


@app.command("list")
def list_people(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print the people as JSON, one line.")] = False,
) -> None:
    """List who can sign in, coaches who cannot, and invitations that are open."""
    with visit(context) as (lab, who):
        people, invitations = lab.people.list(who), lab.invitations.open(who)
    if as_json:
        keys = ("id", "name", "role", "by", "settled", "waiting")
        told = [{key: getattr(one, key) for key in keys} for one in people]
        waiting = [
            {"id": i.id, "role": i.role, "name": i.name, "until": i.until.isoformat()} for i in invitations
        ]
        tell_json({"people": told, "invitations": waiting})
        return
    rows = [(one.name, one.role.value, one.by.value if one.by else "cannot sign in", one.id) for one in people]
    rows += [
        (i.name or "somebody", i.role.value, f"invited until {i.until:%Y-%m-%d}", i.id) for i in invitations
    ]
    table(("name", "role", "comes by", "id"), rows)


@app.command()
def invite(
    context: typer.Context,
    role: Annotated[Role, typer.Argument(help="What they may do.")] = Role.COACH,
    name: Annotated[str, typer.Option(help="For whom; they get back the labels given by that name.")] = "",
    days: Annotated[int, typer.Option(min=1, max=90, help="How long the link is good.")] = 7,
    address: Annotated[
        str | None, typer.Option(help="Where they reach the lab, as https://lab.example.org.", metavar="URL")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the link as JSON, one line.")] = False,
) -> None:
    """Make a link that lets one person in, once. It is shown only now."""
    settings = settings_of(context)
    with visit(context) as (lab, who):
        invitation, secret = lab.invitations.invite(who, role, name=name, days=days)
    link = f"{(address or _address(settings)).rstrip('/')}/invite/{secret}"
    if as_json:
        tell_json({"link": link, "role": role, "until": invitation.until.isoformat()})
        return
    tell(link)
    complain(say("terminal.invited", day=f"{invitation.until:%Y-%m-%d}"))
    if not settings.locked:
        complain(say("terminal.unlocked"))


@app.command()
def role(
    context: typer.Context, name: Name, role: Annotated[Role, typer.Argument(help="What they may do.")]
) -> None:
    """Say what somebody may do, from their next click on."""
    with visit(context) as (lab, who):
        person = lab.people.set_role(who, lab.people.find(who, name).id, role)
    tell(say("terminal.role", name=person.name, role=person.role.value))


@app.command()
def remove(context: typer.Context, name: Name) -> None:
    """Let somebody in no more, or withdraw an invitation by its id. Labels they gave stay theirs."""
    with visit(context) as (lab, who):
        try:
            person = lab.people.find(who, name)
        except PersonNotFound:
            if not any(one.id == name for one in lab.invitations.open(who)):
                raise
            lab.invitations.withdraw(who, name)
            tell(say("terminal.withdrawn"))
            return
        lab.people.remove(who, person.id)
    tell(say("terminal.removed", name=person.name))


@app.command()
def password(
    context: typer.Context,
    name: Name,
    # Never an option: what is typed on a command line is kept in its history.
    new: Annotated[
        str, typer.Option(prompt="New password", hide_input=True, confirmation_prompt=True, hidden=True)
    ],
) -> None:
    """Give somebody another password; they are signed out everywhere."""
    with visit(context) as (lab, who):
        account = lab.passwords.reset(who, lab.people.find(who, name).id, new)
    tell(say("terminal.password", name=account.name))


def _address(settings: Settings) -> str:
    if settings.on_space and settings.space_host:
        return f"https://{settings.space_host}"
    shown = "localhost" if settings.host in {"0.0.0.0", "::"} else settings.host
    return f"http://{shown}:{settings.port}"
