"""What goes wrong, as programs get it: {"error": sentence, "code": code} and a status."""

from __future__ import annotations

import logging
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from yogalab import errors
from yogalab.errors import YogaLabError
from yogalab.words import say, sentence

REFERENCE: Final = "/api/v1/docs"
_log = logging.getLogger(__name__)

# Of several that fit, the nearest ancestor counts.
STATUS: Final[dict[type[BaseException], int]] = {
    errors.NotAllowed: 403,
    errors.TokenMadeByToken: 403,
    errors.PhotoNotFound: 404,
    errors.PoseNotFound: 404,
    errors.VersionNotFound: 404,
    errors.JobNotFound: 404,
    errors.TokenNotFound: 404,
    errors.BadLabel: 422,
    errors.NotUnderstood: 422,
    errors.TooOften: 429,
    errors.BadTokenName: 422,
    errors.ConsentMissing: 422,
    errors.PhotoError: 422,
    errors.PhotoTooLarge: 413,
    errors.ArchiveTooLarge: 413,
    errors.UnsupportedPhoto: 415,
    errors.DatabaseBusy: 503,
    errors.OutOfMemory: 503,
    errors.PoseModelMissing: 503,
    errors.DiskFull: 507,
    YogaLabError: 409,
}
_OF_ADDRESSES: Final = {404: "api.unknown", 405: "api.method"}


def trouble(error: str, code: str, status: int) -> JSONResponse:
    """A refusal. It is never kept by a browser or a proxy."""
    told = {"error": error, "code": code}
    return JSONResponse(told, status_code=status, headers={"Cache-Control": "no-store"})


def status_of(error: YogaLabError) -> int:
    """Return the HTTP status that an error is answered with."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def tell_troubles(api: FastAPI) -> None:
    """Answer every error of these routes in one shape; of what nobody foresaw only the log knows more."""

    @api.exception_handler(YogaLabError)
    async def known(request: Request, error: YogaLabError) -> Response:
        answer = trouble(sentence(error), error.code, status_of(error))
        if isinstance(error, errors.TooOften):
            answer.headers["Retry-After"] = str(error.data["seconds"])
        return answer

    @api.exception_handler(RequestValidationError)
    async def odd(request: Request, error: RequestValidationError) -> Response:
        return trouble(say("api.odd", where=_places(error)), "api.odd", 422)

    @api.exception_handler(HTTPException)
    async def elsewhere(request: Request, error: HTTPException) -> Response:
        code = _OF_ADDRESSES.get(error.status_code)
        if code is None:
            return trouble(say("api.odd", where=error.detail), "api.odd", error.status_code)
        answer = trouble(say(code, reference=REFERENCE), code, error.status_code)
        answer.headers.update(error.headers or {})
        return answer

    @api.exception_handler(ClientDisconnect)
    async def gone(request: Request, error: ClientDisconnect) -> Response:
        # Nobody is there any more to read an answer, and nothing is wrong with the server.
        return Response(status_code=400)

    @api.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> Response:
        # The server tells the log; the program gets a sentence.
        return trouble(sentence(error), "error", 500)


def _places(error: RequestValidationError) -> str:
    """Where the trouble is and what it is: "body.photo: Input should be a valid integer"."""
    told = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:3]]
    # What was sent may be anything, also what no answer can carry.
    return "; ".join(told).encode("ascii", "backslashreplace").decode()[:500]
