"""Parquet files with the photos inside, as the Hugging Face `datasets` library reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from yogalab.exchange.facts import facts, file_name
from yogalab.exchange.sidecar import Sidecar
from yogalab.records import Outgoing

# Photos are held in memory until their row group is written.
ROWS_A_GROUP: Final = 64
_new_writer: Any = pq.ParquetWriter  # Arrow's classes carry no types
_TEXTS = (
    *("pose", "answer", "split", "side", "coaches", "labelled_at", "name", "sha256", "source_sha256"),
    *("consent", "added_by", "added_at", "source"),
)
_NUMBERS = ("people", "group", "width", "height")


def _schema() -> Any:
    """Arrow's columns, and the same again in the words of `datasets`, so that `image` opens as a picture."""
    fields = [
        pa.field("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
        *(pa.field(name, pa.string()) for name in _TEXTS),
        *(pa.field(name, pa.int64()) for name in _NUMBERS),
        pa.field("found", pa.bool_()),
        pa.field("found_by", pa.string()),
        pa.field("landmarks", pa.list_(pa.float32())),
        pa.field("world", pa.list_(pa.float32())),
    ]
    numbers = {"feature": {"dtype": "float32", "_type": "Value"}, "_type": "Sequence"}
    features: dict[str, object] = {
        "image": {"_type": "Image"},
        **{name: {"dtype": "string", "_type": "Value"} for name in (*_TEXTS, "found_by")},
        **{name: {"dtype": "int64", "_type": "Value"} for name in _NUMBERS},
        "found": {"dtype": "bool", "_type": "Value"},
        "landmarks": numbers,
        "world": numbers,
    }
    about = {"info": {"features": {field.name: features[field.name] for field in fields}}}
    return pa.schema(fields, metadata={"huggingface": json.dumps(about)})


def write(photos: Iterable[Outgoing], folder: Path, beside: Sidecar) -> int:
    """Write data/{train,test}.parquet; returns how many photos.

    landmarks: 132 numbers, (33, 4) x, y, z, visibility by rows; world: 99, (33, 3) metres. Null: nobody found.
    """
    (folder / "data").mkdir()
    schema = _schema()
    writers: dict[str, Any] = {}
    waiting: dict[str, list[dict[str, object]]] = {}
    count = 0
    try:
        for out in photos:
            rows = waiting.setdefault(out.split, [])
            rows.append(_row(out))
            beside.add(out, file_name(out))
            count += 1
            if out.split not in writers:
                path = folder / "data" / f"{out.split}.parquet"
                writers[out.split] = _new_writer(path, schema, compression="zstd")
            if len(rows) == ROWS_A_GROUP:
                writers[out.split].write_table(pa.Table.from_pylist(rows, schema=schema))
                rows.clear()
        for split, rows in waiting.items():
            if rows:
                writers[split].write_table(pa.Table.from_pylist(rows, schema=schema))
    finally:
        for writer in writers.values():
            writer.close()
    return count


def _row(out: Outgoing) -> dict[str, object]:
    name = file_name(out)
    row = facts(out, name)
    del row["file"]
    person = out.people[0] if out.people else None
    return {
        "image": {"bytes": out.read(), "path": name},
        **row,
        "found_by": person.found_by if person else None,
        "landmarks": person.points.ravel().tolist() if person else None,
        "world": person.world.ravel().tolist() if person else None,
    }
