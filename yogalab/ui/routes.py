"""What the pages fetch beside Gradio's own traffic: pictures, figures, scripts, uploads, downloads.

All of it lies behind the gate; each asks for the coach again, and says in a sentence what it cannot do.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from yogalab import errors
from yogalab.errors import YogaLabError
from yogalab.lab.lab import Lab
from yogalab.lab.parts import require
from yogalab.records import Consent, Role
from yogalab.settings import Settings
from yogalab.skeleton import BONES, LANDMARKS, part_of, side_of
from yogalab.ui import present, scripts
from yogalab.ui.account_route import account_routes
from yogalab.ui.gate import problem
from yogalab.ui.limits import too_often
from yogalab.ui.live_route import add_live
from yogalab.ui.sessions import Sessions, coach_of
from yogalab.ui.upload import DRAWN, LARGEST_UPLOAD, MOST_FILES, Runs, Step, offered, steps
from yogalab.words import catalogue, language, say, sentence
from yogalab.words.languages import NAMES

_A_DAY = "private, max-age=86400, immutable"
# Digits of a number that 64 bits hold for certain.
_LONGEST_NUMBER: Final = 18
_STATUS: dict[type[YogaLabError], int] = {
    errors.NotAllowed: 403,
    errors.PhotoNotFound: 404,
    errors.PoseNotFound: 404,
    errors.VersionNotFound: 404,
    errors.ConsentMissing: 400,
    errors.DiskFull: 507,
}


def lab_routes(lab: Lab, settings: Settings, sessions: Sessions) -> APIRouter:
    """Everything under /photo, /figure and /lab."""
    router = APIRouter(default_response_class=Response)
    _pictures(router, lab)
    add_live(router, lab)
    _page_parts(router)
    _uploads(router, lab)
    _downloads(router, lab)
    _leaving(router, lab)
    router.include_router(account_routes(lab, settings, sessions))
    return router


def _pictures(router: APIRouter, lab: Lab) -> None:
    @router.get("/photo/{number}")
    def photo(number: str, request: Request, edge: int | None = None, kept: str = "") -> Response:
        """kept: what a page knows of the photo's content, and a name of that page's own."""

        def picture() -> Response:
            data, media = lab.photos.picture(coach_of(request), _photo_id(number), edge=edge)
            # A photo never changes, but it can be deleted: a browser may keep it, and asks before showing it.
            # Only the page that has shown it need not ask again: no other one ever comes by its address.
            return _cached(request, data, media, known=kept.partition(".")[0])

        return _told(picture)

    @router.get("/figure/{slug}.svg")
    def figure(slug: str, request: Request, size: int = 96) -> Response:
        def drawn() -> Response:
            who = coach_of(request)
            svg = lab.poses.figure(who, slug, size=min(max(size, 16), 512))
            svg = svg or present.letter(lab.poses.pose(who, slug))
            return _cached(request, svg.encode(), scripts.MEDIA[".svg"])

        return _told(drawn)

    @router.get("/lab/poses.json")
    def poses(request: Request) -> Response:
        """Every pose that can be named, and its other names: a page searches them without asking again."""

        def listed() -> Response:
            known = lab.poses.list(coach_of(request))
            rows = [{**present.pose(pose), "aliases": list(pose.aliases)} for pose in known]
            return _cached(
                request, json.dumps({"poses": rows}, ensure_ascii=False).encode(), "application/json"
            )

        return _told(listed)


def _page_parts(router: APIRouter) -> None:
    @cache
    def words(spoken: str, role: Role) -> bytes:
        given = {
            # Known before anything is drawn: nothing flashes up that somebody may not do.
            "role": role.value,
            "words": dict(catalogue()),
            "language": spoken,
            "languages": dict(NAMES),
            "bones": [[a, b, _side(a, b), part_of(a, b)] for a, b in BONES],
            "joints": [side_of(joint) or "" for joint in range(LANDMARKS)],
            "batch": MOST_FILES,
            "largest": LARGEST_UPLOAD - 1024**2,
            "drawn": DRAWN,
        }
        return json.dumps(given, ensure_ascii=False).encode()

    @router.get("/lab/assets/{mark}/{name}")
    def asset(mark: str, name: str, request: Request) -> Response:
        """A page opened before an upgrade gets today's script, which is not what its address stands for."""
        data = scripts.scripts().get(name)
        if data is None:
            return problem(say("page.missing"), 404)
        known = hashlib.sha256(data).hexdigest()[: present.CONTENT] if mark == scripts.mark() else ""
        return _cached(request, data, scripts.MEDIA[Path(name).suffix], known=known)

    @router.get("/lab/words.json")
    def words_for_scripts(request: Request) -> Response:
        # A browser asks each time whether they are still the same, so another language is there at once.
        return _cached(request, words(language(), coach_of(request).role), "application/json")


def _uploads(router: APIRouter, lab: Lab) -> None:
    runs = Runs()

    @router.post("/lab/photos")
    async def add(request: Request) -> Response:
        """Several files and the answer on consent; one line of JSON for each step of adding them."""
        who = coach_of(request)
        # Before gigabytes are taken from somebody who may not add them.
        require(who, Role.COACH)
        length = request.headers.get("content-length")
        if length is None or not length.isdecimal() or int(length) > LARGEST_UPLOAD:
            return problem(say("upload.too_large"), 413)
        form = await request.form(max_files=MOST_FILES, max_fields=MOST_FILES + 8)
        consent = form.get("consent")
        known = {choice.value for choice in Consent if choice.given}
        if consent not in known:
            return problem(sentence(errors.ConsentMissing()), 400)
        agreed = Consent(str(consent))
        told = steps(
            lambda on_step: lab.photos.add(who, offered(form), consent=agreed, on_step=on_step),
            lambda: runs.open(who, str(form.get("run") or "")),
        )
        # Form files close with the form, and the form lives as long as this answer is being sent.
        return _lines(told, BackgroundTask(form.close))

    @router.post("/lab/photos/stop/{run}")
    def stop(run: str, request: Request) -> Response:
        """End a run of one's own at the next photo."""
        return Response(status_code=204 if runs.stop(coach_of(request), run) else 404)

    @router.post("/lab/drawn")
    def drawn(request: Request) -> Response:
        """Fill the lab with drawn people, told step by step like an upload."""
        who = coach_of(request)
        require(who, Role.COACH)
        return _lines(steps(lambda on_step: lab.photos.add_drawn(who, count=DRAWN, on_step=on_step)))


def _downloads(router: APIRouter, lab: Lab) -> None:
    @router.get("/lab/versions/{number:int}.zip")
    async def version(number: int, request: Request) -> Response:
        who = coach_of(request)
        return await _packed(
            f"yogalab-v{number:04d}.zip", lambda target: lab.versions.download(who, number, target)
        )

    @router.get("/lab/lab.zip")
    async def whole_lab(request: Request) -> Response:
        who = coach_of(request)
        return await _packed("yogalab-lab.zip", lambda target: lab.pack(who, target))


def _leaving(router: APIRouter, lab: Lab) -> None:
    @router.post("/lab/review/leave")
    def let_go(request: Request, seat: str = "") -> Response:
        """The review page was closed, and says so while it still can."""
        lab.review.leave(coach_of(request), seat)
        return Response(status_code=204)


def _lines(told: Iterator[Step], after: BackgroundTask | None = None) -> Response:
    """Each step as a line of JSON, sent when it happens."""
    lines = (json.dumps(step, ensure_ascii=False).encode() + b"\n" for step in told)
    return StreamingResponse(lines, media_type="application/x-ndjson", background=after)


async def _packed(name: str, pack: Callable[[Path], Path]) -> Response:
    """Write a file aside, send it, remove it."""
    # Not a context manager: the file is still being sent when this function has returned.
    folder = tempfile.TemporaryDirectory(prefix="yogalab-download-")

    def packed() -> Response:
        path = pack(Path(folder.name) / name)
        return FileResponse(path, filename=name, background=BackgroundTask(folder.cleanup))

    response = await run_in_threadpool(_told, packed)
    if not isinstance(response, FileResponse):
        folder.cleanup()
    return response


def _told(work: Callable[[], Response]) -> Response:
    """The answer, or the error's sentence."""
    try:
        return work()
    except YogaLabError as error:
        return refusal(error)


def refusal(error: YogaLabError) -> Response:
    """An error's sentence, with the status that says what kind it is of."""
    if isinstance(error, errors.TooOften):
        return too_often(error)
    return problem(sentence(error), _STATUS.get(type(error), 409), code=error.code)


def _photo_id(number: str) -> int:
    """A photo's number as a database can hold one. Raises PhotoNotFound: no other number ever was a photo's."""
    if not number.isascii() or not number.isdecimal() or len(number) > _LONGEST_NUMBER:
        raise errors.PhotoNotFound(photo_id=number[:_LONGEST_NUMBER])
    return int(number)


def _cached(request: Request, data: bytes, media: str, *, known: str = "") -> Response:
    """known: of the content's hash, as the address has it: with that, what lies there is nothing else today."""
    content = hashlib.sha256(data).hexdigest()
    same = len(known) == present.CONTENT and content.startswith(known)
    tag = f'"{content[:32]}"'
    headers = {"ETag": tag, "Cache-Control": _A_DAY if same else "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=media, headers=headers)


def _side(a: int, b: int) -> str:
    """A bone between two sides belongs to neither."""
    first, second = side_of(a), side_of(b)
    return (first or "") if first == second else ""
