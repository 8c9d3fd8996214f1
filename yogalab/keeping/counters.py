"""Numbers that only grow. Other processes look at them to see what changed."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, insert, update

from yogalab.keeping.tables import CounterRow

PHOTO_IDS: Final = "photo_ids"
LABEL_SEQ: Final = "label_seq"
ACTIVATION_IDS: Final = "activation_ids"
JOB_IDS: Final = "job_ids"
PHOTOS: Final = "photos"
PURGES: Final = "purges"
LOOKED: Final = "looked"
EMBEDDINGS: Final = "embeddings"
POSES: Final = "poses"


def bump(connection: Connection, name: str, by: int = 1) -> int:
    """Add to a counter within the writer's transaction and return where it stands."""
    grown = update(CounterRow).where(CounterRow.name == name).values(value=CounterRow.value + by)
    value: int | None = connection.scalar(grown.returning(CounterRow.value))
    if value is not None:
        return value
    connection.execute(insert(CounterRow).values(name=name, value=by))
    return by
