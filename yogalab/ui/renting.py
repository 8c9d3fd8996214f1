"""What the models page says of machines that are rented by the minute, and of what long work says itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yogalab.lab.lab import Lab
from yogalab.lab.renting import LEAST_MINUTES, MOST_MINUTES, USUAL_MINUTES
from yogalab.records import Coach, JobLine, Machine
from yogalab.ui import present
from yogalab.ui.panel import Ask, Handler, text, whole
from yogalab.words import catalogue, decimal, say


class RentingPart:
    """The part of the models page that rents machines and shows what long work says."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    @property
    def handlers(self) -> Sequence[Handler]:
        return (self.machines, self.terms, self.rent, self.said)

    def machines(self, who: Coach, asked: Ask) -> object:
        """What is on offer, and between which time limits."""
        return {
            "machines": [_machine(one) for one in self._lab.renting.machines(who)],
            "minutes": {"least": LEAST_MINUTES, "usual": USUAL_MINUTES, "most": MOST_MINUTES},
        }

    def terms(self, who: Coach, asked: Ask) -> object:
        """What it would mean, in sentences, and the mark that says so."""
        terms = self._lab.renting.terms(
            who, text(asked, "rung"), machine=text(asked, "machine"), minutes=whole(asked, "minutes")
        )
        most = decimal(terms.dollars_at_most, 2)
        lines = [say(code, **{**data, "dollars": most}) for code, data in self._lab.renting.in_words(terms)]
        return {"mark": terms.mark, "lines": lines}

    def rent(self, who: Coach, asked: Ask) -> object:
        """Start the tuning there."""
        job = self._lab.renting.tune(
            who,
            text(asked, "rung"),
            machine=text(asked, "machine"),
            minutes=whole(asked, "minutes"),
            agreed=text(asked, "agreed"),
        )
        return present.job(job)

    def said(self, who: Coach, asked: Ask) -> object:
        """The last lines of what long work says."""
        return {"lines": [_line(line) for line in self._lab.said(who, whole(asked, "job"))]}


def _machine(one: Machine) -> Mapping[str, object]:
    words = say("rent.offer", machine=one.label, card=one.accelerator, dollars=decimal(one.dollars_per_hour, 2))
    return {"name": one.name, "label": words}


def _line(line: JobLine) -> Mapping[str, str]:
    known = catalogue().get(line.code, line.code)
    return {"at": line.at.isoformat(), "text": known if line.code else line.text}
