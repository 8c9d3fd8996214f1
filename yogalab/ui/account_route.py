"""What somebody does about their own session: a name, a language, a password, leaving."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from yogalab.errors import NameStays, NotUnderstood, TooOften, YogaLabError
from yogalab.lab.lab import Lab
from yogalab.settings import Settings
from yogalab.ui.door import drop_session, set_session
from yogalab.ui.gate import problem
from yogalab.ui.language import set_language
from yogalab.ui.sent import field, plain, sent
from yogalab.ui.sessions import Sessions, coach_of
from yogalab.words import sentence

_MOST_BYTES: Final = 4096


def account_routes(lab: Lab, settings: Settings, sessions: Sessions) -> APIRouter:
    """POST /lab/name, /lab/language, /lab/password, /lab/leave."""
    router = APIRouter(default_response_class=Response)

    @router.post("/lab/leave")
    def leave(request: Request) -> Response:
        """Sign out on this device."""
        coach_of(request)
        response = Response(status_code=204)
        drop_session(response, on_space=settings.on_space)
        return response

    @router.post("/lab/language")
    async def read_in(request: Request) -> Response:
        """Go on in another language: {"language": …}; the page is opened anew."""
        coach_of(request)
        response = Response(status_code=204)
        set_language(response, await field(request, "language"), on_space=settings.on_space)
        return response

    @router.post("/lab/name")
    async def rename(request: Request) -> Response:
        """Go on under another name: {"name": …}. Where people sign in, they have the name of their account."""
        coach_of(request)
        if settings.locked:
            return problem(sentence(NameStays()), 409)
        name = await field(request, "name")

        def renamed() -> Response:
            coach = lab.people.enter(name)
            response = Response(json.dumps({"name": coach.name}), media_type="application/json")
            set_session(response, sessions.issue(coach.name), on_space=settings.on_space)
            return response

        return await run_in_threadpool(_told, renamed)

    @router.post("/lab/password")
    async def another_password(request: Request) -> Response:
        """Change one's own password: {"old": …, "new": …}. It ends all other sessions of the same person."""
        who = coach_of(request)
        old, new = await _two(request, "old", "new")

        def changed() -> Response:
            account = lab.passwords.change(who, old, new)
            response = Response(status_code=204)
            set_session(response, sessions.issue(account.id, account.mark), on_space=settings.on_space)
            return response

        return await run_in_threadpool(_told, changed)

    return router


async def _two(request: Request, *names: str) -> tuple[str, ...]:
    try:
        told = plain(await sent(request, _MOST_BYTES) or b"{}")
    except NotUnderstood:
        told = None
    values = (told.get(name) if isinstance(told, dict) else None for name in names)
    return tuple(value if isinstance(value, str) else "" for value in values)


def _told(work: Callable[[], Response]) -> Response:
    try:
        return work()
    except YogaLabError as error:
        return problem(sentence(error), 429 if isinstance(error, TooOften) else 409)
