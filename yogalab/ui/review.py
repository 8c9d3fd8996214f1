"""The review page: what to look at next, and one key for what it is."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import gradio as gr

from yogalab.errors import BadLabel, LabBehind, OtherCoach, OtherLab
from yogalab.lab.lab import Lab
from yogalab.records import Coach, LabelKind, Sample, Saved, Scored
from yogalab.ui import present
from yogalab.ui.given import given
from yogalab.ui.panel import Ask, panel, share, text, texts, told, whole, wholes

AHEAD = 8
MOST_AT_ONCE = 50
MOST_ASKED = 1000
# A page shows a few photos; more would keep them from all others.
MOST_HELD = 32
# Milliseconds.
_A_DAY = 86_400_000
_SLUG = 60


class ReviewPage:
    """Handlers get who is asking and what the script sent, and answer with plain values."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def queue(self, who: Coach, asked: Ask) -> object:
        """The next photos with today's predictions; `held`: those the page shows, `but`: those it answered.

        `since`: when today began where the coach is.
        """
        poses = self._lab.poses.by_id(who)
        cards = self._lab.review.queue(
            who,
            max(AHEAD - len(renew := wholes(asked, "renew")), 1),
            but=wholes(asked, "but"),
            held=(held := wholes(asked, "held")[:MOST_HELD]),
            renew=renew,
            seat=text(asked, "seat") or None,
        )
        return {
            "cards": [present.card(card, poses) for card in cards],
            "closed": self._lab.given.closed(who, held),
            "tally": self._tally(who, asked),
            "lab": self._lab.mark,
        }

    def advice(self, who: Coach, asked: Ask) -> object:
        """Whether more labels pay; apart from the queue, which it would hold up."""
        return {"advice": present.advice(self._lab.stopping.advice(who))}

    def own(self, who: Coach, asked: Ask) -> object:
        """The poses that the coach names most, to choose from where no guesses are shown."""
        poses = self._lab.given.most_named(who, most=present.RANKED)
        return {"poses": [present.pose(pose) for pose in poses]}

    def card(self, who: Coach, asked: Ask) -> object:
        """One photo again."""
        return present.card(self._lab.review.card(who, whole(asked, "photo")), self._lab.poses.by_id(who))

    def turn(self, who: Coach, asked: Ask) -> object:
        """The photo as it would be if it were about another person, or by its picture alone."""
        card = self._lab.review.turn_to(
            who,
            whole(asked, "photo"),
            whole(asked, "person"),
            alone=alone if isinstance(alone := asked.get("alone"), bool) else None,
            sample=_sample(asked),
        )
        return present.card(card, self._lab.poses.by_id(who))

    def explain(self, who: Coach, asked: Ask) -> object:
        """What each part of the body on one photo looks like."""
        prediction = self._lab.review.explain(who, whole(asked, "photo"), person=_person(asked))
        return {"parts": present.parts(prediction, self._lab.poses.by_id(who))}

    def label(self, who: Coach, asked: Ask) -> object:
        """Keep a label; a resend with the same id is the same label."""
        same_coach(who, asked)
        saved = self._lab.review.label(
            who,
            whole(asked, "photo"),
            whole(asked, "pose"),
            event_id=event_id_of(asked),
            shown=_shown(asked),
            side=text(asked, "side") or None,
            person=_person(asked),
            sample=_sample(asked),
            ms=_ms(asked),
        )
        return _kept(saved)

    def mark(self, who: Coach, asked: Ask) -> object:
        """Skip, not a pose, nobody, wrong skeleton."""
        same_coach(who, asked)
        try:
            kind = LabelKind(text(asked, "kind"))
        except ValueError as error:
            raise BadLabel(reason="kind") from error
        saved = self._lab.review.mark(
            who,
            whole(asked, "photo"),
            kind,
            event_id=event_id_of(asked),
            person=_person(asked),
            sample=_sample(asked),
            ms=_ms(asked),
        )
        return _kept(saved)

    def undo(self, who: Coach, asked: Ask) -> object:
        """Take back the last label, or the one named; with its photo, that may still be on its way."""
        same_coach(who, asked)
        saved = self._lab.review.undo(
            who,
            target=text(asked, "target") or None,
            photo_id=whole(asked, "photo", 0) or None,
            event_id=event_id_of(asked),
        )
        return _kept(saved)

    def answers(self, who: Coach, asked: Ask) -> object:
        """Labels, marks and undos that waited, in their order, up to the first that cannot be kept.

        after: an answer that was kept before them. Raises LabBehind where it is not here: it has to come first.
        """
        self._same_lab(asked)
        after = text(asked, "after")
        if after and self._lab.review.missing(who, [after]):
            raise LabBehind()
        ways = {"label": self.label, "mark": self.mark, "undo": self.undo}
        results: list[dict[str, object]] = []
        for entry in _entries(asked):
            way = ways.get(text(entry, "name"))
            if way is None:
                raise BadLabel(reason="name")
            results.append(told(partial(way, who, entry), way.__name__))
            if "ok" not in results[-1]:
                break
        return {"results": results}

    def missing(self, who: Coach, asked: Ask) -> object:
        """Which of the answers that were kept are here no longer: the lab may be an older one, restored."""
        self._same_lab(asked)
        return {"events": self._lab.review.missing(who, texts(asked, "events")[:MOST_ASKED])}

    def sitting(self, who: Coach, asked: Ask) -> object:
        """What the coach said before: `waiting` is what the page could not send yet."""
        waiting = _entries({"waiting": [], **asked}, "waiting")
        return given(self._lab, who, asked, waiting=waiting, event_ids=[event_id_of(one) for one in waiting])

    def search(self, who: Coach, asked: Ask) -> object:
        """Poses whose name comes near what was typed."""
        return {
            "poses": [present.pose(pose) for pose in self._lab.poses.search(who, text(asked, "text"), limit=8)]
        }

    def add_pose(self, who: Coach, asked: Ask) -> object:
        """A pose of the coach's own; with `photo` it looks like the person there, or like `person`."""
        like = whole(asked, "photo", 0) or None
        return present.pose(self._lab.poses.add(who, text(asked, "name"), like=like, person=_person(asked)))

    def build(self) -> gr.HTML:
        handlers = [
            *(self.queue, self.advice, self.own, self.card, self.turn, self.explain, self.sitting),
            *(self.label, self.mark, self.undo, self.search, self.add_pose),
            *(self.answers, self.missing),
        ]
        return panel("review", handlers, label="tab.review")

    def _same_lab(self, asked: Ask) -> None:
        """Raises OtherLab: another lab was served at this address when the answers were given."""
        if text(asked, "lab", self._lab.mark) != self._lab.mark:
            raise OtherLab()

    def _tally(self, who: Coach, asked: Ask) -> dict[str, int]:
        tally = self._lab.review.tally(who, since=_since(asked))
        return {
            "labelled": tally.labelled,
            "waiting": tally.waiting,
            "today": tally.today,
            "seq": tally.seq,
            "photos": tally.photos,
        }


def same_coach(who: Coach, asked: Ask) -> None:
    """An answer that waited is kept under the name it was given under, or not at all. Raises OtherCoach."""
    given_by = text(asked, "coach")
    if given_by and given_by != who.name:
        raise OtherCoach(coach=given_by)


def _kept(saved: Saved) -> dict[str, object]:
    return {
        "event": saved.event.id,
        "photo": saved.event.photo_id,
        "again": saved.again,
        "seq": saved.event.seq,
    }


def _person(asked: Ask) -> int | None:
    """Whom it is about; answers of a page from before people could be chosen do not say."""
    return whole(asked, "person") if asked.get("person") is not None else None


def _ms(asked: Ask) -> int:
    """How long it took; a page that slept says anything."""
    return min(max(whole(asked, "ms", 0), 0), _A_DAY)


def _sample(asked: Ask) -> Sample | None:
    """Whether a photo asked at random was shown with its guess or without; None of any other."""
    sample = text(asked, "sample")
    return Sample(sample) if sample in set(Sample) else None


def _since(asked: Ask) -> datetime | None:
    """When today began where the coach is; None where the page does not say, or not with its zone."""
    try:
        since = datetime.fromisoformat(text(asked, "since"))
    except ValueError:
        return None
    return since if since.tzinfo else None


def _entries(asked: Ask, name: str = "entries") -> list[Ask]:
    entries = asked.get(name)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadLabel(reason=name)
    return entries[:MOST_AT_ONCE]


def event_id_of(asked: Ask) -> str:
    """The client's id: short and plain, since it becomes a key for good."""
    value = text(asked, "event")
    if not 8 <= len(value) <= 64 or not all(sign.isalnum() or sign == "-" for sign in value):
        raise BadLabel(reason="event")
    return value


def _shown(asked: Ask) -> tuple[Scored, ...]:
    """What was suggested when the coach decided."""
    given = asked.get("shown")
    rows = [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []
    return tuple(
        Scored(
            pose_id=whole(row, "id"), slug=text(row, "slug")[:_SLUG], probability=share(row, "probability", 0.0)
        )
        for row in rows[: present.RANKED]
        if isinstance(row.get("id"), int)
    )
