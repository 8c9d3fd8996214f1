"""Everything that the site exposes, found by looking rather than from a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from starlette.routing import BaseRoute, Mount

from yogalab.ui.openings import is_open

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# Paths that no route lists, but that Gradio or a browser asks for.
ALSO = (
    *("/", "/config", "/theme.css", "/manifest.json", "/assets/index.js", "/static/img/logo.svg"),
    *("/gradio_api/queue/join", "/gradio_api/queue/data?session_hash=x", "/gradio_api/component_server"),
    *("/gradio_api/upload", "/gradio_api/file=/etc/hostname", "/gradio_api/call/predict", "/gradio_api/info"),
    *("/gradio_api/startup-events", "/gradio_api/heartbeat/x", "/gradio_api/stream/x", "/favicon.ico"),
    *("/photo/1", "/photo/1?edge=320", "/figure/tree.svg", "/lab/assets/mark/core.js", "/lab/words.json"),
    *("/lab/leave", "/lab/lab.zip", "/lab/versions/1.zip", "/lab/photos", "/lab/drawn", "/lab/name"),
    *("/lab/poses.json", "/login/..", "/login/x", "/LOGIN", "//login", "/logout", "/no-such-page"),
    *("/openapi.json", "/docs", "/api/v1", "/api/v1/docs", "/api/v1/openapi.json", "/gradio_api/mcp/"),
)


def inner_of(site: Any) -> Any:
    """The application with routes, behind whatever stands in front of it."""
    while not hasattr(site, "routes"):
        site = getattr(site, "_site", None) or site._app
    return site


def every_route(routes: Iterable[BaseRoute], root: str = "") -> Iterator[tuple[str, BaseRoute]]:
    """(path with its blanks, route) of all routes, mounted and included ones too."""
    for route in routes:
        path = root + str(getattr(route, "path", ""))
        # FastAPI keeps an included router as one route that holds the router.
        included = getattr(route, "original_router", None)
        if isinstance(route, Mount) or included:
            inside = getattr(included or route, "routes", None) or []
            if isinstance(route, Mount) and not inside:
                yield f"{path}/", route
            yield from every_route(inside, path.rstrip("/"))
        elif path:
            yield path, route


def every_path(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """The paths alone, their blanks filled with their own names."""
    for path, _ in every_route(routes):
        yield path.replace("{", "").replace("}", "").replace(":path", "").replace(":int", "")


def open_routes(site: Any) -> set[str]:
    """ "POST /lab/photos" for everything that is answered at all."""
    found = set()
    for path, route in every_route(inner_of(site).routes):
        if is_open(path.partition("{")[0].rstrip("/") + "/x" if "{" in path else path):
            methods = getattr(route, "methods", None) or {"POST"}
            found |= {f"{method} {path}" for method in methods - {"HEAD"}}
    return found


def shut_paths(site: Any) -> set[str]:
    """Paths of Gradio's that nobody is answered at."""
    paths = set(every_path(inner_of(site).routes)) | set(ALSO)
    return {path for path in paths if not is_open(path.partition("?")[0]) and not path.startswith("/login")}


def functions(demo: Any) -> Mapping[str, int]:
    """ "review.label" -> the component that a script names, for all server functions."""
    found = {}
    for number, block in demo.blocks.items():
        for function in getattr(block, "server_fns", ()):
            found[f"{str(block.elem_id).removeprefix('yl-')}.{function.__name__}"] = number
    return found


def offered(config: Any) -> Mapping[str, int]:
    """The same, from a page's own configuration."""
    return {
        f"{part['props']['elem_id'].removeprefix('yl-')}.{name}": part["id"]
        for part in config["components"]
        for name in part["props"].get("server_fns") or ()
    }


def tools(demo: Any) -> set[str]:
    """The names of Gradio's own events: what assistants may call."""
    return {str(function.api_name) for function in demo.fns.values()}
