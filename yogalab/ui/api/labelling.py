"""What coaches do, asked by a program of theirs: photos in, the next ones, labels, taking back."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from yogalab.errors import ConsentMissing
from yogalab.lab.lab import Lab
from yogalab.lab.parts import require
from yogalab.records import Coach, Consent, LabelKind, Role, Saved, Scored
from yogalab.ui.api import shapes, showing
from yogalab.ui.api.asking import Who, about
from yogalab.ui.upload import MOST_FILES, offered

_FILES_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files", "consent"],
                "properties": {
                    "files": {
                        "type": "array",
                        "maxItems": MOST_FILES,
                        "items": {"type": "string", "format": "binary"},
                    },
                    "labels": {
                        "type": "array",
                        "items": {"type": "string"},
                        "description": "The pose in each file, in their order; empty where nobody named it.",
                    },
                    "consent": {
                        "type": "string",
                        "enum": [one.value for one in Consent if one.given],
                        "description": "Whether the people shown agreed to the photo being kept here.",
                    },
                    "folders": {
                        "type": "string",
                        "enum": ["yes", "no"],
                        "description": "Whether folders inside a zip are named after poses.",
                    },
                },
            }
        }
    },
}


def labelling(lab: Lab) -> APIRouter:
    """POST /photos, /queue, /labels, /labels/undo; GET /photos/{number}."""
    router = APIRouter(tags=["label"])

    @router.post("/photos", **about(Role.COACH, 413, requestBody=_FILES_BODY))
    async def add_photos(who: Who, request: Request) -> shapes.Added:
        """Add photos, zips of photos or clips; each is looked at before this answers.

        A file that is no photo is named and the others are added; one that is here already is not added again.
        """
        # Before gigabytes are taken from somebody who may not add them.
        require(who, Role.COACH)
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES + 8) as form:
            agreed = _consent(form.get("consent"))
            added = await run_in_threadpool(lab.photos.add, who, offered(form), consent=agreed, source="api")
        return showing.added(added)

    @router.get("/photos/{number}", **about(Role.VIEWER, 404))
    def photo(who: Who, number: shapes.Number) -> shapes.Card:
        """One photo, what the lab sees in it, and what coaches said of it."""
        return showing.card(lab.review.card(who, number), lab.poses.by_id(who))

    @router.post("/queue", **about(Role.VIEWER))
    def next_photos(who: Who, asked: shapes.Next) -> shapes.Queue:
        """The next photos to label, most useful first; no other page or program is given them meanwhile."""
        cards = lab.review.queue(who, asked.count, but=asked.answered, held=asked.held, seat=asked.seat)
        tally, poses = lab.review.tally(who), lab.poses.by_id(who)
        return shapes.Queue(
            cards=tuple(showing.card(one, poses) for one in cards),
            photos=tally.photos,
            labelled=tally.labelled,
            waiting=tally.waiting,
        )

    @router.post("/labels", **about(Role.COACH, 404))
    def label(who: Who, given: shapes.LabelIn) -> shapes.Saved:
        """Say what a photo shows. It is durable when this answers; the same `event` again is the same label."""
        return showing.saved(_labelled(lab, who, given))

    @router.post("/labels/undo", **about(Role.COACH, 404, 409))
    def undo(who: Who, given: shapes.UndoIn) -> shapes.Saved:
        """Take back your last label, or the one named. The same `event` again takes nothing more back."""
        saved = lab.review.undo(who, target=given.target, photo_id=given.photo, event_id=given.event)
        return showing.saved(saved)

    return router


def _consent(value: object) -> Consent:
    """Raises ConsentMissing: nobody keeps photos of people of whom that is not known."""
    known = {one.value: one for one in Consent if one.given}
    if value not in known:
        raise ConsentMissing()
    return known[str(value)]


def _labelled(lab: Lab, who: Coach, given: shapes.LabelIn) -> Saved:
    kind = LabelKind(given.kind)
    if kind is not LabelKind.POSE:
        return lab.review.mark(
            who,
            given.photo,
            kind,
            event_id=given.event,
            person=given.person,
            ms=given.ms,
            sample=given.sample,
        )
    return lab.review.label(
        who,
        given.photo,
        given.pose if given.pose is not None else "",
        event_id=given.event,
        shown=_shown(lab, who, given),
        side=given.side,
        person=given.person,
        ms=given.ms,
        sample=given.sample,
    )


def _shown(lab: Lab, who: Coach, given: shapes.LabelIn) -> tuple[Scored, ...]:
    if not given.shown:
        return ()
    by_slug = {pose.slug: pose.id for pose in lab.poses.by_id(who).values()}
    return tuple(
        Scored(pose_id=by_slug[one.slug], slug=one.slug, probability=one.probability)
        for one in given.shown
        if one.slug in by_slug
    )
