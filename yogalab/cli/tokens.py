"""Keys for programs that ask a served lab."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from yogalab.cli.session import visit
from yogalab.cli.terminal import note, table, tell, tell_json
from yogalab.records import Role, Token
from yogalab.words import say

app = typer.Typer(help="Make, list and take back access tokens for programs.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, one line.")]


class Right(StrEnum):
    """What a token may do at most."""

    VIEWER = "viewer"
    COACH = "coach"
    OWNER = "owner"


@app.command()
def make(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is for.")],
    role: Annotated[Right, typer.Option(help="What it may do; never more than you.")] = Right.VIEWER,
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="After how many days it ends (else never).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make an access token for a program that acts for you (for another person: --as NAME)."""
    with visit(context) as (lab, who):
        token, key = lab.tokens.make(who, name, role=Role(role.value), days=days)
    if as_json:
        tell_json({**_facts(token), "token": key})
        return
    note(say("terminal.token_once", role=token.role.value, coach=token.coach))
    tell(key)


@app.command("list")
def list_tokens(context: typer.Context, as_json: AsJson = False) -> None:
    """List the access tokens; the secrets themselves nobody can read again."""
    with visit(context) as (lab, who):
        known = [_facts(token) for token in lab.tokens.list(who)]
    if as_json:
        tell_json(known)
    else:
        columns = ("id", "name", "coach", "role", "made_at", "ends_at", "used_at")
        table(columns, [[str(one[column] or "")[:16] for column in columns] for one in known])


@app.command()
def drop(
    context: typer.Context,
    token: Annotated[str, typer.Argument(help="Its id, as “yogalab tokens list” has it.")],
) -> None:
    """Take an access token back: the program that has it is let in no more."""
    with visit(context) as (lab, who):
        lab.tokens.drop(who, token)
    tell(say("terminal.token_dropped"))


def _facts(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "coach": token.coach,
        "role": token.role.value,
        "made_at": token.made_at.isoformat(),
        "ends_at": token.ends_at.isoformat() if token.ends_at else None,
        "used_at": token.used_at.isoformat() if token.used_at else None,
    }
