"""Photos that are asked without a guess: only they can tell how far guesses pull coaches along.

What counts is what a coach says of a photo first. Once it is said the guess is told, so whatever is said of the
photo after that, the first answer taken back or not, no longer shows what is said without one.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from yogalab.asking.reasons import CHECK
from yogalab.lab.snapshot import Snapshot
from yogalab.learning.labels import answers_of
from yogalab.records import Asked, Card, Coach, LabelEvent, Sample, Tellings

# Under these names an event's details say in which sample its photo was asked, and what the model said of it.
SAMPLE: Final = "sample"
GUESS: Final = "guess"


def sample_of(asked: Asked | None, who: Coach, history: Sequence[LabelEvent]) -> Sample | None:
    """Return which sample a photo asked at random belongs to: one half each; None for one that was chosen.

    By the photo alone, so that all coaches and every page see it alike. history: everything said of it; for a
    coach who has answered it before, taken back or not, it is of none.
    """
    if asked is None or asked.reason != CHECK.code or who.id in answers_of(history):
        return None
    return Sample.HIDDEN if zlib.crc32(b"blind %d" % asked.photo_id) % 2 else Sample.SHOWN


def in_sample(card: Card, sample: Sample | None) -> Card:
    """Return the card as a coach sees one of a sample: of a hidden one, without what the model says."""
    if sample is Sample.HIDDEN:
        return replace(card, sample=sample, prediction=None, tellings=Tellings(), sides={})
    return replace(card, sample=sample)


def noted(
    snapshot: Snapshot, photo_id: int, sample: Sample, who: Coach, history: Sequence[LabelEvent], *, person: int
) -> Mapping[str, object]:
    """Return the details of a coach's answer to a photo of a sample; none where it is not the first.

    Photos asked at random are never learnt from: what the model says of one does not know the answer. Where the
    answer is about another person than the one it speaks of, it says nothing.
    """
    if who.id in answers_of(history):
        return {}
    prediction = snapshot.prediction(photo_id)
    if prediction is None or person != snapshot.person(photo_id):
        return {SAMPLE: sample.value}
    return {SAMPLE: sample.value, GUESS: prediction.best.pose_id}
