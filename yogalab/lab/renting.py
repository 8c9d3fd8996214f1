"""The renting desk: training deeper on a machine that is paid by the minute, on terms agreed to beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from yogalab.errors import NotUnderstood, RentChanged, RentNoImage, RentRefused
from yogalab.lab.parts import TUNE, Parts, require
from yogalab.lab.served import Served
from yogalab.lab.tuning import RUNGS, TuningDesk
from yogalab.lab.tuning_requests import TuningRequests
from yogalab.lab.versions import OPEN_STATES
from yogalab.ports import Progress, RentedMachines
from yogalab.records import Coach, Consent, Hire, Job, Machine, Role, Terms

RETURN: Final = "return"
# Minutes: less is over before the machine has begun, more is a mistake rather than a wish.
LEAST_MINUTES: Final = 5
MOST_MINUTES: Final = 360
USUAL_MINUTES: Final = 30
# Nobody in particular asked for it: the lab tidies up after itself.
_LAB: Final = "lab"


class RentingDesk:
    """Photos leave this machine only on terms that its owner has seen: how many, where to, for how much."""

    def __init__(self, parts: Parts, served: Served, tuning: TuningDesk) -> None:
        self._parts = parts
        self._served = served
        self._tuning = tuning
        self._requests = TuningRequests(parts, served)

    def machines(self, who: Coach) -> Sequence[Machine]:
        """What is on offer now, those with a graphics card, cheapest first.

        Raises RentNoImage, HubOffline, HubTokenMissing, HubError.
        """
        require(who, Role.OWNER)
        rented = self._rented()
        rented.image()
        # Whoever looks at prices may agree to one next.
        self._parts.jobs.expect()
        return [machine for machine in rented.machines() if machine.accelerator]

    def terms(self, who: Coach, rung: str, *, machine: str, minutes: int) -> Terms:
        """What it would mean to tune there now.

        Raises NothingToTune, TooFewToTune, RentRefused, RentNoImage, HubOffline, HubTokenMissing, HubError.
        """
        require(who, Role.OWNER)
        if rung not in RUNGS:
            raise NotUnderstood(what="rung")
        rented, offered = self._rented(), {one.name: one for one in self.machines(who)}
        if machine not in offered or not LEAST_MINUTES <= minutes <= MOST_MINUTES:
            raise RentRefused(machine=machine, minutes=minutes, most=MOST_MINUTES)
        _, answers = self._requests.now()
        photos = self._served.snapshot().photos
        sent = [photos[i] for i in answers.keys() - self._requests.lost(answers)]
        return Terms(
            rung=rung,
            machine=offered[machine],
            minutes=minutes,
            photos=len(sent),
            unsure=sum(photo.consent is Consent.UNKNOWN for photo in sent),
            account=rented.account(),
            image=rented.image(),
        )

    def in_words(self, terms: Terms) -> Sequence[tuple[str, Mapping[str, object]]]:
        """The terms as codes in the catalogue of words, and what fills their blanks, but for "dollars"."""
        sent = {"n": terms.photos, "account": terms.account}
        unsure = [("rent.unsure.one" if terms.unsure == 1 else "rent.unsure", {"n": terms.unsure})]
        return [
            ("rent.photos.one" if terms.photos == 1 else "rent.photos", sent),
            *(unsure if terms.unsure else []),
            ("rent.cost", {"account": terms.account, "minutes": terms.minutes}),
        ]

    def tune(self, who: Coach, rung: str, *, machine: str, minutes: int, agreed: str) -> Job:
        """Start the tuning there; its version waits to be activated, however good it is.

        agreed: `Terms.mark` of the terms that were shown. Raises RentChanged when they are others now, and
        what `terms` and `TuningDesk.tune` raise.
        """
        terms = self.terms(who, rung, machine=machine, minutes=minutes)
        if terms.mark != agreed:
            raise RentChanged
        return self._tuning.tune(who, rung, hire=Hire(machine=machine, minutes=minutes))

    def tidy(self) -> None:
        """Have given back what a tuning that was cut off for good has left with the Hub."""
        if self._parts.rented is None or not self._parts.rented.left():
            return
        if not any(self._goes_on(kind) for kind in (TUNE, RETURN)):
            self._parts.jobs.start(RETURN, {}, who=_LAB)

    def return_now(self, payload: Mapping[str, object], who: str, progress: Progress) -> Mapping[str, object]:
        """Stop machines and take pictures away that no tuning needs any more. Run as a job."""
        progress(0.0, "rent.return")
        if self._goes_on(TUNE):
            return {"left": None}
        return {"left": self._rented().give_back()}

    def _goes_on(self, kind: str) -> bool:
        return any(job.state in OPEN_STATES for job in self._parts.store.jobs(kind=kind))

    def _rented(self) -> RentedMachines:
        if self._parts.rented is None:
            raise RentNoImage
        return self._parts.rented
