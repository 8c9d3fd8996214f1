"""The tuning desk: training deeper. The encoder itself learns, and the gate decides whether it is used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

import numpy as np

from yogalab.errors import (
    NothingNew,
    NothingToTune,
    NotUnderstood,
    PhotoNotFound,
    TooFewToTune,
    TrainingBusy,
    YogaLabError,
)
from yogalab.lab import left_out
from yogalab.lab.bodies import bodies_of, judged
from yogalab.lab.close_ups import sees_close_ups
from yogalab.lab.encoders import EncoderDesk
from yogalab.lab.ledger import named
from yogalab.lab.parts import TUNE, Parts, require
from yogalab.lab.served import Served
from yogalab.lab.training import Trainer
from yogalab.lab.tuning_pictures import lost, pictures
from yogalab.lab.versions import OPEN_STATES, published_too
from yogalab.learning.labels import fingerprint
from yogalab.ports import Progress, Tuner
from yogalab.poses.prompts import sentences
from yogalab.records import Coach, Job, JobState, Resolved, Role, Tuned, TuningRequest, base_of, tuned_name

RUNGS: Final = ("R3", "R4")
# With fewer labels a whole encoder learns these photos rather than these poses.
ENOUGH_POSES: Final = 2
ENOUGH_LABELS: Final = 5
# How a request becomes a tuning: another way of asking is another encoder.
_ASKED: Final = "tuning-1"


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

    def prospect(self, who: Coach) -> Prospect:
        """What a tuning would learn from. Raises NothingToTune, TooFewToTune."""
        require(who, Role.VIEWER)
        base, _ = self._means()
        answers = self._taught(named(self._served.snapshot().resolved))
        return Prospect(
            encoder=base,
            labels=len(answers),
            poses=len({self._served.final_pose(answer.pose_id or 0) for answer in answers.values()}),
        )

    def tune(self, who: Coach, rung: str) -> Job:
        """Start a tuning; it goes on when the page is closed.

        rung: "R3" for the last step of the encoder, minutes; "R4" for all of it, far longer.
        Raises what `prospect` raises, NothingNew, TrainingBusy.
        """
        require(who, Role.OWNER)
        if rung not in RUNGS:
            raise NotUnderstood(what="rung")
        running = next((j for j in self._parts.store.jobs(kind=TUNE) if j.state in OPEN_STATES), None)
        if running is not None:
            self._parts.jobs.wake()
            raise TrainingBusy(job_id=running.id)
        base, _ = self._means()
        seq = self._served.snapshot().seq
        name = _name(self._request(rung, seq, base))
        known = [version.number for version in self._parts.store.versions() if version.encoder == name]
        if known:
            raise NothingNew(number=min(known))
        # The labels of this moment, whenever the work is taken up again: checkpoints are of these.
        return self._parts.start(TUNE, {"rung": rung, "seq": seq, "encoder": base}, who)

    def tune_now(self, payload: Mapping[str, object], who: str, progress: Progress) -> Mapping[str, object]:
        """Tune, let the tuned encoder see all photos, learn on top, and let the gate decide. Run as a job.

        Cut off, the same job goes on where it was. The result names no version where tuning gained nothing.
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
        rung, seq, base = _asked(payload)
        progress(0.0, "tune.labels")
        self._served.snapshot()
        unread = len(self._lost(self._served.ledger.known_at(seq)))
        name = self._tuned(rung, seq, base, _part(progress, 0.0, 0.7))
        if name is None:
            self._parts.changes.clear()
            return {"version": None, "promoted": False, "rung": rung, "lost": unread}
        encoder = self._parts.encoders.open(name)
        self._encoders.encode_all(encoder, _part(progress, 0.7, 0.85), stage="tune.encode")
        seen = Served(self._parts, through=encoder)
        try:
            result = self._trainer.make(seen, rung, who, _part(progress, 0.85, 0.99))
        except NothingNew as known:
            # Cut off when all was done, and not promoted then either.
            result = {"version": known.data["number"], "promoted": False}
        self._encoders.encode_all(encoder, _part(progress, 0.99, 1.0), stage="tune.encode")
        self._parts.changes.clear()
        return published_too(self._parts, {**result, "rung": rung, "encoder": name, "lost": unread}, who)

    def _give_up(self, payload: Mapping[str, object]) -> None:
        """Checkpoints stay for another try, unless a photo that they were made from is gone since."""
        try:
            kept = self._request(*_asked(payload)).fingerprint
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

    # --- what is asked ----------------------------------------------------------------------------

    def _means(self) -> tuple[str, Tuner]:
        """The encoder that would be tuned, and what tunes it. Raises NothingToTune."""
        encoder, tuner = self._parts.encoder, self._parts.tuner
        if encoder is None or tuner is None:
            raise NothingToTune
        return base_of(encoder.name), tuner

    def _taught(self, known: Mapping[int, Resolved]) -> dict[int, Resolved]:
        """Those answers whose photos may be learnt from. Raises TooFewToTune."""
        with self._served.steady():
            snapshot = self._served.snapshot()
            answers = {
                photo_id: answer
                for photo_id, answer in known.items()
                if photo_id in snapshot.row and not snapshot.photos[photo_id].holdout
            }
            counts: dict[int, int] = {}
            for answer in answers.values():
                pose_id = self._served.final_pose(answer.pose_id or 0)
                counts[pose_id] = counts.get(pose_id, 0) + 1
        ready = sum(count >= ENOUGH_LABELS for count in counts.values())
        if ready < ENOUGH_POSES:
            raise TooFewToTune(poses=ENOUGH_POSES, labels=ENOUGH_LABELS, ready=ready)
        return answers

    def _request(self, rung: str, seq: int, base: str) -> TuningRequest:
        """The same labels, photos and poses make the same request, whatever was said since."""
        self._served.snapshot()
        known = self._served.ledger.known_at(seq)
        unread = self._lost(known)
        with self._served.steady():
            snapshot = self._served.snapshot()
            answers = self._taught({i: answer for i, answer in known.items() if i not in unread})
            train = self._served.training_set(answers)
            poses = {
                pose.id: pose
                for pose in snapshot.poses.values()
                if pose.merged_into is None and (not pose.hidden or pose.id in train.y)
            }
        captions = tuple(sentences(pose) for pose in poses.values())
        place = {pose_id: k for k, pose_id in enumerate(poses)}
        asked = [rung, captions, train.groups.tolist(), self._parts.seed]
        if (bodies := bodies_of(answers)) and sees_close_ups(self._parts.encoders.open(base)):
            # Other pictures make another encoder.
            seen = ((snapshot.photos[i].sha256, person) for i, person in bodies.items())
            asked.append(sorted(sha if person is None else judged(sha, person) for sha, person in seen))
        return TuningRequest(
            rung=rung,
            encoder=base,
            photo_ids=train.photo_ids,
            y=np.array([place[pose_id] for pose_id in train.y.tolist()], dtype=np.int64),
            groups=train.groups,
            captions=captions,
            fingerprint=fingerprint(
                (
                    (snapshot.photos[photo_id].sha256, poses[pose_id].slug)
                    for photo_id, pose_id in zip(train.photo_ids.tolist(), train.y.tolist(), strict=True)
                ),
                recipe=hashlib.sha256(json.dumps(asked).encode()).hexdigest(),
                encoder=base,
                pose_model=self._parts.landmarker.name,
                learner=_ASKED,
            ),
            seed=self._parts.seed,
        )

    def _lost(self, photo_ids: Iterable[int]) -> Set[int]:
        """Photos that might be learnt from and whose files are not there."""
        photos = self._served.snapshot().photos
        return lost(self._parts, (photos[i] for i in photo_ids if i in photos and not photos[i].holdout))

    # --- what is done -----------------------------------------------------------------------------

    def _tuned(self, rung: str, seq: int, base: str, progress: Progress) -> str | None:
        """The name of the tuned encoder, made now unless it is kept; None where no change was any good."""
        tuner = self._parts.tuner
        if tuner is None:
            raise NothingToTune
        before = None
        while True:
            request = self._request(rung, seq, base)
            name = _name(request)
            if name in self._parts.changes.names():
                return name
            folder = self._parts.changes.workplace(request.fingerprint)
            shown = pictures(self._parts, base, bodies_of(self._served.ledger.known_at(seq)))
            try:
                made = tuner.tune(request, pixels=shown, folder=folder, progress=progress)
                self._require_all(request.photo_ids.tolist())
            except PhotoNotFound:
                if request.fingerprint == before:
                    raise
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


def _part(progress: Progress, start: float, end: float) -> Progress:
    """Progress of one stretch of the work."""
    return lambda share, stage: progress(start + (end - start) * share, stage)
