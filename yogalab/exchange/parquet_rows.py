"""Photos in Parquet files, as the Hugging Face `datasets` library writes them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from yogalab.errors import BadExport

_open: Any = pq.ParquetFile  # Arrow's classes carry no types

_POSES: Final = ("pose", "label", "class", "category", "asana")
_PICTURES: Final = ("image", "picture", "photo", "img")
# Held in memory at a time.
_ROWS_AT_ONCE: Final = 32
# Text columns that a row of ours has; of other data sets there may be hundreds.
_MOST_COLUMNS: Final = 200


@dataclass(frozen=True, slots=True)
class Photo:
    """A row: the picture's file name and bytes, the pose that stands beside it, and all other columns."""

    name: str
    data: bytes
    label: str | None
    row: Mapping[str, object]


def count(files: Sequence[Path]) -> int:
    """How many rows there are. Raises BadExport."""
    return sum(_opened(file).metadata.num_rows for file in files)


def pictures(file: Path) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of each row's picture, in their order. Raises BadExport."""
    table = _opened(file)
    try:
        for batch in table.iter_batches(batch_size=_ROWS_AT_ONCE, columns=["image"]):
            for image in batch.column("image").to_pylist():
                yield _picture(image)
    except (pa.ArrowException, KeyError) as error:
        raise BadExport(name=file.name, line=0) from error
    finally:
        table.close()


def photos(files: Sequence[Path]) -> Iterator[Photo]:
    """Each row of the files. Raises BadExport."""
    for file in files:
        table = _opened(file)
        try:
            yield from _rows(table)
        except (pa.ArrowException, KeyError, StopIteration) as error:
            raise BadExport(name=file.name, line=0) from error
        finally:
            table.close()


def _rows(table: Any) -> Iterator[Photo]:
    schema = table.schema_arrow
    # Skeletons and other lists are long, and nothing here reads them.
    columns = [field.name for field in schema if not pa.types.is_list(field.type)][:_MOST_COLUMNS]
    picture = next((name for name in _PICTURES if name in columns), None)
    if picture is None:
        raise KeyError("image")
    pose = next((name for name in _POSES if name in columns), None)
    names = _class_names(schema, pose)
    for batch in table.iter_batches(batch_size=_ROWS_AT_ONCE, columns=columns):
        for row in batch.to_pylist():
            name, data = _picture(row.pop(picture))
            label = _label(row.get(pose), names) if pose else None
            yield Photo(name=name or "photo", data=data, label=label, row=row)


def _picture(image: object) -> tuple[str, bytes]:
    """`datasets` writes a picture as its bytes and its path; other programs as bytes alone."""
    if isinstance(image, Mapping):
        return str(image.get("path") or ""), bytes(image.get("bytes") or b"")
    return "", image if isinstance(image, bytes) else b""


def _class_names(schema: Any, column: str | None) -> Sequence[str]:
    """The names of a column of class numbers; none for one that holds names."""
    try:
        features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
        return [str(name) for name in features[column]["names"]]
    except (KeyError, TypeError, ValueError):
        return ()


def _label(value: object, names: Sequence[str]) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return names[value] if 0 <= value < len(names) else None
    return str(value).strip() or None if value is not None else None


def _opened(file: Path) -> Any:
    try:
        return _open(file)
    except (pa.ArrowException, OSError) as error:
        raise BadExport(name=file.name, line=0) from error
