"""All rows of one database into another, whatever the two run on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, delete, insert, select, update

from yogalab.keeping.tables import Base

_ROWS_AT_ONCE: Final = 1000


def copy_rows(source: Connection, target: Connection) -> None:
    """Replace everything in `target` within its transaction. Both stand at the same revision."""
    tables = Base.metadata.sorted_tables
    for table in reversed(tables):
        for column in _self_references(table):
            target.execute(update(table).values({column: None}))
        target.execute(delete(table))
    for table in tables:
        _copy_table(source, target, table)


def _copy_table(source: Connection, target: Connection, table: Table) -> None:
    later = _self_references(table)
    result = source.execute(select(table), execution_options={"yield_per": _ROWS_AT_ONCE})
    waiting: list[dict[str, Any]] = []
    for some in result.mappings().partitions():
        rows = [dict(row) for row in some]
        # A row may refer to one that comes after it: those references follow when all rows are there.
        waiting += [dict(row) for row in rows if any(row[column.name] is not None for column in later)]
        for row in rows:
            row.update({column.name: None for column in later})
        target.execute(insert(table), rows)
    for row in waiting:
        mine = [column == row[column.name] for column in table.primary_key.columns]
        target.execute(update(table).where(*mine).values({column: row[column.name] for column in later}))


def _self_references(table: Table) -> Sequence[Column[Any]]:
    return [key.parent for key in table.foreign_keys if key.column.table is table]
