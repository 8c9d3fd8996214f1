"""A command's visit to the lab: opened, used by one coach, closed again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import typer

from yogalab.cli.terminal import complain, progress
from yogalab.records import Job, JobState
from yogalab.settings import Settings
from yogalab.words import say, told

if TYPE_CHECKING:
    from yogalab.lab.lab import Lab
    from yogalab.records import Coach

OPEN = frozenset({JobState.WAITING, JobState.RUNNING})
POLL_SECONDS = 0.1
_FAREWELL_SECONDS = 15.0


def settings_of(context: typer.Context) -> Settings:
    return cast(Settings, context.obj)


@contextmanager
def visit(context: typer.Context) -> Iterator[tuple[Lab, Coach]]:
    """Open the lab of the settings and return it with the coach who is acting."""
    # The lab pulls in every room: only commands that use it wait for that.
    from yogalab.wiring import open_lab  # noqa: PLC0415

    settings = settings_of(context)
    lab = open_lab(settings)
    try:
        yield lab, lab.people.enter(settings.coach)
    finally:
        lab.close()


def follow(lab: Lab, who: Coach, job: Job, what: str) -> Job:
    """Wait for long work with a progress bar; Ctrl-C cancels it. Leaves with status 1 when it failed."""
    with progress(what) as step:
        try:
            while job.state in OPEN:
                time.sleep(POLL_SECONDS)
                job = lab.versions.job(who, job.id)
                step(round(100 * job.progress), 100)
        except KeyboardInterrupt:
            job = lab.versions.cancel(who, job.id)
            # A rented machine has to be told, too.
            patience = time.monotonic() + _FAREWELL_SECONDS
            while job.state in OPEN and time.monotonic() < patience:
                time.sleep(POLL_SECONDS)
                job = lab.versions.job(who, job.id)
            complain(say("job.cancelled"))
            raise typer.Exit(130) from None
    if job.state is not JobState.DONE:
        complain(told(job.error, job.error_data))
        raise typer.Exit(1)
    return job
