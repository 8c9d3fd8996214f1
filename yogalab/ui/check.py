"""The check page: labels that may be wrong, coaches who differ, copies, photos put aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import gradio as gr

from yogalab.errors import BadLabel
from yogalab.lab.checklists import Check, Copies, Dispute, Sight, Suspect
from yogalab.lab.lab import Lab
from yogalab.records import Coach, LabelEvent, Role, Saved
from yogalab.ui import agreement, present
from yogalab.ui.panel import Ask, panel, text, texts, whole, wholes
from yogalab.ui.review import ReviewPage, event_id_of, same_coach
from yogalab.words import say

PAGE_SIZE = 24
MOST = 480
_GUESSES = 3


class CheckPage:
    """Handlers get who is asking and what the script sent, and answer with plain values."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._review = ReviewPage(lab)

    # --- lists ------------------------------------------------------------------------------------

    def suspects(self, who: Coach, asked: Ask) -> object:
        """Labels that may be wrong."""
        found = self._lab.checks.suspects(who, count=_count(asked))
        poses, names = self._lab.poses.by_id(who), self._names(who)
        return {
            "entries": [_suspect(one, poses, names) for one in found.listed],
            "total": found.total,
            "empty": _nothing("suspects", ready=found.ready) if found.ready else _none_yet(found.needs),
        }

    def disagreements(self, who: Coach, asked: Ask) -> object:
        """Photos coaches call differently."""
        found = self._lab.checks.disagreements(who, count=_count(asked))
        poses, names = self._lab.poses.by_id(who), self._names(who)
        return {
            "entries": [_dispute(one, poses, names) for one in found.listed],
            "total": found.total,
            "rules": who.role is Role.OWNER,
            "empty": _nothing("disagreements"),
        }

    def copies(self, who: Coach, asked: Ask) -> object:
        """Groups of near-duplicates."""
        found = self._lab.checks.copies(who, count=_count(asked))
        poses = self._lab.poses.by_id(who)
        return {
            "entries": [_copies(one, poses) for one in found.listed],
            "total": found.total,
            "empty": _nothing("copies"),
        }

    def skipped(self, who: Coach, asked: Ask) -> object:
        """Photos that were put aside."""
        found = self._lab.checks.skipped(who, count=_count(asked))
        poses = self._lab.poses.by_id(who)
        return {
            "entries": [
                {"photos": [_photo(one, poses)], "poses": _guesses(one, poses)} for one in found.listed
            ],
            "total": found.total,
            "empty": _nothing("skipped"),
        }

    def agreement(self, who: Coach, asked: Ask) -> object:
        """How far coaches agree: apart from the lists, since it reads everything that was said."""
        return agreement.shown(self._lab.agreement.figures(who), self._lab.poses.by_id(who), self._names(who))

    # --- answers ----------------------------------------------------------------------------------

    def keep(self, who: Coach, asked: Ask) -> object:
        """Confirm what photos are called."""
        same_coach(who, asked)
        return _kept(
            self._lab.checks.keep(who, wholes(asked, "photos"), _check(asked), event_id=event_id_of(asked))
        )

    def settle(self, who: Coach, asked: Ask) -> object:
        """Say what a photo is after all; without a pose: none."""
        same_coach(who, asked)
        pose = _pose(asked)
        return _kept(
            [
                self._lab.checks.settle(
                    who, whole(asked, "photo"), pose, _check(asked), event_id=event_id_of(asked)
                )
            ]
        )

    def rule(self, who: Coach, asked: Ask) -> object:
        """Decide for all coaches."""
        same_coach(who, asked)
        return _kept(
            [self._lab.review.rule(who, whole(asked, "photo"), _pose(asked), event_id=event_id_of(asked))]
        )

    def alike(self, who: Coach, asked: Ask) -> object:
        """Call all copies the same."""
        same_coach(who, asked)
        photos, pose = wholes(asked, "photos"), whole(asked, "pose")
        return _kept(self._lab.checks.alike(who, photos, pose, event_id=event_id_of(asked)))

    def take_back(self, who: Coach, asked: Ask) -> object:
        """Take back all that one click said."""
        same_coach(who, asked)
        targets = texts(asked, "events")
        return _kept(
            [
                self._lab.review.undo(who, target=target, event_id=f"{event_id_of(asked)}-{place}")
                for place, target in enumerate(targets)
            ]
        )

    def build(self) -> gr.HTML:
        lists = [self.suspects, self.disagreements, self.copies, self.skipped, self.agreement]
        answers = [self.keep, self.settle, self.rule, self.alike, self.take_back]
        naming = [self._review.label, self._review.mark, self._review.search, self._review.add_pose]
        return panel("check", [*lists, *answers, *naming], label="tab.check")

    def _names(self, who: Coach) -> dict[str, str]:
        return {coach.id: coach.name for coach in self._lab.people.coaches(who)}


# --- as the script draws it -----------------------------------------------------------------------


def _photo(one: Sight, poses: present.Poses) -> dict[str, object]:
    return {
        "photo": one.photo.id,
        "name": one.photo.name,
        "width": one.photo.width,
        "height": one.photo.height,
        "skeleton": present.points(one.landmarks),
        "label": present.label(one.label, poses),
    }


def _guesses(one: Sight, poses: present.Poses) -> list[dict[str, object]]:
    return present.ranked(one.prediction, poses, most=_GUESSES)


def _suspect(one: Suspect, poses: present.Poses, names: Mapping[str, str]) -> dict[str, object]:
    coaches = one.sight.label.coaches if one.sight.label else ()
    return {
        "photos": [_photo(one.sight, poses)],
        "called": present.pose(poses[one.doubt.called]),
        "by": ", ".join(names.get(coach, coach) for coach in coaches),
        "poses": [present.pose(poses[one.doubt.instead])],
        "probability": one.doubt.instead_probability,
    }


def _dispute(one: Dispute, poses: present.Poses, names: Mapping[str, str]) -> dict[str, object]:
    said = [
        {"who": names.get(event.coach, event.coach), "pose": _named(event, poses), "kind": event.kind.value}
        for event in one.said
    ]
    return {"photos": [_photo(one.sight, poses)], "said": said, "guesses": _guesses(one.sight, poses)[:1]}


def _copies(one: Copies, poses: present.Poses) -> dict[str, object]:
    named = [present.pose(poses[pose_id]) for pose_id in one.poses if pose_id in poses]
    return {
        "photos": [_photo(sight, poses) for sight in one.sights],
        "poses": named or _guesses(one.sights[0], poses),
        "differ": one.differ,
    }


def _named(event: LabelEvent, poses: present.Poses) -> dict[str, object] | None:
    pose = poses.get(event.pose_id) if event.pose_id is not None else None
    return present.pose(pose) if pose else None


def _none_yet(needs: int) -> dict[str, str]:
    return {"title": say("check.suspects"), "lead": say("check.suspects_wait", enough=needs)}


def _nothing(name: str, **data: object) -> dict[str, str]:
    return {"title": say(f"check.{name}_none"), "lead": say(f"check.{name}_none_lead", **data)}


# --- as the script asks ---------------------------------------------------------------------------


def _count(asked: Ask) -> int:
    return min(max(whole(asked, "count", PAGE_SIZE), 1), MOST)


def _check(asked: Ask) -> Check:
    try:
        return Check(text(asked, "check"))
    except ValueError as error:
        raise BadLabel(reason="check") from error


def _pose(asked: Ask) -> int | None:
    return None if asked.get("pose") is None else whole(asked, "pose")


def _kept(saved: Sequence[Saved]) -> dict[str, object]:
    return {"events": [one.event.id for one in saved], "photos": [one.event.photo_id for one in saved]}
