"""Brings a database to the schema this YogaLab knows. The history is in db/versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from yogalab.errors import DatabaseNewer
from yogalab.resources import resource

if TYPE_CHECKING:
    from alembic.config import Config

# The newest file in db/versions (a test compares).
HEAD = "0007"


def revision(connection: Connection) -> str | None:
    """Return the revision a database stands at, None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    current: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return current


def upgrade(connection: Connection, target: str = HEAD) -> None:
    """Bring the database to `target` within the connection's transaction: wholly or not at all.

    Raises:
        DatabaseNewer: its revision is none this YogaLab knows.
    """
    current = revision(connection)
    if current == target:
        return
    # Alembic takes half a second to import, and nearly every start needs nothing of it.
    from alembic import command  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = configuration(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseNewer(revision=current)
    command.upgrade(config, target)


def configuration(connection: Connection) -> Config:
    """Return Alembic's configuration for an open connection; there is no ini file."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    # A percent sign in the path would be read as the start of a variable.
    config.set_main_option("script_location", str(resource("db")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
