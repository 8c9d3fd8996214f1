"""One camera while it is on: who is seen in it, which pose that is, and what to do about it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from yogalab.errors import EncoderError
from yogalab.lab.parts import Parts
from yogalab.lab.served import Served
from yogalab.lab.steady import OneEuro, SteadyName, Stillness
from yogalab.lab.suggestable import final_pose
from yogalab.learning.features import features
from yogalab.ports import Pixels, Watcher
from yogalab.poses.advice import Cue, advice, is_elsewhere, still_off
from yogalab.poses.geometry import describe, lesser_sides
from yogalab.poses.templates import tolerances
from yogalab.records import Encodings, Landmarks, Matrix, Pose, Scored
from yogalab.skeleton import LEFT_ANKLE, LEFT_HIP, LEFT_KNEE, LEFT_SHOULDER, NOSE

# Seconds: of holding still before anything is advised; that advice stands at least; without anybody in the
# picture until all is forgotten.
STILL: Final = 1.0
STANDS: Final = 2.0
GONE: Final = 0.7
RANKED: Final = 3
# Seconds between two namings: an average over half a second wants no more.
_NAMED_EVERY: Final = 0.12
# The encoder looks at every fifth picture that is named, as long as that takes no more than a short moment.
_GLANCE_EVERY: Final = 5
_GLANCE_SECONDS: Final = 0.04
# An embedding speaks for a body that has not moved farther than this since, in tolerances.
_SAME_BODY: Final = 1.0
# What must be in the picture for figures to mean anything, how far beyond its edge it may lie, and how small a
# body may be in it.
_LEFT: Final = (LEFT_SHOULDER, LEFT_HIP, LEFT_KNEE, LEFT_ANKLE)
_NEEDED: Final = [NOSE, *(joint + side for joint in _LEFT for side in (0, 1))]
_OUTSIDE: Final = 0.03
_SMALL: Final = 0.2
# Hz at rest, and for each tolerance a second: still bodies stop trembling, moving ones lag by a picture or two.
_LEAST: Final = 1.0
_SPEED: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """What a camera's picture shows.

    person: None where nobody is found. framing: "live.close" or "live.far" where the body is not wholly in the
    picture, or too small in it; else None. ranked: the likeliest poses, averaged over half a second. shown: the
    pose named, None until one has led for a while. about: the pose that `cues` are about, None while there is
    none. cues: what to do; elsewhere: the body is not in that pose yet; held: seconds that it was held still.
    poses: those of `ranked` and all others, by id.
    """

    person: Landmarks | None = None
    framing: str | None = None
    ranked: tuple[Scored, ...] = ()
    shown: Scored | None = None
    about: Pose | None = None
    cues: tuple[Cue, ...] = ()
    elsewhere: bool = False
    held: float = 0.0
    poses: Mapping[int, Pose] = field(default_factory=dict)


@dataclass(eq=False)
class _Memory:
    """What is known of the person in front; forgotten when they have left."""

    filter: OneEuro = field(default_factory=lambda: OneEuro(least=_LEAST, speed=_SPEED))
    name: SteadyName = field(default_factory=SteadyName)
    stillness: Stillness = field(default_factory=Stillness)
    embedding: Matrix | None = None
    embedded: Matrix | None = None
    pictures: int = 0
    named: float = -_NAMED_EVERY
    ranked: tuple[Scored, ...] = ()
    advised: int | None = None
    cues: tuple[Cue, ...] = ()
    since: float = -STANDS


class Sitting:
    """Pictures in, `Seen` out; one after the other, in the order of their times.

    seconds: a clock that only goes on, to know how long the encoder takes.
    """

    def __init__(self, parts: Parts, served: Served, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._served = served
        self._seconds = seconds
        self._watcher: Watcher | None = None
        self._memory = _Memory()
        self._seen_at = 0.0
        self._too_slow = 0
        self._closed = False
        self._poses: Mapping[int, Pose] = {}

    def see(self, pixels: Pixels, at_ms: int, practised: int | None) -> Seen:
        """Look at the next picture. practised: id of the pose to advise on. Raises PoseModelMissing."""
        if self._closed:
            return Seen()
        if self._watcher is None:
            self._watcher = self._parts.landmarker.follow()
        at = at_ms / 1000
        person = self._watcher.see(pixels, at_ms)
        if person is None:
            if at - self._seen_at > GONE:
                self._memory = _Memory()
            return Seen()
        self._seen_at = at
        memory = self._memory
        units = tolerances()
        body = memory.filter(describe(person.world[None])[0] / units, at)
        held = memory.stillness.follow(body, at)
        if at - memory.named >= _NAMED_EVERY:
            memory.named = at
            memory.ranked = self._named(person, self._glance(pixels, person, body), at)
        ranked = memory.ranked
        shown = next((one for one in ranked if one.pose_id == memory.name.shown), None)
        framing = framed(person)
        if framing is not None:
            memory.cues = ()
            return Seen(person=person, framing=framing, ranked=ranked[:RANKED], shown=shown, poses=self._poses)
        about = self._pose(practised if practised is not None else shown.pose_id if shown else None)
        seen = Seen(
            person=person,
            ranked=ranked[:RANKED],
            shown=shown,
            about=about,
            held=held,
            poses=self._poses,
        )
        if about is None or not about.template:
            return seen
        return self._advised(seen, about, body * units, at)

    def close(self) -> None:
        """Let go of the watcher; afterwards nobody is seen."""
        self._closed = True
        if self._watcher is not None:
            self._watcher.close()

    def _named(self, person: Landmarks, embedding: Matrix | None, at: float) -> tuple[Scored, ...]:
        x = features([Encodings(landmarks=person, embedding=embedding)], dim=self._served.features_dim())
        said = self._served.predict(x).ranked
        beliefs = self._memory.name.follow({one.pose_id: one.probability for one in said}, at)
        slugs = {one.pose_id: one.slug for one in said}
        self._poses = self._served.snapshot().poses
        # One that was hidden or merged meanwhile is still in the average.
        known = sorted((pose for pose in beliefs if pose in slugs), key=lambda pose: -beliefs[pose])
        return tuple(Scored(pose_id=pose, slug=slugs[pose], probability=beliefs[pose]) for pose in known)

    def _glance(self, pixels: Pixels, person: Landmarks, body: Matrix) -> Matrix | None:
        """What the encoder makes of the body, from a picture of late in which it was the same."""
        memory = self._memory
        encoder = self._parts.encoder
        number, memory.pictures = memory.pictures, memory.pictures + 1
        if encoder is not None and encoder.dim == self._served.features_dim() and self._too_slow < 2:
            if number % _GLANCE_EVERY == 0:
                begun = self._seconds()
                try:
                    memory.embedding = encoder.encode_photos([encoder.picture(pixels, person)])[0]
                except EncoderError:
                    self._too_slow = 2
                    return None
                memory.embedded = body
                # The first time its weights may have had to be loaded.
                slow = self._seconds() - begun > _GLANCE_SECONDS
                self._too_slow = self._too_slow + 1 if slow else 0
            if memory.embedded is not None and _apart(body, memory.embedded) <= _SAME_BODY:
                return memory.embedding
        return None

    def _pose(self, pose_id: int | None) -> Pose | None:
        poses = self._poses
        return None if pose_id is None or pose_id not in poses else poses[final_pose(poses, pose_id)]

    def _advised(self, seen: Seen, about: Pose, body: Matrix, at: float) -> Seen:
        """With what to do. Advice stands while it is followed; what is done is taken off it at once."""
        assert seen.person is not None
        memory = self._memory
        if memory.advised != about.id:
            memory.advised, memory.cues, memory.since = about.id, (), at - STANDS
        elsewhere = is_elsewhere(body, about)
        memory.cues = () if elsewhere else tuple(cue for cue in memory.cues if still_off(cue, body, about))
        if not elsewhere and seen.held >= STILL and at - memory.since >= STANDS:
            cues = advice(body, about, lesser_sides(seen.person.world))
            if [cue.code for cue in cues] != [cue.code for cue in memory.cues]:
                memory.cues, memory.since = cues, at
        return replace(seen, cues=memory.cues, elsewhere=elsewhere)


def framed(person: Landmarks) -> str | None:
    """Return "live.close" where part of the body is outside the picture, "live.far" where it is small in it."""
    needed = person.points[_NEEDED, :2]
    if needed.min() < -_OUTSIDE or needed.max() > 1 + _OUTSIDE:
        return "live.close"
    size = float(np.max(np.ptp(needed * (person.aspect, 1.0), axis=0)))
    return "live.far" if size < _SMALL else None


def _apart(one: Matrix, other: Matrix) -> float:
    """Root of the mean square, in tolerances."""
    return float(np.sqrt(np.square(one - other).mean()))
