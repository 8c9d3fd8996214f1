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
