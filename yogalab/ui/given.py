"""What a coach answered before, as the review page's script goes back through it."""

from __future__ import annotations

from collections.abc import Sequence

from yogalab.errors import PhotoNotFound
from yogalab.lab.lab import Lab
from yogalab.records import Card, Coach, LabelKind
from yogalab.ui import present
from yogalab.ui.panel import Ask, choice, texts, whole

AT_ONCE = 50


def given(lab: Lab, who: Coach, asked: Ask, *, waiting: Sequence[Ask], event_ids: Sequence[str]) -> object:
    """Answers, newest first: those that the page could not send yet, then those that are kept.

    asked: `before`, only what has a smaller number; `but`, events about to be taken back.
    waiting, event_ids: what was not sent yet, and its ids.
    """
    poses = lab.poses.by_id(who)
    kept = lab.given.before(who, whole(asked, "before", 0) or None, count=AT_ONCE, but=texts(asked, "but"))
    unsent = [_unsent(lab, who, *one, poses) for one in zip(waiting, event_ids, strict=True)]
    answers = [
        _answer(one.card, one.event.kind, one.event.pose_id, poses, event=one.event.id, seq=one.event.seq)
        for one in kept.given
    ]
    return {"answers": [*filter(None, unsent), *answers], "more": kept.more}


def _unsent(lab: Lab, who: Coach, entry: Ask, event_id: str, poses: present.Poses) -> dict[str, object] | None:
    """None where the photo is gone."""
    try:
        card = lab.review.card(who, whole(entry, "photo"))
    except PhotoNotFound:
        return None
    kind = choice(entry, "kind", LabelKind, LabelKind.POSE)
    return _answer(card, kind, whole(entry, "pose", 0), poses, event=event_id, seq=None)


def _answer(
    card: Card, kind: LabelKind, pose_id: int | None, poses: present.Poses, **known: object
) -> dict[str, object]:
    named = poses.get(pose_id) if pose_id is not None else None
    return {
        **known,
        "kind": kind.value,
        "pose": present.pose(named) if named else None,
        "card": present.card(card, poses),
    }
