"""What every group of tables is given."""

from __future__ import annotations

from yogalab.keeping.database import Database


class Rows:
    """Some tables of one database. The store is made of these."""

    def __init__(self, database: Database) -> None:
        self._db = database
