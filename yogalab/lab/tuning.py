"""The tuning desk: training deeper. The encoder itself learns, and the gate decides whether it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from yogalab.errors import (
    NothingNew,
    NothingToTune,
    NotUnderstood,
    PhotoNotFound,
    RentChanged,
    TooFewToTune,
    TrainingBusy,
    YogaLabError,
)
from yogalab.lab import left_out
from yogalab.lab.bodies import bodies_of
from yogalab.lab.encoders import EncoderDesk
from yogalab.lab.parts import TUNE, Parts, require
from yogalab.lab.served import Served
from yogalab.lab.training import Trainer
from yogalab.lab.tuning_pictures import pictures
from yogalab.lab.tuning_requests import TuningRequests
from yogalab.lab.versions import OPEN_STATES, published_too
from yogalab.ports import Progress, Tuner
from yogalab.records import Coach, Hire, Job, JobState, Role, Tuned, TuningRequest, base_of, tuned_name

RUNGS: Final = ("R3", "R4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What a tuning would learn from now. encoder: the row of models/encoders.toml that would be tuned."""

    encoder: str
    labels: int
    poses: int
    rungs: tuple[str, ...] = RUNGS


class TuningDesk:
    """Tune the encoder in use to the lab's labels; what was in use serves on until the result is promoted."""

    def __init__(self, parts: Parts, served: Served, trainer: Trainer, encoders: EncoderDesk) -> None:
        self._parts = parts
        self._served = served
        self._trainer = trainer
        self._encoders = encoders
        self._requests = TuningRequests(parts, served)

    def prospect(self, who: Coach) -> Prospect:
        """What a tuning would learn from. Raises NothingToTune, TooFewToTune."""
        require(who, Role.VIEWER)
        base, answers = self._requests.now()
        return Prospect(
            encoder=base,
            labels=len(answers),
            poses=len({self._served.final_pose(answer.pose_id or 0) for answer in answers.values()}),
        )

    def tune(self, who: Coach, rung: str, *, hire: Hire | None = None) -> Job:
        """Start a tuning; it goes on when the page is closed.

        rung: "R3" for the last step of the encoder, minutes; "R4" for all of it, far longer.
        hire: the machine that does it instead of this one, see `RentingDesk`.
        Raises what `prospect` raises, NothingNew, TrainingBusy.
        """
        require(who, Role.OWNER)
        if rung not in RUNGS:
            raise NotUnderstood(what="rung")
        running = next((j for j in self._parts.store.jobs(kind=TUNE) if j.state in OPEN_STATES), None)
        if running is not None:
            self._parts.jobs.wake()
            raise TrainingBusy(job_id=running.id)
        base = self._requests.base()
        seq = self._served.snapshot().seq
        name = _name(self._requests.of(rung, seq, base))
        known = [version.number for version in self._parts.store.versions() if version.encoder == name]
        if known:
            raise NothingNew(number=min(known))
        # The labels of this moment, whenever the work is taken up again: checkpoints are of these.
        payload: dict[str, object] = {"rung": rung, "seq": seq, "encoder": base}
        if hire is not None:
            payload["hire"] = asdict(hire)
        return self._parts.start(TUNE, payload, who)

    def tune_now(self, payload: Mapping[str, object], who: str, progress: Progress) -> Mapping[str, object]:
        """Tune, let the tuned encoder see all photos, learn on top, and let the gate decide. Run as a job.

        Cut off, the same job goes on where it was. The result names no version where tuning gained nothing.
        What a rented machine made is judged as any other, and waits for a person to activate it.
        Raises what `ports.Tuner.tune` raises, NothingToTune, TooFewToTune; nothing is changed then.
        """
        try:
            return self._tune_now(payload, who, progress)
        except BaseException:
            self._give_up(payload)
            raise

    def tidy(self) -> None:
        """Once a tuning has ended half-way: as `tune_now` leaves it, where nobody was at it when it ended."""
        newest = next(iter(self._parts.store.jobs(kind=TUNE, limit=1)), None)
        if newest is not None and newest.state in {JobState.FAILED, JobState.CANCELLED}:
            self._give_up(newest.payload)

    def _tune_now(self, payload: Mapping[str, object], who: str, progress: Progress) -> Mapping[str, object]:
        (rung, seq, _), hire = _asked(payload), _hire(payload)
        progress(0.0, "tune.labels")
        self._served.snapshot()
        unread = len(self._requests.lost(self._served.ledger.known_at(seq)))
        name = self._tuned(payload, _part(progress, 0.0, 0.7))
        if name is None:
            self._parts.changes.clear()
            return {"version": None, "promoted": False, "rung": rung, "lost": unread}
        encoder = self._parts.encoders.open(name)
        self._encoders.encode_all(encoder, _part(progress, 0.7, 0.85), stage="tune.encode")
        seen = Served(self._parts, through=encoder)
        try:
            result = self._trainer.make(seen, rung, who, _part(progress, 0.85, 0.99), activate=hire is None)
        except NothingNew as known:
            # Cut off when all was done, and not promoted then either.
            result = {"version": known.data["number"], "promoted": False}
        self._encoders.encode_all(encoder, _part(progress, 0.99, 1.0), stage="tune.encode")
        self._parts.changes.clear()
        result = {**result, "rung": rung, "encoder": name, "lost": unread}
        return {**result, "candidate": True} if hire else published_too(self._parts, result, who)

    def _give_up(self, payload: Mapping[str, object]) -> None:
        """Checkpoints stay for another try, unless a photo that they were made from is gone since."""
        try:
            kept = self._requests.of(*_asked(payload)).fingerprint
        except TooFewToTune:
            kept = None
        except YogaLabError:
            # The database does not answer: the next opening tidies up.
            return
        self._parts.changes.clear(but=kept)

    def restore(self) -> None:
        """Take back from their versions the tuned encoders that are lost or torn: a packed lab brings these."""
        here = set(self._parts.changes.names())
        for version in self._parts.store.versions():
            encoder = version.encoder
            if encoder is None or base_of(encoder) == encoder or encoder in here:
                continue
            try:
                change = self._parts.versions.load(version.fingerprint).change
                if change is not None:
                    self._parts.changes.save(change)
                    here.add(encoder)
            except YogaLabError:
                # Damaged, or no room: the version is not served then, and says why when it is asked for.
                continue

    # --- what is done -----------------------------------------------------------------------------

    def _tuner(self, hire: Hire | None) -> Tuner:
        tuner = self._parts.tuner
        if hire is not None:
            tuner = self._parts.rented.tuner(hire) if self._parts.rented else None
        if tuner is None:
            raise NothingToTune
        return tuner

    def _tuned(self, payload: Mapping[str, object], progress: Progress) -> str | None:
        """The name of the tuned encoder, made now unless it is kept; None where no change was any good."""
        (rung, seq, base), hire = _asked(payload), _hire(payload)
        before = None
        while True:
            request = self._requests.of(rung, seq, base)
            name = _name(request)
            if name in self._parts.changes.names():
                return name
            folder = self._parts.changes.workplace(request.fingerprint)
            shown = pictures(self._parts, base, bodies_of(self._served.ledger.known_at(seq)))
            try:
                made = self._tuner(hire).tune(request, pixels=shown, folder=folder, progress=progress)
                self._require_all(request.photo_ids.tolist())
            except PhotoNotFound:
                if request.fingerprint == before:
                    raise
                if hire is not None:
                    # Anew is a second time to be paid for, and nobody agreed to that.
                    raise RentChanged from None
                # Deleted meanwhile, or its file lost: nothing may have been learnt from it. Anew, without it.
                before = request.fingerprint
                continue
            if not made.change.arrays:
                return None
            self._keep(request, made)
            return made.change.name

    def _keep(self, request: TuningRequest, made: Tuned) -> None:
        vectors = dict(zip(request.photo_ids.tolist(), made.left_out, strict=True))
        # First: whoever finds the encoder finds what it may be judged by, too.
        left_out.keep(self._parts.store, made.change.name, vectors)
        self._parts.changes.save(made.change)

    def _require_all(self, photo_ids: Sequence[int]) -> None:
        there = self._parts.store.sides()
        for photo_id in photo_ids:
            if photo_id not in there:
                raise PhotoNotFound(photo_id=photo_id)


def _name(request: TuningRequest) -> str:
    return tuned_name(request.encoder, request.rung, request.fingerprint)


def _asked(payload: Mapping[str, object]) -> tuple[str, int, str]:
    """A job's rung, last label and encoder."""
    return str(payload["rung"]), int(str(payload["seq"])), str(payload["encoder"])


def _hire(payload: Mapping[str, object]) -> Hire | None:
    """The machine a job was meant for; None for this one."""
    hire = payload.get("hire")
    return Hire(**hire) if isinstance(hire, Mapping) else None


def _part(progress: Progress, start: float, end: float) -> Progress:
    """Progress of one stretch of the work."""
    return lambda share, stage: progress(start + (end - start) * share, stage)
