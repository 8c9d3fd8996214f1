"""How labelling pays and what is mixed up, as the models page draws it."""

from __future__ import annotations

from yogalab.lab.curves import Curve, CurvePoint, Reach
from yogalab.lab.mistakes import Mistakes, Seen
from yogalab.ui import present
from yogalab.words import percent, say


def curve(found: Curve) -> dict[str, object]:
    """Points, versions and forecast, and the sentences beside them."""
    return {
        "points": [_point(one) for one in found.points],
        "versions": [_point(one) for one in found.versions],
        "ahead": [
            {"labels": one.labels, "share": one.share, "low": one.low, "high": one.high} for one in found.ahead
        ],
        "told": _told(found),
        "reach": _reach(found.reach),
    }


def mistakes(found: Mistakes, poses: present.Poses) -> dict[str, object]:
    """Pairs of poses with photos of each."""
    return {
        "pairs": [
            {
                "one": present.pose(poses[pair.one]),
                "other": present.pose(poses[pair.other]),
                "told": say("models.mixed_pair", n=pair.mistakes, photos=pair.photos),
                "ones": [_seen(one, poses) for one in pair.one_photos],
                "others": [_seen(one, poses) for one in pair.other_photos],
            }
            for pair in found.pairs
            if pair.one in poses and pair.other in poses
        ],
        "judged": found.judged,
        "told": _mixed(found),
    }


def _point(one: CurvePoint) -> dict[str, object]:
    return {"labels": one.labels, "share": one.share, "low": one.low, "high": one.high, "version": one.version}


def _told(found: Curve) -> str:
    if not found.points:
        return say("models.curve_wait", needs=found.needs, n=found.photos)
    if not found.ahead:
        return say("models.curve_lead", photos=found.photos)
    near = found.ahead[0]
    return say(
        "models.curve_ahead",
        photos=found.photos,
        more=near.labels - found.points[-1].labels,
        now=percent(found.points[-1].share),
        share=percent(near.share),
        low=percent(near.low),
        high=percent(near.high),
    )


def _reach(found: Reach) -> str:
    if not found.photos:
        return ""
    if found.smallest is None:
        return say("models.reach_none", n=found.photos, needed=_roughly(found.needed))
    points = max(1, round(100 * found.smallest))
    return say("models.reach", n=found.photos, points=points, needed=_roughly(found.needed))


def _mixed(found: Mistakes) -> str:
    if not found.wrong:
        return say("models.mixed_none", judged=found.judged)
    return say("models.mixed_lead", wrong=found.wrong, judged=found.judged)


def _seen(one: Seen, poses: present.Poses) -> dict[str, object]:
    taken_for = poses.get(one.taken_for) if one.taken_for is not None else None
    return {
        "photo": one.photo.id,
        "name": one.photo.name,
        "width": one.photo.width,
        "height": one.photo.height,
        "taken_for": taken_for.name if taken_for else None,
    }


def _roughly(count: int) -> int:
    """Two digits of a number that is itself an estimate."""
    step = int(10 ** max(len(str(count)) - 2, 0))
    return round(count / step) * step
