"""Labels and landmarks for everybody: Parquet files that name nobody, with pixels only where that is allowed.

What an export for its owner holds and this does not: names of files, of coaches and of who added a photo, where
it came from, and hashes by which somebody who has a photo could find it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from yogalab.records import SharedPhoto

# Photos are held in memory until their row group is written.
ROWS_A_GROUP: Final = 256
_new_writer: Any = pq.ParquetWriter  # Arrow's classes carry no types
_TEXTS: Final = ("photo", "pose", "pose_name", "side", "consent", "found_by")
_NUMBERS: Final = ("labelled_by", "people", "group", "width", "height")
_LISTS: Final = ("landmarks", "world")


def write(photos: Iterable[SharedPhoto], folder: Path) -> int:
    """Write data/{train,test}.parquet and return how many photos; the same photos give the same bytes.

    image: {bytes, path}, null where pixels stay at home. landmarks: 132 numbers, (33, 4) x, y, z, visibility by
    rows, x in widths and y in heights of the photo; world: 99, (33, 3) metres; null where nobody was found.
    labelled_by: how many coaches said so; group: the same for near-copies.
    """
    (folder / "data").mkdir()
    schema, count = _schema(), 0
    waiting: dict[str, list[dict[str, object]]] = {}
    groups: dict[int, int] = {}
    with ExitStack() as open_files:
        writers: dict[str, Any] = {}
        for one in photos:
            split = one.out.split
            if split not in writers:
                path = folder / "data" / f"{split}.parquet"
                writers[split] = open_files.enter_context(_new_writer(path, schema, compression="zstd"))
            rows = waiting.setdefault(split, [])
            # The lab's own numbers would tell how many photos it has seen.
            rows.append(_row(one, groups.setdefault(one.out.photo.group, len(groups))))
            count += 1
            if len(rows) == ROWS_A_GROUP:
                writers[split].write_table(pa.Table.from_pylist(rows, schema=schema))
                rows.clear()
        for split, rows in waiting.items():
            if rows:
                writers[split].write_table(pa.Table.from_pylist(rows, schema=schema))
    return count


def _row(one: SharedPhoto, group: int) -> dict[str, object]:
    out = one.out
    person = out.people[0] if out.people else None
    return {
        "photo": one.mark,
        "image": {"bytes": out.read(), "path": f"{one.mark}.jpg"} if one.pixels else None,
        "pose": out.pose.slug if out.pose else "",
        "pose_name": out.pose.name if out.pose else "",
        "side": out.side or "",
        "labelled_by": len(set(out.coaches)),
        "group": group,
        "people": len(out.people),
        "width": out.photo.width,
        "height": out.photo.height,
        "consent": out.photo.consent.value,
        "found_by": person.found_by if person else None,
        "landmarks": person.points.ravel().tolist() if person else None,
        "world": person.world.ravel().tolist() if person else None,
    }


def _schema() -> Any:
    """Arrow's columns, and the same again in the words of `datasets`, so that `image` opens as a picture."""
    picture = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    kinds = {
        **dict.fromkeys(_TEXTS, (pa.string(), {"dtype": "string", "_type": "Value"})),
        **dict.fromkeys(_NUMBERS, (pa.int64(), {"dtype": "int64", "_type": "Value"})),
        **dict.fromkeys(
            _LISTS,
            (
                pa.list_(pa.float32()),
                {"feature": {"dtype": "float32", "_type": "Value"}, "_type": "Sequence"},
            ),
        ),
        "image": (picture, {"_type": "Image"}),
    }
    order = ("photo", "image", *_TEXTS[1:], *_NUMBERS, *_LISTS)
    about = {"info": {"features": {name: kinds[name][1] for name in order}}}
    fields = [pa.field(name, kinds[name][0]) for name in order]
    return pa.schema(fields, metadata={"huggingface": json.dumps(about)})
