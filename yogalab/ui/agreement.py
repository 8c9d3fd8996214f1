"""How far coaches agree, as the check page draws it."""

from __future__ import annotations

from collections.abc import Mapping

from yogalab.lab.agreeing import Agreements, Anchoring, Share
from yogalab.lab.opinions import NOBODY
from yogalab.ui import present
from yogalab.words import decimal, percent, say

# A page of figures, not a report: the rarest are told by the command line.
MOST = 12


def shown(found: Agreements, poses: present.Poses, names: Mapping[str, str]) -> dict[str, object]:
    """Everything the script draws; poses and coaches with most photos first."""
    by_count = sorted(found.poses.items(), key=lambda item: (-item[1].photos, item[0]))
    coaches = sorted(found.coaches.items(), key=lambda item: (-item[1].photos, item[0]))
    return {
        "overall": overall(found),
        "coaches": [{"name": names.get(coach, coach), **_bar(share)} for coach, share in coaches[:MOST]],
        "poses": [{**_answer(number, poses), **_bar(share)} for number, share in by_count[:MOST]],
        "mixed": [
            {"poses": [_answer(pair.one, poses), _answer(pair.other, poses)], "photos": pair.photos}
            for pair in found.mixed_up
        ],
        "anchoring": anchoring(found.anchoring),
    }


def overall(found: Agreements) -> str:
    """One sentence on all coaches together."""
    told = found.overall
    if told is None:
        return say("check.agreement_wait", enough=found.anchoring.needs, n=found.shared)
    return say(
        "check.agreement",
        same=percent(told.same),
        n=told.photos,
        kappa=decimal(told.kappa, 2),
        low=decimal(told.interval[0], 2),
        high=decimal(told.interval[1], 2),
    )


def anchoring(found: Anchoring) -> str:
    """One sentence on how far guesses pull coaches along."""
    if found.difference is None or found.interval is None:
        return say("check.anchoring_wait", enough=found.needs, shown=found.shown, hidden=found.hidden)
    low, high = found.interval
    code = "up" if low > 0 else "down" if high < 0 else "even"
    return say(
        f"check.anchoring_{code}",
        shown=percent(found.shown_alike / found.shown),
        hidden=percent(found.hidden_alike / found.hidden),
        n=found.shown + found.hidden,
        low=round(100 * low),
        high=round(100 * high),
    )


def _bar(share: Share) -> dict[str, object]:
    low, high = share.interval or (None, None)
    return {"photos": share.photos, "same": share.same, "low": low, "high": high}


def _answer(number: int, poses: present.Poses) -> dict[str, object]:
    """A pose, or what was said in its place."""
    if number in poses:
        return {"pose": present.pose(poses[number]), "name": poses[number].name}
    return {"pose": None, "name": say("review.nobody" if number == NOBODY else "review.not_a_pose")}
