"""The figures a coach reads under a guess: what speaks for the pose, and what against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from yogalab.poses.geometry import DESCRIPTORS, describe
from yogalab.poses.templates import Term, explain
from yogalab.records import Landmarks, Matrix, Pose, Telling, Tellings

ANGLES: Final = frozenset({"trunk", "hip", "knee", "elb", "shd", "thigh", "shin", "arm", "split"})
# Up to here, in tolerances, a figure is as in the template; from there on it is plainly off.
_FITS: Final = 0.75
_STRAYS: Final = 1.25
# Two sides that should be this alike, in tolerances, are one figure to a coach: "knees".
_ALIKE: Final = 0.8
# Feet this far apart, in trunk lengths, with neither lifted: one knee is in front.
_LUNGE: Final = 1.4


def of_person(person: Landmarks | None, ranked: Sequence[Pose]) -> Tellings:
    """Return what speaks for and against the first of some poses, the others being its rivals."""
    if person is None or not ranked:
        return Tellings()
    return tellings(_described(person.world.astype(np.float32).tobytes()), ranked[0], ranked[1:])


@lru_cache(maxsize=512)
def _described(world: bytes) -> Matrix:
    """(D,) descriptors of one body: a queue shows the same few people again and again.

    world: (33, 3) float32 as bytes.
    """
    body: Matrix = describe(np.frombuffer(world, np.float32).reshape(1, -1, 3))[0]
    body.flags.writeable = False
    return body


def tellings(body: Matrix, pose: Pose, rivals: Sequence[Pose] = ()) -> Tellings:
    """Return the two figures that speak most for a pose and the one that speaks most against it.

    For it speaks what fits, most of all where the rivals' templates would want something else.

    body: (D,) descriptors of one person. Empty when the pose has no template.
    """
    terms = _read(explain(body, pose, most=len(DESCRIPTORS)))
    wanted = [{term.descriptor: term.off for term in explain(body, r, most=len(DESCRIPTORS))} for r in rivals]

    def telling_apart(term: Term) -> float:
        others = [offs[term.descriptor] for offs in wanted if term.descriptor in offs]
        return max(others, default=0.0) - term.off

    fitting = sorted((t for t in terms if t.off <= _FITS), key=telling_apart, reverse=True)
    straying = [term for term in terms if term.off >= _STRAYS]
    return Tellings(
        fits=tuple(_telling(term, pose.template) for term in _apart(fitting)[:2]),
        strays=tuple(_telling(term, pose.template) for term in straying[:1]),
    )


def _read(terms: Sequence[Term]) -> list[Term]:
    """The terms, worst first, each pair of like sides once: by the side that is further off."""
    targets = {term.descriptor: term for term in terms}
    kept: list[Term] = []
    for term in terms:
        stem, _, end = term.descriptor.rpartition("_")
        twin = targets.get(f"{stem}_{'hi' if end == 'lo' else 'lo'}") if stem else None
        if twin is None or twin not in kept or not _alike(term, twin):
            kept.append(term)
    return kept


def _alike(one: Term, other: Term) -> bool:
    return abs(one.target - other.target) <= _ALIKE * one.tolerance


def _apart(terms: Sequence[Term]) -> list[Term]:
    """The terms without a second one about the same part, which would add little."""
    kept: dict[str, Term] = {}
    for term in terms:
        kept.setdefault(stem_of(term.descriptor), term)
    return list(kept.values())


def stem_of(descriptor: str) -> str:
    """Return "knee" for "knee_lo" and "knee_hi"; other names as they are."""
    stem, _, end = descriptor.rpartition("_")
    return stem if end in {"lo", "hi"} else descriptor


def _telling(term: Term, template: Mapping[str, float]) -> Telling:
    stem = stem_of(term.descriptor)
    way = "fits" if term.off <= _FITS else "more" if term.measured > term.target else "less"
    return Telling(
        part=f"{stem}.{_side(term, template)}" if stem != term.descriptor else stem,
        way="angle" if stem in ANGLES else way,
        measured=term.measured,
        target=term.target,
    )


def _side(term: Term, template: Mapping[str, float]) -> str:
    """Which of the two a coach would call it: both, front, back, low or high."""
    stem, _, end = term.descriptor.rpartition("_")
    low, high = (template.get(f"{stem}_{side}") for side in ("lo", "hi"))
    if low is None or high is None or abs(high - low) <= _ALIKE * term.tolerance:
        return "both"
    if stem == "knee" and template.get("feet", 0.0) >= _LUNGE and template.get("ank_hi", 0.0) < -0.6:
        return "front" if end == "lo" else "back"
    return "low" if end == "lo" else "high"
