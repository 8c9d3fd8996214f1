"""What was seen in photos: skeletons by pose model, embeddings by encoder and recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

import numpy as np
from sqlalchemy import Connection, Select, delete, insert, select

from yogalab.errors import PhotoNotFound
from yogalab.keeping.counters import EMBEDDINGS, LOOKED, bump
from yogalab.keeping.database import chunks
from yogalab.keeping.rows import Rows
from yogalab.keeping.tables import EmbeddingRow, LandmarksRow, LookRow, PhotoRow
from yogalab.records import Landmarks, Matrix, persons

# Fixed, so that a lab opens on any machine.
_FLOAT: Final = np.dtype("<f4")
_POINTS: Final = (33, 4)
_WORLD: Final = (33, 3)
_SPLIT: Final = 33 * 4

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
Look = tuple[int, str, Sequence[Landmarks]]


class SightRows(Rows):
    """See `yogalab.ports.PhotoStore`. Arrays that come back cannot be written to."""

    def put_landmarks(self, photo_id: int, pose_model: str, people: Sequence[Landmarks]) -> None:
        with self._db.write() as connection:
            _require_photos(connection, [photo_id])
            for table in (LandmarksRow, LookRow):
                connection.execute(
                    delete(table).where(table.photo_id == photo_id, table.pose_model == pose_model)
                )
            put_looks(connection, [(photo_id, pose_model, people)])

    def landmarks(
        self, pose_model: str, *, photo_ids: Sequence[int] | None = None
    ) -> Mapping[int, tuple[Landmarks, ...]]:
        looks = select(LookRow.photo_id).where(LookRow.pose_model == pose_model)
        skeletons = (
            select(LandmarksRow.__table__)
            .where(LandmarksRow.pose_model == pose_model)
            .order_by(LandmarksRow.photo_id, LandmarksRow.rank)
        )
        people: dict[int, list[Landmarks]] = {}
        with self._db.read() as connection:
            for query in _for_photos(looks, LookRow.photo_id, photo_ids):
                people.update({photo_id: [] for photo_id in connection.scalars(query)})
            for query in _for_photos(skeletons, LandmarksRow.photo_id, photo_ids):
                for row in connection.execute(query):
                    people[row.photo_id].append(_landmarks(row))
        return {photo_id: tuple(found) for photo_id, found in people.items()}

    def put_embeddings(self, encoder: str, recipe: str, embeddings: Mapping[int, Matrix]) -> None:
        rows = [
            {"photo_id": i, "encoder": encoder, "recipe": recipe, "vector": _packed(vector)}
            for i, vector in embeddings.items()
        ]
        if not rows:
            return
        with self._db.write() as connection:
            # A photo may have been deleted while its embedding was made: that one is dropped.
            there = _there(connection, list(embeddings))
            rows = [row for row in rows if row["photo_id"] in there]
            for some in chunks(sorted(there)):
                mine = (EmbeddingRow.encoder == encoder, EmbeddingRow.recipe == recipe)
                connection.execute(delete(EmbeddingRow).where(*mine, EmbeddingRow.photo_id.in_(some)))
            if rows:
                connection.execute(insert(EmbeddingRow), rows)
                bump(connection, EMBEDDINGS, len(rows))

    def embeddings(
        self, encoder: str, recipe: str, *, photo_ids: Sequence[int] | None = None
    ) -> Mapping[int, Matrix]:
        vectors = select(EmbeddingRow.photo_id, EmbeddingRow.vector).where(
            EmbeddingRow.encoder == encoder, EmbeddingRow.recipe == recipe
        )
        found: dict[int, Matrix] = {}
        with self._db.read() as connection:
            for query in _for_photos(vectors, EmbeddingRow.photo_id, photo_ids):
                found.update({row.photo_id: _unpacked(row.vector) for row in connection.execute(query)})
        return found


def put_looks(connection: Connection, looks: Sequence[Look]) -> None:
    """Keep what pose models found in photos that they had not looked at."""
    if not looks:
        return
    connection.execute(
        insert(LookRow),
        [{"photo_id": i, "pose_model": model, "people": len(persons(people))} for i, model, people in looks],
    )
    skeletons = [
        {
            "photo_id": photo_id,
            "pose_model": pose_model,
            "rank": rank,
            "person": one.person,
            "numbers": _packed(one.points) + _packed(one.world),
            "aspect": one.aspect,
            "found_by": one.found_by,
            "trust": one.trust,
        }
        for photo_id, pose_model, people in looks
        for rank, one in enumerate(people)
    ]
    if skeletons:
        connection.execute(insert(LandmarksRow), skeletons)
    bump(connection, LOOKED, len(looks))


def _landmarks(row: Any) -> Landmarks:
    numbers = _unpacked(row.numbers)
    return Landmarks(
        points=numbers[:_SPLIT].reshape(_POINTS),
        world=numbers[_SPLIT:].reshape(_WORLD),
        aspect=row.aspect,
        found_by=row.found_by,
        person=row.person,
        trust=row.trust,
    )


def _for_photos(query: Query, column: Any, photo_ids: Sequence[int] | None) -> list[Query]:
    if photo_ids is None:
        return [query]
    return [query.where(column.in_(some)) for some in chunks([int(i) for i in photo_ids])]


def _there(connection: Connection, photo_ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for some in chunks([int(i) for i in photo_ids]):
        found.update(connection.scalars(select(PhotoRow.id).where(PhotoRow.id.in_(some))))
    return found


def _require_photos(connection: Connection, photo_ids: Sequence[int]) -> None:
    missing = set(photo_ids) - _there(connection, photo_ids)
    if missing:
        raise PhotoNotFound(photo_id=min(missing))


def _packed(numbers: Matrix) -> bytes:
    return np.ascontiguousarray(numbers, dtype=_FLOAT).tobytes()


def _unpacked(blob: bytes) -> Matrix:
    return np.frombuffer(blob, dtype=_FLOAT).astype(np.float32, copy=False)
