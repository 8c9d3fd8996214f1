"""Photos that are asked without a guess: only they can tell how far guesses pull coaches along."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from yogalab.asking.reasons import CHECK
from yogalab.lab.snapshot import Snapshot
from yogalab.records import Asked, Card, Sample, Tellings

# Under these names an event's details say in which sample its photo was asked, and what the model said of it.
SAMPLE: Final = "sample"
GUESS: Final = "guess"


def sample_of(asked: Asked | None) -> Sample | None:
    """Return which sample a photo asked at random belongs to: one half each; None for one that was chosen.

    By the photo alone, so that all coaches and every page see it alike.
    """
    if asked is None or asked.reason != CHECK.code:
        return None
    return Sample.HIDDEN if zlib.crc32(b"blind %d" % asked.photo_id) % 2 else Sample.SHOWN


def as_asked(card: Card) -> Card:
    """Return the card as the queue shows it: without what the model says, where that is to stay hidden."""
    return in_sample(card, sample_of(card.asked))


def in_sample(card: Card, sample: Sample | None) -> Card:
    """Return the card as a coach sees one of a sample."""
    if sample is Sample.HIDDEN:
        return replace(card, sample=sample, prediction=None, tellings=Tellings(), sides={})
    return replace(card, sample=sample)


def noted(snapshot: Snapshot, photo_id: int, sample: Sample) -> Mapping[str, object]:
    """Return the details of an answer to a photo of a sample.

    Photos asked at random are never learnt from: what the model says of one does not know the answer.
    """
    prediction = snapshot.prediction(photo_id)
    if prediction is None:
        return {SAMPLE: sample.value}
    return {SAMPLE: sample.value, GUESS: prediction.best.pose_id}
