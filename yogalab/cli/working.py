"""A process that does nothing but long work."""

from __future__ import annotations

from contextlib import suppress

import typer

from yogalab.cli.session import settings_of
from yogalab.cli.terminal import tell
from yogalab.words import say


def work(context: typer.Context) -> None:
    """Do the long work of a lab: trainings, looking at photos, publishing. Ctrl-C stops it.

    For labs whose pages run elsewhere (YOGALAB_WORKER=elsewhere), on the same database and home.
    """
    # Wiring loads every room.
    from yogalab.workers import work as work_off  # noqa: PLC0415

    tell(say("terminal.working"))
    with suppress(KeyboardInterrupt):
        work_off(settings_of(context))


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="Pages")(work)
