"""What the Hub's client raises, in YogaLab's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx2
from huggingface_hub.errors import (
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    LocalTokenNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from yogalab.errors import (
    BadRepoName,
    HubError,
    HubForbidden,
    HubOffline,
    HubPayment,
    HubRepoNotFound,
    HubStale,
    HubTokenMissing,
    VersionNotFound,
    YogaLabError,
)

_BY_STATUS: Final[dict[int, type[HubError]]] = {
    401: HubTokenMissing,
    402: HubPayment,
    403: HubForbidden,
    409: HubStale,
    412: HubStale,
}
_REPOSITORY: Final = re.compile(r"/api/(models|datasets|spaces)/|/resolve/")
# Xet, which carries large files, reports every failure as Python's own ConnectionError.
_NO_ANSWER: Final = (httpx2.TransportError, OfflineModeIsEnabled, ConnectionError)


@contextmanager
def explained(repo: str, revision: str | None = None) -> Iterator[None]:
    """Turn what the Hub's client raises inside the block into a HubError or VersionNotFound.

    Raises HubOffline, HubTokenMissing, HubForbidden, HubStale, HubPayment, HubRepoNotFound, VersionNotFound,
    BadRepoName, HubError; anything that is not the Hub's doing passes unchanged.
    """
    try:
        yield
    except YogaLabError:
        raise
    except Exception as error:
        told = _explain(error, repo, revision)
        if told is None:
            raise
        raise told from error


def _explain(error: Exception, repo: str, revision: str | None) -> YogaLabError | None:
    for cause in _chain(error):
        if isinstance(cause, RevisionNotFoundError):
            return VersionNotFound(version=f"{repo} {revision}" if revision else repo)
        if isinstance(cause, HfHubHTTPError):
            return _refused(cause, repo)
        if isinstance(cause, _NO_ANSWER):
            return HubOffline(repo=repo)
        if isinstance(cause, LocalTokenNotFoundError):
            return HubTokenMissing(repo=repo)
        if isinstance(cause, HFValidationError):
            return BadRepoName(repo=repo)
    # Only now: a file that is not cached is the outcome, and the chain held no better reason for it.
    return HubOffline(repo=repo) if isinstance(error, LocalEntryNotFoundError) else None


def _refused(error: HfHubHTTPError, repo: str) -> HubError:
    status = error.response.status_code
    if isinstance(error, RepositoryNotFoundError) or (status == 401 and _about_a_repository(error)):
        return HubRepoNotFound(repo=repo, version=repo)
    kind = _BY_STATUS.get(status)
    if kind is not None:
        return kind(repo=repo)
    reason = f"{status} {error.response.reason_phrase}".strip()
    return HubError(
        repo=repo, reason=f"{reason}: {error.server_message[:200]}" if error.server_message else reason
    )


def _about_a_repository(error: HfHubHTTPError) -> bool:
    """Return whether a 401 hides a repository rather than complains of a token.

    The Hub says 401 to nobody in particular asking for a private or missing repository. The client knows, but
    only under the Hub's own address, not under a mirror's.
    """
    if error.response.headers.get("X-Error-Message") == "Invalid credentials in Authorization header":
        return False
    return _REPOSITORY.search(error.response.request.url.path) is not None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what led to it, outermost first: uploads wrap the reason in a RuntimeError."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
