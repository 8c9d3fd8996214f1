"""What to do about a pose: the figures that stray most from its template, as something a body can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from yogalab.poses.geometry import DESCRIPTORS
from yogalab.poses.telling import stem_of
from yogalab.poses.templates import Term, explain, template_scores, tolerances
from yogalab.records import Matrix, Pose

# In tolerances: from where a figure is worth a word, from where it is far off, and where it is as it should be.
WORTH_A_WORD: Final = 1.25
FAR_OFF: Final = 2.5
MENDED: Final = 0.75
# Two sides that should be, or are, this alike, in tolerances, are one to a coach.
_ALIKE: Final = 0.8
_AS_ONE: Final = 0.5
# Template scores below this are of another pose, not of one to be mended.
_ELSEWHERE: Final = -4.0
# Lengths of the trunk. Feet this far apart and this far under the hips: one leg is in front.
_LUNGE: Final = 1.4
_UNDER: Final = -0.6
# Feet that are to be this low carry the body: then the hips are what moves.
_CARRIES: Final = -0.15
_HANDS_CARRY: Final = -0.4
_HANDS_AT_FEET: Final = 0.7
# Degrees: a trunk beyond this hangs head down.
_HEAD_DOWN: Final = 110.0
# What tells of the same fault; in each the figure first that a coach would name.
_TOPICS: Final = (
    ("knee", "hip", "ank", "thigh", "shin", "kneehip"),
    ("feet", "split", "knees"),
    ("elb",),
    ("arm", "wr", "shd", "wrsh"),
    ("hands", "handfoot", "handfoot2"),
    ("trunk", "headhip"),
    ("chest",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One thing to do.

    code: of the sentence, "advice.knee.front.less": the front knee's angle should become less. descriptor: the
    figure it is about; rising: whether that one should become more. off: how far it is off, in tolerances;
    much: whether that is far.
    """

    code: str
    descriptor: str
    rising: bool
    off: float

    @property
    def much(self) -> bool:
        return self.off >= FAR_OFF


def advice(body: Matrix, pose: Pose, lesser: Mapping[str, str], *, most: int = 2) -> tuple[Cue, ...]:
    """Return what to do first to come nearer to a pose, the worst first; nothing where all is well.

    Of figures that tell of the same fault, one is named.

    body: (D,) descriptors of one person; lesser: as `geometry.lesser_sides` returns it, for the same person.
    """
    terms = explain(body, pose, most=len(DESCRIPTORS))
    measured = dict(zip(DESCRIPTORS, body.tolist(), strict=True))
    straying = [term for term in terms if term.off >= WORTH_A_WORD]
    cues = []
    for topic in _topics_of(straying):
        about = [term for term in straying if stem_of(term.descriptor) in topic]
        first = min(about, key=lambda term: topic.index(stem_of(term.descriptor)))
        cues.append(cue_of(first, pose, measured, lesser))
    return tuple(cues[:most])


def is_elsewhere(body: Matrix, pose: Pose) -> bool:
    """Return whether a body is so far from a pose that there is nothing to mend yet. body: (D,) descriptors."""
    values = np.array([[pose.template.get(name, np.nan) for name in DESCRIPTORS]], dtype=np.float32)
    return float(template_scores(body[None], values, tolerances())[0, 0]) < _ELSEWHERE


def still_off(cue: Cue, body: Matrix, pose: Pose) -> bool:
    """Return whether what a cue asked for is yet to be done. body: (D,) descriptors."""
    target = pose.template.get(cue.descriptor)
    if target is None:
        return False
    place = DESCRIPTORS.index(cue.descriptor)
    lacks = (target - float(body[place])) / float(tolerances()[place])
    return (lacks if cue.rising else -lacks) >= MENDED


def cue_of(term: Term, pose: Pose, measured: Mapping[str, float], lesser: Mapping[str, str]) -> Cue:
    """Return what to do about one figure.

    measured: descriptor -> figure, of the same body; lesser: as for `advice`.
    """
    rising = term.target > term.measured
    way = "more" if rising else "less"
    stem = stem_of(term.descriptor)
    template = pose.template
    feet_carry = stem in {"ank", "kneehip"} and term.target <= _CARRIES
    if feet_carry or (stem == "wr" and _hands_carry(template)):
        # Hips and what carries them: the one is higher as the other is lower.
        part = "hips"
        way = "less" if rising else "more"
    elif stem == "trunk" and term.target > _HEAD_DOWN:
        part = "trunk.down"
    elif stem in lesser and term.descriptor != stem:
        part = f"{stem}.{_side(term, template, measured, lesser)}"
    else:
        part = stem
    return Cue(code=f"advice.{part}.{way}", descriptor=term.descriptor, rising=rising, off=term.off)


def _topics_of(straying: list[Term]) -> list[tuple[str, ...]]:
    """The topics that straying figures belong to, that of the worst first."""
    found: dict[tuple[str, ...], None] = {}
    for term in straying:
        stem = stem_of(term.descriptor)
        found.update({topic: None for topic in _TOPICS if stem in topic})
    return list(found)


def _hands_carry(template: Mapping[str, float]) -> bool:
    """Whether both hands are on the floor, and not just there beside the feet."""
    reach = min(template.get("handfoot", np.inf), template.get("handfoot2", np.inf))
    return template.get("wr_hi", np.inf) <= _HANDS_CARRY and reach > _HANDS_AT_FEET


def _lunges(template: Mapping[str, float]) -> bool:
    """Whether one leg is in front, with both feet on the floor."""
    higher = template.get("ank_hi", template.get("ank_lo", -np.inf))
    return template.get("feet", 0.0) >= _LUNGE and higher < _UNDER


def _side(
    term: Term, template: Mapping[str, float], measured: Mapping[str, float], lesser: Mapping[str, str]
) -> str:
    """What a coach would call it: both, front, back, left, right; or one, where the sides do not differ yet."""
    stem, _, end = term.descriptor.rpartition("_")
    twin = f"{stem}_{'hi' if end == 'lo' else 'lo'}"
    should, does = template.get(twin), measured[twin]
    more = term.target > term.measured
    if should is None:
        # "At least this much" and "at most": both sides have to.
        together = more == (end == "lo")
        aim = term.target
    else:
        together = abs(should - term.target) <= _ALIKE * term.tolerance
        aim = should
    if together and (aim - does if more else does - aim) >= MENDED * term.tolerance:
        return "both"
    if stem == "knee" and not together and _lunges(template):
        return "front" if end == "lo" else "back"
    if not together and abs(does - term.measured) < _AS_ONE * term.tolerance:
        return "one"
    smaller = lesser[stem]
    return smaller if end == "lo" else {"left": "right", "right": "left"}[smaller]
