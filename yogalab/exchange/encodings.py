"""An encoded archive as parquet: what was seen in each file, and the plan of which part each file is in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yogalab.records import EncodedFile, Landmarks

# Arrow's functions carry no types.
_read: Any = pq.read_table
_write: Any = pq.write_table
_BODY: Final = [
    pa.field("person", pa.int32()),
    pa.field("found_by", pa.string()),
    pa.field("trust", pa.float32()),
    pa.field("aspect", pa.float32()),
    pa.field("landmarks", pa.list_(pa.float32())),
    pa.field("world", pa.list_(pa.float32())),
]
_TEXT: Final = pa.dictionary(pa.int32(), pa.string())
SCHEMA: Final = pa.schema(
    [
        pa.field("key", pa.string()),
        pa.field("source_sha256", pa.string()),
        pa.field("sha256", pa.string()),
        pa.field("width", pa.int32()),
        pa.field("height", pa.int32()),
        pa.field("image_hash", pa.uint64()),
        pa.field("error", _TEXT),
        pa.field("found", pa.bool_()),
        pa.field("pose_model", _TEXT),
        *_BODY,
        pa.field("others", pa.list_(pa.struct(_BODY))),
        pa.field("encoder", _TEXT),
        pa.field("recipe", _TEXT),
        pa.field("embedding", pa.list_(pa.float32())),
    ]
)
_PLAN: Final = pa.schema(
    [pa.field("part", pa.int32()), pa.field("key", pa.string()), pa.field("bytes", pa.int64())]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """What looked at all files of an archive.

    encoder: its name, empty for skeletons alone; recipe: how it saw; fingerprint: of its weights.
    """

    pose_model: str
    encoder: str = ""
    recipe: str = ""
    fingerprint: str = ""


def sheet(rows: Sequence[EncodedFile], eyes: Eyes) -> bytes:
    """Return a part as a parquet file, a row for each file; the same rows are the same bytes.

    landmarks: 132 numbers, (33, 4) x, y, z, visibility by rows; world: 99, (33, 3) metres; both of the chosen
    person, or of the faint guess where nobody was found (`found` is false then). others: everybody else.
    embedding: of unit length. A file that is no photo has its `error` and nothing else.
    """
    return _packed(pa.Table.from_pylist([_row(row, eyes) for row in rows], schema=SCHEMA))


def plan_sheet(rows: Iterable[tuple[int, str, int]]) -> bytes:
    """Return (part, key, bytes) of files as a parquet file."""
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return _packed(
        pa.table([pa.array(one, field.type) for one, field in zip(columns, _PLAN, strict=True)], _PLAN)
    )


def read_plan(data: bytes) -> list[tuple[int, str, int]]:
    """Return what `plan_sheet` was given."""
    table = _read(io.BytesIO(data))
    return list(zip(*(table[name].to_pylist() for name in ("part", "key", "bytes")), strict=True))


def read_sheet(data: bytes) -> list[dict[str, Any]]:
    """Return a part's rows as they are in its columns."""
    rows: list[dict[str, Any]] = _read(io.BytesIO(data)).to_pylist()
    return rows


def people_of(row: dict[str, Any]) -> tuple[Landmarks, ...]:
    """Return everybody in a row, the chosen one first."""
    bodies = [row, *(row["others"] or ())] if row["landmarks"] else []
    return tuple(
        Landmarks(
            points=np.array(body["landmarks"], np.float32).reshape(33, 4),
            world=np.array(body["world"], np.float32).reshape(33, 3),
            aspect=body["aspect"],
            found_by=body["found_by"],
            person=body["person"],
            trust=body["trust"],
        )
        for body in bodies
    )


def _row(one: EncodedFile, eyes: Eyes) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": one.key,
        "source_sha256": one.source_sha256,
        "error": one.error or None,
        "found": bool(one.people) and not one.people[0].faint,
        "pose_model": eyes.pose_model,
        "encoder": eyes.encoder or None,
        "recipe": eyes.recipe or None,
        "others": [_body(person) for person in one.people[1:]],
    }
    if one.sha256:
        row |= {"sha256": one.sha256, "width": one.width, "height": one.height, "image_hash": one.image_hash}
    if one.people:
        row |= _body(one.people[0])
    if one.embedding is not None:
        row["embedding"] = one.embedding.astype(np.float32).tolist()
    return row


def _body(person: Landmarks) -> dict[str, Any]:
    return {
        "person": person.person,
        "found_by": person.found_by,
        "trust": person.trust,
        "aspect": person.aspect,
        "landmarks": person.points.ravel().tolist(),
        "world": person.world.ravel().tolist(),
    }


def _packed(table: Any) -> bytes:
    data = io.BytesIO()
    _write(table, data, compression="zstd")
    return data.getvalue()
