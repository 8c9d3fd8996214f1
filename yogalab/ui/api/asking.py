"""Who asks, and what of a request is more than its types."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from yogalab.errors import TokenMadeByToken
from yogalab.records import Coach, Role
from yogalab.ui.api.shapes import Trouble
from yogalab.ui.sent import sent
from yogalab.ui.sessions import by_token, coach_of
from yogalab.words import say

_NO_LIMIT: Final = 2**62


async def _anybody(request: Request) -> Coach:
    return coach_of(request)


async def _in_person(request: Request) -> Coach:
    """Raises TokenMadeByToken: a program that was let in must not be able to stay when its token is gone."""
    if by_token(request):
        raise TokenMadeByToken()
    return coach_of(request)


Who = Annotated[Coach, Depends(_anybody)]
Person = Annotated[Coach, Depends(_in_person)]

_TROUBLES: Final[dict[int, str]] = {
    400: "not understood",
    401: "not signed in",
    403: "not allowed",
    404: "not there",
    409: "not possible now",
    413: "too large",
    422: "not understood",
    429: "too often",
}


def about(needs: Role, *troubles: int, **more: object) -> dict[str, Any]:
    """What the schema says of a route beside its types. needs: the role that the desk asks for."""
    known = {401, 403, 422, 429, *troubles}
    return {
        "responses": {status: {"model": Trouble, "description": _TROUBLES[status]} for status in sorted(known)},
        "openapi_extra": {"x-role": needs.value, **more},
    }


async def picture_of(request: Request) -> tuple[str, bytes]:
    """(name, bytes) of the picture in a request: its body, or the first file of a form. Empty where none is.

    How large it may be is seen to by `yogalab.ui.limits`.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/"):
        return say("live.picture"), await sent(request, _NO_LIMIT) or b""
    async with request.form(max_files=4, max_fields=4) as form:
        for _, value in form.multi_items():
            if isinstance(value, UploadFile):
                return value.filename or say("live.picture"), await value.read()
    return say("live.picture"), b""
