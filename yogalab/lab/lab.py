"""The lab: its desks over one set of parts. It joins them and does nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from yogalab.errors import EncoderError
from yogalab.lab.agreeing import AgreementDesk
from yogalab.lab.beginning import BeginningDesk
from yogalab.lab.checks import CheckDesk
from yogalab.lab.consents import ConsentDesk
from yogalab.lab.curves import CurveDesk
from yogalab.lab.data_sharing import DataDesk
from yogalab.lab.encoders import EncoderDesk
from yogalab.lab.entrance import EntranceDesk
from yogalab.lab.exchange import ExchangeDesk
from yogalab.lab.given import GivenDesk
from yogalab.lab.health import HealthDesk
from yogalab.lab.invitations import InvitationDesk
from yogalab.lab.live import LiveDesk
from yogalab.lab.looking import LookingDesk
from yogalab.lab.mistakes import MistakeDesk
from yogalab.lab.naming import NamingDesk
from yogalab.lab.pace import PACKS
from yogalab.lab.parts import Parts, require
from yogalab.lab.passwords import PasswordDesk
from yogalab.lab.people import PeopleDesk
from yogalab.lab.photos import PhotoDesk
from yogalab.lab.poses import PoseDesk
from yogalab.lab.renting import RentingDesk
from yogalab.lab.review import ReviewDesk
from yogalab.lab.safekeeping import SafekeepingDesk
from yogalab.lab.served import Served
from yogalab.lab.sharing import SharingDesk
from yogalab.lab.siblings import Siblings
from yogalab.lab.stopping import StoppingDesk
from yogalab.lab.tokens import TokenDesk
from yogalab.lab.training import Trainer
from yogalab.lab.tuning import TuningDesk
from yogalab.lab.versions import VersionDesk
from yogalab.ports import Progress
from yogalab.records import Coach, Job, JobLine, Role


class Lab:
    """Everything a coach can do. Pages, command line and tests all go through here."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._served = Served(parts)
        self.agreement = AgreementDesk(parts, self._served)
        self.beginning = BeginningDesk(parts, self._served)
        self.curves = CurveDesk(parts, self._served)
        self.encoders = EncoderDesk(parts, self._served)
        self.entrance = EntranceDesk(parts)
        self.data = DataDesk(parts, self._served)
        self.consents = ConsentDesk(parts, self._served, self.data)
        self.given = GivenDesk(parts, self._served)
        self.health = HealthDesk(parts)
        self.invitations = InvitationDesk(parts, self.entrance)
        self.live = LiveDesk(parts, self._served)
        self.mistakes = MistakeDesk(self._served)
        self.looking = LookingDesk(parts, self._served, self.encoders)
        self.people = PeopleDesk(parts)
        self.passwords = PasswordDesk(parts)
        siblings = Siblings(parts)
        self.photos = PhotoDesk(parts, self._served, siblings)
        self.exchange = ExchangeDesk(parts, self._served, siblings)
        self.naming = NamingDesk(parts, self._served, self.photos)
        self.poses = PoseDesk(parts, self._served)
        self.review = ReviewDesk(parts, self._served, doubted=self.looking.follow)
        self.checks = CheckDesk(parts, self._served, self.review)
        self.safekeeping = SafekeepingDesk(parts)
        self.stopping = StoppingDesk(parts, self._served)
        self.tokens = TokenDesk(parts, self.people.today)
        trainer = Trainer(parts, self._served)
        self.tuning = TuningDesk(parts, self._served, trainer, self.encoders)
        self.renting = RentingDesk(parts, self._served, self.tuning)
        self.versions = VersionDesk(parts, self._served, trainer, self.encoders, tidy=self.tidy)
        self.sharing = SharingDesk(parts, self.versions)

    def open(self) -> None:
        """Bring in the built-in poses and clear away what an interrupted write left behind."""
        self.poses.seed()
        if not self._parts.files.far:
            self.photos.sweep()
        self._parts.versions.sweep()
        self._parts.changes.sweep()
        self.tuning.restore()

    def warm(self) -> None:
        """Load what the first prediction needs, and go on with long work that was cut off.

        Photos that another pose model has looked at are looked at anew. Pages call it in the background.
        """
        self._parts.jobs.wake()
        self.photos.table()
        self.tidy()
        self.looking.go_on()
        self.encoders.look()
        if self._parts.files.far:
            self.photos.sweep()

    def tidy(self) -> None:
        """Clear away what tunings left behind that were stopped while nobody was at them."""
        self.tuning.tidy()
        self.renting.tidy()

    def encoder(self) -> str | None:
        """Which encoder is chosen; None when the lab works from skeletons alone."""
        return self.encoders.current()

    def encoder_trouble(self) -> EncoderError | None:
        """Why the chosen encoder says nothing, known once the lab is warm; it goes on from skeletons."""
        return self.encoders.trouble()

    @cached_property
    def mark(self) -> str:
        """A name of this lab that no other has: a page keeps it beside answers that wait to be sent."""
        return self._parts.store.settle_setting("mark", secrets.token_hex(8))

    def answering(self, who: Coach) -> int:
        """The version that answers, 0 for none: one made with another encoder than the chosen one waits.

        Raises DamagedVersion.
        """
        require(who, Role.VISITOR)
        return self._served.snapshot().version

    def work(self, who: Coach, kind: str | None = None) -> Sequence[Job]:
        """Long work of late, running or over, newest first."""
        require(who, Role.VIEWER)
        return self._parts.store.jobs(kind=kind)

    def said(self, who: Coach, job_id: int) -> Sequence[JobLine]:
        """The last lines of what long work says. Raises JobNotFound."""
        require(who, Role.COACH)
        return self._parts.store.job_lines(self._parts.store.job(job_id).id)

    def pack(self, who: Coach, target: Path, progress: Progress = lambda share, stage: None) -> Path:
        """Write the whole lab into one file that opens on another machine."""
        require(who, Role.OWNER)
        self._parts.pace.take("pack", who.id, PACKS)
        return self._parts.backup.pack(target, progress)

    def close(self) -> None:
        """Let go of cameras and the database; what waits to be kept elsewhere goes first."""
        self.safekeeping.stop()
        self.live.close()
        self._parts.jobs.close()
        self._parts.store.close()
