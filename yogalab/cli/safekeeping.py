"""The second place where a lab is kept: now, back from there, and whether all of it can be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from yogalab.cli.session import settings_of, visit
from yogalab.cli.terminal import complain, progress, tell, tell_json
from yogalab.records import BroughtBack, Safekeeping
from yogalab.words import say

PANEL: Final = "Files"
_SHOWN: Final = 10

_Place = Annotated[
    str | None,
    typer.Option(metavar="PLACE", help="Another place than YOGALAB_VAULT: OWNER/NAME on the Hub, or a folder."),
]
_Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON, one line.")]


def add_to(app: typer.Typer) -> None:
    for command in (backup, restore, verify):
        app.command(rich_help_panel=PANEL)(command)


def backup(context: typer.Context, to: _Place = None, as_json: _Json = False) -> None:
    """Keep the lab at its second place now: a copy of the database, photos and versions."""
    _at(context, to)
    with visit(context) as (lab, who):
        state = lab.safekeeping.keep_now(who)
    if as_json:
        tell_json(state)
    elif state.rows:
        tell(say("terminal.kept", place=state.place, seq=state.last.seq))
    else:
        tell(say("terminal.kept_photos", place=state.place))


def restore(
    context: typer.Context,
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="PLACE", help="Another place than YOGALAB_VAULT: OWNER/NAME, or a folder."
        ),
    ] = None,
    as_json: _Json = False,
) -> None:
    """Bring the lab back from its second place. Where a lab is already, nothing is touched."""
    # As in `visit`: wiring loads every room.
    from yogalab.wiring import restore_lab  # noqa: PLC0415

    _at(context, source)
    settings = settings_of(context)
    with progress(say("vault.restore")) as step:
        back = restore_lab(settings, lambda share, stage: step(round(100 * share), 100))
    if as_json:
        tell_json(back)
        return
    for line in _told(back, settings.vault or ""):
        tell(line)


def verify(context: typer.Context, at: _Place = None, as_json: _Json = False) -> None:
    """Read everything at the second place back, and say what is damaged or missing."""
    _at(context, at)
    with visit(context) as (lab, who), progress(say("vault.verify")) as step:
        check = lab.safekeeping.verify(who, lambda share, stage: step(round(100 * share), 100))
    place = settings_of(context).vault or ""
    if as_json:
        tell_json({"sound": check.sound, "check": check})
    elif check.sound:
        facts = {
            "copies": check.copies,
            "segments": check.segments,
            "photos": check.photos,
            "files": check.files,
            "labels": check.labels,
        }
        when = moment(check.last.at)
        tell(say("terminal.vault_sound", place=place, seq=check.last.seq, when=when, **facts))
    else:
        if check.damaged:
            complain(say("terminal.vault_damaged", place=place, names=_some(check.damaged)))
        if check.missing:
            complain(say("terminal.vault_missing", place=place, names=_some(check.missing)))
    if not check.sound:
        raise typer.Exit(1)


def moment(at: datetime | None) -> str:
    """A time on this machine's clock."""
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}" if at else say("terminal.vault_never")


def second_place(state: Safekeeping | None) -> list[tuple[bool, str]]:
    """(whether that is well, what to say) of a lab's second place, for `yogalab doctor`."""
    if state is None:
        return [(True, say("doctor.vault_none"))]
    told: list[tuple[bool, str]] = []
    when = moment(state.kept_at)
    if not state.rows:
        told.append((True, say("doctor.vault_server", place=state.place)))
    elif state.kept_at is None:
        told.append((False, say("doctor.vault_never", place=state.place)))
    elif state.waiting:
        told.append((False, say("doctor.vault_behind", place=state.place, n=state.waiting, when=when)))
    else:
        told.append((True, say("doctor.vault", place=state.place, when=when)))
    if (back := state.brought_back) is not None:
        facts = {"seq": back.last.seq, "when": moment(back.last.at)}
        told.append((True, say("doctor.brought_back", at=moment(back.at), **facts)))
    return told


def _told(back: BroughtBack, place: str) -> list[str]:
    if back.last.at is None:
        lines = [say("serve.brought_back_empty", place=place, photos=back.photos)]
    else:
        when = moment(back.last.at)
        lines = [say("serve.brought_back", place=place, photos=back.photos, seq=back.last.seq, when=when)]
    if back.unread:
        lines.append(say("serve.brought_back_damaged", names=_some(back.unread)))
    return lines


def _some(names: tuple[str, ...]) -> str:
    more = f", … ({len(names)})" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _at(context: typer.Context, place: str | None) -> None:
    """Another place for this command; a folder may be given from where one stands."""
    if place is None:
        return
    folder = Path(place).expanduser()
    if folder.is_dir() and "://" not in place:
        place = str(folder.absolute())
    context.obj = replace(settings_of(context), vault=place)
