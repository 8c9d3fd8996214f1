"""The way of pictures from a camera or from the disk: a file in, what is seen in it out. Nothing is kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from yogalab import errors
from yogalab.errors import YogaLabError
from yogalab.lab.lab import Lab
from yogalab.records import Coach
from yogalab.ui import live
from yogalab.ui.gate import problem
from yogalab.ui.sent import sent
from yogalab.ui.sessions import coach_of
from yogalab.words import say, sentence

# A camera's picture as the page sends it has 30 KB; the lab refuses those over this size with a sentence.
_MOST_BYTES: Final = 2**20
_LONGEST_SEAT: Final = 64
# Milliseconds since a page was opened: as many as a hundred years have.
_LATEST: Final = 3.2e12
_STATUS: Final[dict[type[YogaLabError], int]] = {
    errors.NotAllowed: 403,
    errors.PhotoTooLarge: 413,
    errors.LiveBusy: 429,
    errors.LiveFull: 429,
    errors.TooOften: 429,
}
# Seconds after which to try again: a picture is looked at, a camera may be switched off.
_WAIT: Final[dict[type[YogaLabError], int]] = {errors.LiveBusy: 1, errors.LiveFull: 10}


def add_live(router: APIRouter, lab: Lab) -> None:
    """Add POST /lab/live?seat=…&at=…&pose=…, POST /lab/live/off?seat=… and POST /lab/look?name=….

    seat: a name that the page made up for its camera; at: when the picture was taken, in whole milliseconds of
    the page's own clock; pose: id of the one to be advised on.
    """

    @router.post("/lab/live")
    async def see(request: Request, seat: str = "", at: str = "", pose: str = "") -> Response:
        who = coach_of(request)
        jpeg = await sent(request, _MOST_BYTES)
        if jpeg is None:
            return problem(say("live.too_large"), 413)
        wanted = _whole(pose) if pose else None
        taken = _whole(at)
        if taken is None or not 0 < len(seat) <= _LONGEST_SEAT or (pose and wanted is None):
            return problem(say("live.odd"), 400)
        return await run_in_threadpool(_seen, lab, who, seat, jpeg, taken, wanted)

    @router.post("/lab/look")
    async def look(request: Request, name: str = "") -> Response:
        """Name the pose in a picture, a file as it is; `name` is the file's."""
        who = coach_of(request)
        data = await sent(request, live.LARGEST_PICTURE)
        if data is None:
            limit = f"{live.LARGEST_PICTURE // 2**20} MB"
            return _refused(errors.PhotoTooLarge(name=name, size=f"> {limit}", limit=limit))
        return await run_in_threadpool(_told, lambda: live.looked(lab, who, name, data))

    @router.post("/lab/live/off")
    def off(request: Request, seat: str = "") -> Response:
        """The camera was switched off, or its page closed."""
        lab.live.leave(coach_of(request), seat)
        return Response(status_code=204)


def _seen(lab: Lab, who: Coach, seat: str, jpeg: bytes, at_ms: int, practised: int | None) -> Response:
    def told() -> dict[str, object]:
        begun = time.perf_counter()
        seen = lab.live.see(who, seat, jpeg, at_ms, practised=practised)
        answer = live.told(seen, practised is not None) if seen is not None else {"stale": True}
        return {**answer, "at": at_ms, "took": round(1000 * (time.perf_counter() - begun), 1)}

    return _told(told)


def _told(work: Callable[[], dict[str, object]]) -> Response:
    """The answer as JSON, or the error's sentence."""
    try:
        answer = work()
    except YogaLabError as error:
        return _refused(error)
    return Response(
        json.dumps(answer, ensure_ascii=False),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _refused(error: YogaLabError) -> Response:
    refusal = problem(sentence(error), _STATUS.get(type(error), 400))
    wait = error.data.get("seconds") or _WAIT.get(type(error))
    if wait is not None:
        refusal.headers["Retry-After"] = str(wait)
    return refusal


def _whole(text: str) -> int | None:
    """A whole number of milliseconds, or an id; None for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(int(_LATEST)))):
        return None
    return int(text) if int(text) <= _LATEST else None
