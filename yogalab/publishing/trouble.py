"""What the Hub's client raises, in YogaLab's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil
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
from huggingface_hub.utils._http import parse_ratelimit_headers

from yogalab.errors import (
    BadRepoName,
    HubBusy,
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
_TOO_MANY: Final = 429
# How long to wait where the Hub says that it is asked too often, and not for how long.
_USUAL_WAIT: Final = 60
# Xet, which carries large files, reports every failure as Python's own ConnectionError.
_NO_ANSWER: Final = (httpx2.TransportError, OfflineModeIsEnabled, ConnectionError)


@contextmanager
def explained(repo: str, revision: str | None = None) -> Iterator[None]:
    """Turn what the Hub's client raises inside the block into a HubError or VersionNotFound.

    Raises HubOffline, HubTokenMissing, HubForbidden, HubStale, HubBusy, HubPayment, HubRepoNotFound,
    VersionNotFound, BadRepoName, HubError; anything that is not the Hub's doing passes unchanged.
    """
    try:
        yield
    except YogaLabError as error:
        if isinstance(error, HubBusy) and not error.data["repo"]:
            raise HubBusy(repo=repo, seconds=error.data["seconds"]) from error
        raise
    except Exception as error:
        told = _explain(error, repo, revision)
        if told is None:
            raise
        raise told from error


def _explain(error: Exception, repo: str, revision: str | None) -> YogaLabError | None:
    for cause in _chain(error):
        if isinstance(cause, HubBusy):
            return HubBusy(repo=repo, seconds=cause.data["seconds"])
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
    # Whoever writes has just seen the repository: there it is the token that is not taken any more.
    reading = error.response.request.method in {"GET", "HEAD"}
    hidden = isinstance(error, RepositoryNotFoundError) or (status == 401 and _about_a_repository(error))
    if hidden and (reading or status != 401):
        return HubRepoNotFound(repo=repo, version=repo)
    if status == _TOO_MANY:
        return HubBusy(repo=repo, seconds=asked_to_wait(error.response) or _USUAL_WAIT)
    kind = _BY_STATUS.get(status)
    if kind is not None:
        return kind(repo=repo)
    reason = f"{status} {error.response.reason_phrase}".strip()
    return HubError(
        repo=repo, reason=f"{reason}: {error.server_message[:200]}" if error.server_message else reason
    )


def asked_to_wait(response: httpx2.Response) -> int | None:
    """Return for how many seconds the Hub asks to be left alone, None where it does not.

    By `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), or by its own `RateLimit`.
    """
    if response.status_code not in {_TOO_MANY, 503}:
        return None
    told = response.headers.get("Retry-After", "").strip()
    if told.isdecimal():
        return int(told)
    with suppress(ValueError):
        return max(0, ceil((parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()))
    limit = parse_ratelimit_headers(response.headers)
    return limit.reset_in_seconds if limit is not None and limit.remaining == 0 else None


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
