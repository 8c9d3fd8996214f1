"""Alembic's entry: brings the connection it was handed up to date, inside that connection's transaction."""

from __future__ import annotations

from alembic import context

from yogalab.keeping.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite changes a table by copying it.
    render_as_batch=True,
)
context.run_migrations()
