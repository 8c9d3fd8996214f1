"""The routes for programs, joined to one application with its own schema and its own troubles."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from yogalab import __version__
from yogalab.lab.lab import Lab
from yogalab.ui.api.labelling import labelling
from yogalab.ui.api.reference import reference
from yogalab.ui.api.troubles import tell_troubles
from yogalab.ui.api.trying import trying
from yogalab.ui.api.working import keys, working
from yogalab.ui.sessions import coach_of

VERSION: Final = "v1"
_ABOUT: Final = (
    "Name poses, and take part in teaching the lab. Sign in with the header “Authorization: Bearer TOKEN”, or "
    "“X-YogaLab-Token: TOKEN” where another key is in the way, as on a private Space."
)


def build_api(lab: Lab) -> FastAPI:
    """Return the application to mount at /api/v1."""
    api = FastAPI(
        title="YogaLab",
        version=__version__,
        description=_ABOUT,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_name,
    )
    for router in (trying(lab), labelling(lab), working(lab), keys(lab)):
        api.include_router(router)
    tell_troubles(api)

    @api.get("/docs", include_in_schema=False)
    def docs(request: Request) -> Response:
        """The same description, for people."""
        return reference(api.openapi(), coach_of(request), address=str(request.base_url).rstrip("/"))

    return api


def _name(route: APIRoute) -> str:
    """What a client that was made from the schema calls the route."""
    return route.name
