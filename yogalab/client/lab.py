"""A lab, seen by a program."""

from __future__ import annotations

import time
import urllib.parse
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from .calls import Calls, form
from .values import Added, Card, Job, Me, Pose, Prediction, Saved, Version, read

Kind = Literal["pose", "skip", "not_a_pose", "nobody", "wrong_skeleton"]
Side = Literal["left", "right"]
Agreement = Literal["agreed", "public", "myself", "drawn"]

ENDED = frozenset({"done", "failed", "cancelled"})
_FILES_AT_ONCE = 8


class Lab:
    """A lab at an address. Every method raises LabError where the lab refuses or does not answer."""

    def __init__(
        self, address: str, *, token: str | None = None, space_token: str | None = None, timeout: float = 60.0
    ) -> None:
        """token: the lab's own. space_token: the Hugging Face token that a private Space wants beside it."""
        self._calls = Calls(address, token, space_token, timeout)

    # --- anybody ----------------------------------------------------------------------------------

    def me(self) -> Me:
        return read(Me, self._calls.ask("GET", "me"))

    def poses(self, *, hidden: bool = False) -> tuple[Pose, ...]:
        """Every pose that can be named."""
        answer = self._calls.ask("GET", f"poses?hidden={str(hidden).lower()}")
        return read(tuple[Pose, ...], answer["poses"])

    def predict(self, picture: str | Path | bytes, *, top: int = 5, landmarks: bool = False) -> Prediction:
        """Name the pose in a picture, of which the lab keeps nothing: a file, or the bytes of one."""
        data = picture if isinstance(picture, bytes) else Path(picture).read_bytes()
        wanted = urllib.parse.urlencode({"top": top, "landmarks": str(landmarks).lower()})
        answer = self._calls.ask("POST", f"predict?{wanted}", data, "application/octet-stream")
        return read(Prediction, answer)

    def versions(self) -> tuple[Version, ...]:
        """Newest first; `answering` says which one answers."""
        return read(tuple[Version, ...], self._calls.ask("GET", "versions")["versions"])

    # --- coaches ----------------------------------------------------------------------------------

    def add(self, photos: Sequence[str | Path], *, consent: Agreement, labels: Sequence[str] = ()) -> Added:
        """Add photos, zips or clips. labels: the pose in each, empty where nobody named it.

        Adding the same again adds nothing: that is how one goes on after the connection broke.
        """
        added = Added(new=(), known=(), nobody=0, labelled=0, files=())
        for start in range(0, len(photos), _FILES_AT_ONCE):
            some = [Path(photo) for photo in photos[start : start + _FILES_AT_ONCE]]
            values = [
                ("consent", str(consent)),
                *(("labels", one) for one in labels[start : start + _FILES_AT_ONCE]),
            ]
            body, media = form(values, some)
            added += read(Added, self._calls.ask("POST", "photos", body, media))
        return added

    def photo(self, number: int) -> Card:
        return read(Card, self._calls.ask("GET", f"photos/{number}"))

    def picture(self, card: Card) -> bytes:
        """The photo itself, as JPEG."""
        return self._calls.send("GET", card.picture)

    def queue(
        self, count: int = 8, *, seat: str = "client", held: Iterable[int] = (), answered: Iterable[int] = ()
    ) -> tuple[Card, ...]:
        """The next photos to label, most useful first, promised to this seat for two minutes."""
        asked = {"count": count, "seat": seat, "held": list(held), "answered": list(answered)}
        return read(tuple[Card, ...], self._calls.tell("queue", asked)["cards"])

    def label(
        self, card: Card | int, pose: str, *, side: Side | None = None, event: str | None = None
    ) -> Saved:
        """Name a photo's pose by slug or name. It is durable when this returns."""
        return self._say(card, "pose", event, {"pose": pose, "side": side})

    def mark(self, card: Card | int, kind: Kind, *, event: str | None = None) -> Saved:
        """Skip a photo, or say that it shows no pose, nobody, or a wrong skeleton."""
        return self._say(card, kind, event, {})

    def undo(self, saved: Saved | None = None) -> Saved:
        """Take back a label, your last one unless given."""
        target = {"target": saved.event, "photo": saved.photo} if saved else {}
        return read(Saved, self._calls.tell("labels/undo", {"event": str(uuid.uuid4()), **target}))

    # --- training ---------------------------------------------------------------------------------

    def train(self) -> Job:
        """Train a new version; it answers from then on if it is proven no worse."""
        return read(Job, self._calls.ask("POST", "trainings"))

    def job(self, number: int) -> Job:
        return read(Job, self._calls.ask("GET", f"jobs/{number}"))

    def wait(self, job: Job, *, every: float = 1.0) -> Job:
        """Long work once it has ended."""
        while job.state not in ENDED:
            time.sleep(every)
            job = self.job(job.id)
        return job

    def cancel(self, job: Job) -> Job:
        return read(Job, self._calls.ask("POST", f"jobs/{job.id}/cancel"))

    def _say(self, card: Card | int, kind: Kind, event: str | None, more: Mapping[str, object]) -> Saved:
        said: dict[str, object] = {"event": event or str(uuid.uuid4()), "kind": kind, **more}
        if isinstance(card, Card):
            shown = [{"slug": one.slug, "probability": one.probability} for one in card.poses[:9]]
            said |= {"photo": card.photo, "person": card.person, "sample": card.sample, "shown": shown}
        else:
            said["photo"] = card
        return read(Saved, self._calls.tell("labels", said))
