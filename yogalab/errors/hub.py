"""Publishing and fetching."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError
from yogalab.errors.versions import VersionNotFound


class HubError(YogaLabError):
    """Publishing or loading through the Hub did not work. Data: `repo`. Nothing local is lost."""

    code = "hub.error"


class HubOffline(HubError):
    """The Hub does not answer."""

    code = "hub.offline"


class HubTokenMissing(HubError):
    """No token, or one that the Hub does not know."""

    code = "hub.token_missing"


class HubForbidden(HubError):
    """The token may not write there."""

    code = "hub.forbidden"


class HubStale(HubError):
    """Somebody else published in the meantime."""

    code = "hub.stale"


class HubBusy(HubError):
    """The Hub is asked too often and wants to be left alone. Data: `repo`, `seconds`, a whole number."""

    code = "hub.busy"


class BadRepoName(HubError):
    """Not of the form owner/name."""

    code = "hub.bad_repo"


class HubPayment(HubError):
    """The Hub wants a paid plan for this, as for most Spaces."""

    code = "hub.payment"


class SourceMissing(YogaLabError):
    """Deploying needs YogaLab's source folder. Data: `folder`, `missing`."""

    code = "space.source_missing"


class HubRepoNotFound(HubError, VersionNotFound):
    """No such repository, or a private one that the token may not see. Data: `repo`."""

    code = "hub.not_found"
