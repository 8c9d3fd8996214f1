"""The line to the Hub: clients that give up on a silent one, and are told when it asks for patience."""

from __future__ import annotations

import re
from typing import Any, Final

import httpx2
from huggingface_hub import HfApi, get_session, get_token
from huggingface_hub.utils.tqdm import tqdm

from yogalab.errors import BadRepoName, HubBusy, HubOffline, HubTokenMissing
from yogalab.publishing.trouble import asked_to_wait
from yogalab.settings import Settings

# The client waits for ever by default: a hub that takes the call and says nothing would hold a coach's click.
PATIENCE: Final = {"connect": 5.0, "read": 30.0, "write": 60.0, "pool": 10.0}
# The slowest line that is still one, bytes a second, and how much of what was sent may still be on its way when
# the client has handed over its last byte: systems keep so much in their buffers.
SLOWEST: Final = 1000
_UNDERWAY: Final = 256_000
# A short wait the client sits out by itself; a longer one is told to whoever waits, who may also leave.
_SHORT: Final = 5.0
_REPO: Final = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?/[A-Za-z0-9](?:[\w.-]*\w)?", re.ASCII)


def is_repo(name: str) -> bool:
    """Return whether a name looks like "owner/name" and the Hub would take it."""
    odd = "--" in name or ".." in name or name.endswith(".git") or len(name) > 96
    return not odd and _REPO.fullmatch(name) is not None


def check_repo(repo: str) -> None:
    """Raises BadRepoName unless `repo` is a name that the Hub would take."""
    if not is_repo(repo):
        raise BadRepoName(repo=repo)


def writer(settings: Settings, token: str | None, repo: str) -> HfApi:
    """Return a client that may try to write. Raises HubOffline, HubTokenMissing without asking anybody."""
    api = client(settings, token, repo)
    if not (token or get_token()):
        raise HubTokenMissing(repo=repo)
    return api


def client(settings: Settings, token: str | None, repo: str) -> HfApi:
    """Return a client that reads. Raises HubOffline where the settings say so."""
    if settings.offline:
        raise HubOffline(repo=repo)
    lose_patience()
    return HfApi(endpoint=settings.hub_endpoint, token=token, library_name="yogalab")


def lose_patience() -> None:
    """Give every request of the client's shared session a time limit, and make long waits known.

    In hooks, because some of the client's calls pass "no limit" along, which overrides the session's own.
    """
    hooks = get_session().event_hooks
    if _limit not in hooks["request"]:
        hooks["request"].append(_limit)
        hooks["response"].append(_tell_long_waits)


def _limit(request: httpx2.Request) -> None:
    asked = request.extensions.get("timeout") or {}
    limits = {**PATIENCE, **{name: seconds for name, seconds in asked.items() if seconds is not None}}
    # Over a slow line the answer comes only when all that lies in between has arrived. Chunked, nobody says how
    # much that is.
    size = request.headers.get("Content-Length", "")
    sent = int(size) if size.isdecimal() else _UNDERWAY if "Transfer-Encoding" in request.headers else 0
    for way in ("read", "write"):
        limits[way] += min(sent, _UNDERWAY) / SLOWEST
    request.extensions = {**request.extensions, "timeout": limits}


def _tell_long_waits(response: httpx2.Response) -> None:
    seconds = asked_to_wait(response)
    if seconds is not None and seconds > _SHORT:
        raise HubBusy(repo="", seconds=seconds)


def refs(api: HfApi, repo: str, *, kind: str = "model") -> tuple[str | None, dict[str, str]]:
    """Return the commit at the head of main, None in an empty repository, and tag -> commit."""
    listed = api.list_repo_refs(repo, repo_type=kind)
    head = next((branch.target_commit for branch in listed.branches if branch.name == "main"), None)
    return head, {tag.name: tag.target_commit for tag in listed.tags}


class Silent(tqdm):
    """A bar that draws nothing: YogaLab's own progress says how far a download is."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "disable": True})  # type: ignore[no-untyped-call]
