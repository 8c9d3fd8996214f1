"""What the lab answers right now: the active version, plus R1 over the labels that came after it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import replace

import numpy as np

from yogalab.errors import EncoderError
from yogalab.lab import left_out
from yogalab.lab.bodies import bodies_of
from yogalab.lab.close_ups import recipe_of
from yogalab.lab.crowd import LabCrowd
from yogalab.lab.heads import alike, at_home
from yogalab.lab.ledger import Ledger, newest
from yogalab.lab.parts import ENCODER, Parts
from yogalab.lab.pool import Pool
from yogalab.lab.prior import prior_head
from yogalab.lab.scores import Scores
from yogalab.lab.snapshot import Snapshot
from yogalab.lab.suggestable import final_pose, suggestable
from yogalab.learning import ladder
from yogalab.learning.propagation import Crowd
from yogalab.learning.refresh import strange
from yogalab.learning.streaming import most_labels
from yogalab.ports import Encoder, Pulse
from yogalab.records import (
    Head,
    Matrix,
    ModelVersion,
    Pose,
    Prediction,
    Resolved,
    TrainingSet,
)


class Served:
    """Keeps the newest Snapshot. Reading is free; catching up happens under a lock, once for many labels.

    through: an encoder to look through, to see what the lab would be with it; the lab's own, whichever that is
    at the time, unless given.
    """

    def __init__(self, parts: Parts, *, through: Encoder | None = None) -> None:
        self._parts = parts
        self._through = through
        self._lock = threading.RLock()
        self._poses: dict[int, Pose] = {}
        self._serial = 0
        self.ledger = Ledger(parts.store)
        self.reset()

    def reset(self) -> None:
        """Begin anew with the encoder in use: vectors of two encoders are never mixed."""
        with self._lock:
            encoder = self._through or self._parts.encoder
            self._dim = encoder.dim if encoder else 0
            self._encoder = encoder.name if encoder else None
            self.pool = Pool(
                self._parts.store,
                pose_model=self._parts.landmarker.name,
                encoder=self._encoder,
                dim=self._dim,
                seen_as=recipe_of(encoder, self._parts.landmarker.name),
            )
            self._pulse: Pulse | None = None
            self._templates: Head | None = None
            self._crowd = LabCrowd()
            self._known_crowd: Crowd | None = None
            self._prior: Head | None = None
            self._active: ModelVersion | None = None
            self._head: Head | None = None
            self._scores = Scores()
            self._snapshot: Snapshot | None = None
            self._refresh: ladder.Refresh | None = None

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Nothing catches up inside the block: all that is read there is of one moment and one encoder."""
        with self._lock:
            yield

    def follow_encoder(self) -> None:
        """Look through the encoder that the lab has chosen, in whatever process that was done."""
        chosen = self._parts.store.setting(ENCODER)
        # A lab that never chose goes on as it was opened.
        if self._through is not None or chosen is None:
            return
        with self._lock:
            # One that this YogaLab does not know, or may not use, changes nothing here.
            with suppress(EncoderError):
                self._parts.encoders.use(chosen or None)
            encoder = self._parts.encoder
            if (encoder.name if encoder else None) != self._encoder:
                self.reset()

    def snapshot(self) -> Snapshot:
        """The newest state, after catching up with whatever any process wrote."""
        pulse = self._parts.store.pulse()
        # In this order: the pulse is noted last, so a snapshot read after it is of that moment or newer.
        seen, snapshot = self._pulse, self._snapshot
        if snapshot is not None and pulse == seen:
            return snapshot
        with self._lock:
            return self._catch_up(self._parts.store.pulse())

    def recent(self) -> Snapshot:
        """The newest state, or the one before while somebody else works out the next: nobody waits for it."""
        known = self._snapshot
        if known is None:
            return self.snapshot()
        if not self._lock.acquire(blocking=False):
            return known
        try:
            return self.snapshot()
        finally:
            self._lock.release()

    def predict(self, x: Matrix) -> Prediction:
        """x: (1, d) features of a photo that is not in the lab."""
        with self._lock:
            snapshot = self.snapshot()
            assert self._refresh is not None
            raw = ladder.served(self.head, self._refresh, x, prior=self.prior)
            return snapshot.ranked(suggestable(raw, self._refresh.poses, self._poses)[0][0])

    def look(self, x: Matrix) -> Prediction:
        """The same, and whether it looks like none of the poses named so far."""
        with self._lock:
            prediction = self.predict(x)
            assert self._refresh is not None
            novel = strange(self.head, self._refresh, x, prior=self.prior)
            return replace(prediction, strange=bool(novel[0]))

    @property
    def encoder(self) -> str | None:
        """The name of the encoder that is looked through."""
        return self._encoder

    @property
    def prior(self) -> Head:
        """R0 over the lab's poses."""
        return self.snapshot().prior

    @property
    def head(self) -> Head:
        """The active version's head, or the prior before any training."""
        return self._head or self.prior

    @property
    def active(self) -> ModelVersion | None:
        self.snapshot()
        return self._active

    def features_of(self, photo_ids: Sequence[int]) -> Matrix:
        """(m, d) features of those photos that were looked at."""
        self.snapshot()
        with self._lock:
            there = [photo_id for photo_id in photo_ids if photo_id in self.pool.row]
            return np.asarray(self.pool.x[self.pool.rows(there)])

    def unseen(self, train: TrainingSet) -> TrainingSet:
        """Labelled photos as they look to an encoder that was not tuned on them. See `left_out`."""
        return left_out.unseen(self._parts.store, self._encoder, train)

    def tuned_on(self) -> Set[int]:
        """The photos that the encoder was tuned on: nothing is judged on these."""
        return left_out.tuned_on(self._parts.store, self._encoder)

    def features_dim(self) -> int:
        return self._dim

    def final_pose(self, pose_id: int) -> int:
        """Follow merges to the pose that stands for this one now."""
        return final_pose(self._poses, pose_id)

    def training_set(self, answers: dict[int, Resolved], fingerprint: str = "") -> TrainingSet:
        """The answers' photos as arrays, merged poses under their final id."""
        with self._lock:
            # While the pool takes photos in or lets them go, its rows and its features do not fit.
            ids = [photo_id for photo_id in sorted(answers) if photo_id in self.pool.row]
            return TrainingSet(
                x=self.pool.x[self.pool.rows(ids)],
                y=np.array([self.final_pose(answers[i].pose_id or 0) for i in ids], dtype=np.int64),
                photo_ids=np.array(ids, dtype=np.int64),
                groups=np.array([self.pool.photos[i].group for i in ids], dtype=np.int64),
                fingerprint=fingerprint,
            )

    def _catch_up(self, pulse: Pulse) -> Snapshot:
        if self._snapshot is not None and pulse == self._pulse:
            return self._snapshot
        if self._pulse is None or _moved(self._pulse, pulse):
            self.follow_encoder()
        before = self._pulse
        poses_changed = before is None or pulse.poses != before.poses
        # Should a step fail, the next call must not take what it left half done for done.
        self._pulse = None
        if poses_changed:
            self._poses = {pose.id: pose for pose in self._parts.store.poses()}
            self.ledger.merge({i: final for i in self._poses if (final := self.final_pose(i)) != i})
        self.ledger.catch_up(pulse)
        origin = self.pool.catch_up(pulse, bodies=bodies_of(self.ledger.resolved))
        if poses_changed:
            encoder, model = self._through or self._parts.encoder, self._parts.landmarker.name
            self._templates = prior_head(encoder, model, tuple(self._poses.values()))
        if poses_changed or origin is not None:
            self._learn_from_crowd(fresh=poses_changed)
        # A deletion takes the photo out of the versions' files too.
        version_changed = poses_changed or before is None or _moved(before, pulse)
        if version_changed:
            self._load_active()
            if (now := self._parts.store.pulse()).activation != pulse.activation:
                # A version and its encoder became active between looking for the one and for the other.
                return self._catch_up(now)
        if before is None:
            # Nothing kept from before an error is trusted.
            self._scores = Scores()
        self._scores.follow(self._head or self._require_prior(), self._require_prior(), self.pool.x, origin)
        snapshot = self._snapshot = self._take()
        self._pulse = pulse
        return snapshot

    def _learn_from_crowd(self, *, fresh: bool) -> None:
        """fresh: the poses changed."""
        assert self._templates is not None
        before = self._known_crowd
        # Photos kept aside stand for those of strangers: nothing is learnt from them, not even what is alike.
        taught = self.pool.taught
        self._known_crowd = self._crowd.follow(self.pool.ids[taught], self.pool.x[taught])
        if fresh or self._known_crowd is not before:
            self._prior = ladder.with_crowd(self._templates, self._known_crowd)

    def _require_prior(self) -> Head:
        assert self._prior is not None
        return self._prior

    def _load_active(self) -> None:
        number = self._parts.store.active()
        versions = {version.number: version for version in self._parts.store.versions()}
        version = versions.get(number)
        head = self._parts.versions.load(version.fingerprint) if version else None
        if head is not None and not self.fits(head):
            # Made with another encoder than the one in use now: it waits until that one is back.
            version, head = None, None
        head = at_home(head, self._poses.values()) if head else None
        # Deletions and new poses have versions looked at again: mostly they are what they were.
        self._active, self._head = version, self._head if alike(self._head, head) else head

    def fits(self, head: Head) -> bool:
        """True when a head reads the features this lab makes."""
        return (head.encoder, head.pose_model, head.recipe) == (
            self._encoder,
            self._parts.landmarker.name,
            self.pool.recipe,
        )

    def _take(self) -> Snapshot:
        head = self._head or self._require_prior()
        trained = self._active.seq if self._active else 0
        photos = self.pool.photos
        later = {
            photo_id: answer
            for photo_id, answer in self.ledger.learnt_since(trained).items()
            if photo_id in self.pool.row and self.pool.taught[self.pool.row[photo_id]]
        }
        taught = self.training_set(newest(later, most_labels(len(self.pool.ids))))
        answers = self._scores.take(taught, self.pool.rows(taught.photo_ids.tolist()))
        self._refresh = answers.refresh
        probabilities, pose_ids = suggestable(answers.probabilities, self._refresh.poses, self._poses)
        self._serial += 1
        return Snapshot(
            serial=self._serial,
            version=self._active.number if self._active else 0,
            seq=self.ledger.seq,
            ids=self.pool.ids,
            row=self.pool.row,
            x=self.pool.x,
            found=self.pool.found,
            groups=self.pool.groups,
            holdout=self.pool.holdout,
            photos=self.pool.photos,
            probabilities=probabilities,
            strange=answers.strange,
            pose_ids=pose_ids,
            poses=self._poses,
            resolved=self.ledger.resolved,
            prior=self._require_prior(),
            counted=self.ledger.counts(self.pool.row, photos),
            conformal=head.conformal,
        )


def _moved(before: Pulse, now: Pulse) -> bool:
    return (now.activation, now.purges) != (before.activation, before.purges)
