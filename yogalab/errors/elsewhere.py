"""Long work on other machines: a cluster, or one that is rented."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError


class ElsewhereError(YogaLabError):
    """Work on another machine came to nothing. Nothing was changed here."""

    code = "elsewhere.error"


class RayMissing(ElsewhereError):
    """A Ray cluster is set, and Ray is not installed. Data: `address`."""

    code = "ray.missing"


class RayUnreachable(ElsewhereError):
    """The cluster does not answer. Data: `address`."""

    code = "ray.unreachable"


class RayNeedsDatabase(ElsewhereError):
    """Machines of the cluster cannot reach a SQLite file. Data: `machines`."""

    code = "ray.needs_database"


class RayNeedsFolder(ElsewhereError):
    """Machines of the cluster do not see the lab's home. Data: `machines`, `folder`."""

    code = "ray.needs_folder"


class RayFailed(ElsewhereError):
    """The cluster could not do the work. Data: `reason`, as it said."""

    code = "ray.failed"


class RentError(ElsewhereError):
    """A rented machine came to nothing. Nothing was changed here."""

    code = "rent.error"


class RentNoImage(RentError):
    """No Space is known whose programs a machine could run."""

    code = "rent.no_image"


class RentNeedsCredit(RentError):
    """The account has no credit for this. Data: `account`."""

    code = "rent.needs_credit"


class RentRefused(RentError):
    """No such machine is on offer, or not for so long. Data: `machine`, `minutes`, `most`."""

    code = "rent.refused"


class RentChanged(RentError):
    """What was agreed to is not what it would be now: it is shown and asked again."""

    code = "rent.changed"


class RentFailed(RentError):
    """The machine stopped with an error. Data: `reason`, the last line it said."""

    code = "rent.failed"


class RentTimeout(RentError):
    """The machine was stopped at its time limit. Data: `minutes`."""

    code = "rent.timeout"


class RentLost(RentError):
    """The machine is gone, or was stopped on the Hub, or the Hub was silent for too long."""

    code = "rent.lost"
