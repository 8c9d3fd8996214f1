"""Training deeper on a machine that is rented by the minute: the terms first, and nothing without a yes."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import typer

from yogalab.cli.terminal import complain, tell
from yogalab.words import decimal, say

if TYPE_CHECKING:
    from yogalab.lab.lab import Lab
    from yogalab.records import Coach, Job

_TIME: Final = re.compile(r"(\d{1,6})(m|h|)")


class Place(StrEnum):
    """Where the encoder is tuned."""

    HERE = "here"
    HF_JOBS = "hf-jobs"


def minutes_of(text: str) -> int:
    """Whole minutes of "30m", "2h" or "30"."""
    found = _TIME.fullmatch(text.strip().lower())
    if found is None:
        raise typer.BadParameter(text, param_hint="--timeout")
    return int(found[1]) * (60 if found[2] == "h" else 1)


def rented(lab: Lab, who: Coach, rung: str, *, flavor: str | None, minutes: int, yes: bool) -> Job:
    """Say what it would mean, ask, and start it. Leaves with status 1 where the answer is no."""
    if flavor is None:
        for machine in lab.renting.machines(who):
            price = decimal(machine.dollars_per_hour, 2)
            tell(
                say(
                    "terminal.rent_machine",
                    name=f"{machine.name:<14}",
                    dollars=f"{price:>7}",
                    label=machine.label,
                    card=machine.accelerator,
                )
            )
        complain(say("terminal.rent_choose"))
        raise typer.Exit(1)
    terms = lab.renting.terms(who, rung, machine=flavor, minutes=minutes)
    for code, data in lab.renting.in_words(terms):
        # Not on the standard output: with --json that is for the result alone.
        complain(say(code, **{**data, "dollars": decimal(terms.dollars_at_most, 2)}))
    if not yes and not typer.confirm(say("terminal.rent_agree"), err=True):
        complain(say("terminal.rent_not"))
        raise typer.Exit(1)
    return lab.renting.tune(who, rung, machine=flavor, minutes=minutes, agreed=terms.mark)
