"""What anybody whom the gate lets in may ask: a picture named, the poses, the versions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from yogalab.errors import EmptyFile
from yogalab.lab.lab import Lab
from yogalab.records import Coach, Role
from yogalab.ui.api import shapes, showing
from yogalab.ui.api.asking import Who, about, picture_of

_A_PICTURE = {"type": "string", "format": "binary"}
_PICTURE_BODY = {
    "required": True,
    "content": {
        "application/octet-stream": {"schema": _A_PICTURE},
        "multipart/form-data": {
            "schema": {"type": "object", "required": ["picture"], "properties": {"picture": _A_PICTURE}}
        },
    },
}

Top = Annotated[int, Query(ge=1, le=200, description="How many poses to name.")]
Wanted = Annotated[bool, Query(description="Whether to answer with the 33 landmarks, too.")]
Hidden = Annotated[bool, Query(description="Poses that are not suggested, too.")]


def predict(
    lab: Lab, who: Coach, name: str, data: bytes, *, top: int, landmarks: bool = False
) -> shapes.Prediction:
    """Name the pose in a picture, of which nothing is kept. Raises PhotoError, NotAllowed."""
    if not data:
        raise EmptyFile(name=name)
    seen = lab.photos.look(who, name, data)
    poses = lab.poses.by_id(who)
    likely = [poses[pose_id].slug for pose_id in seen.prediction.likely if pose_id in poses]
    return shapes.Prediction(
        poses=showing.guesses(seen.prediction.ranked, poses, top),
        likely=tuple(likely),
        people=len(seen.people),
        version=seen.prediction.version,
        encoder=seen.encoder,
        landmarks=showing.landmarks(seen.people[0]) if landmarks and seen.people else None,
    )


def trying(lab: Lab) -> APIRouter:
    """GET /me, /poses, /versions; POST /predict."""
    router = APIRouter(tags=["predict"])

    @router.get("/me", **about(Role.VISITOR))
    async def me(who: Who) -> shapes.Me:
        """Whom the lab takes you for, and what you may do."""
        return shapes.Me(id=who.id, name=who.name, role=who.role)

    @router.get("/poses", **about(Role.VISITOR))
    def poses(who: Who, hidden: Hidden = False) -> shapes.Poses:
        """Every pose that can be named."""
        return shapes.Poses(poses=tuple(showing.pose(one) for one in lab.poses.list(who, hidden=hidden)))

    @router.post("/predict", **about(Role.VISITOR, 413, requestBody=_PICTURE_BODY))
    async def predict_pose(
        who: Who, request: Request, top: Top = 5, landmarks: Wanted = False
    ) -> shapes.Prediction:
        """Name the pose in a picture. Nothing of it is kept.

        The body is the file (JPEG, PNG, WebP, HEIC, GIF or TIFF, at most 25 MB), or a form that holds it.
        """
        name, data = await picture_of(request)
        return await run_in_threadpool(predict, lab, who, name, data, top=top, landmarks=landmarks)

    @router.get("/versions", **about(Role.VIEWER))
    def versions(who: Who) -> shapes.Versions:
        """The versions of the model, newest first, and which one answers."""
        answering = lab.answering(who)
        known = tuple(showing.version(one, answering) for one in lab.versions.list(who))
        return shapes.Versions(answering=answering, versions=known)

    return router
