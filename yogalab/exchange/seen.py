"""Photos on a disk beside what an encoding of their archive knows of them: nobody need look again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from yogalab.errors import NoDataSet
from yogalab.exchange.encodings import people_of, read_sheet
from yogalab.ports import Offered
from yogalab.records import Told, Upload
from yogalab.records.archives import DATA

# Photos mostly come in the order of the archive, and so from one part after another.
_PARTS_HELD: Final = 4
# Arrow's functions carry no types.
_read: Any = pq.read_table


class SeenFiles:
    """Offered files, each with the skeletons that an encoding found in that very file, where it has them."""

    def __init__(self, offered: Offered, encoding: Path) -> None:
        """encoding: a folder that `yogalab encode` has written. Raises NoDataSet."""
        self._offered = offered
        self._places: dict[str, tuple[Path, int]] = {}
        for part in sorted((encoding / DATA).glob("*.parquet")):
            table = _read(part, columns=["source_sha256", "sha256"])
            for row, (file, photo) in enumerate(
                zip(*(column.to_pylist() for column in table.columns), strict=True)
            ):
                if photo:
                    self._places[file] = (part, row)
        if not self._places:
            raise NoDataSet(name=encoding.name, known="yogalab encode")
        self._rows = lru_cache(_PARTS_HELD)(lambda part: read_sheet(part.read_bytes()))

    def __len__(self) -> int:
        return len(self._offered)

    def __iter__(self) -> Iterator[Upload]:
        for upload in self._offered:
            yield self._with_told(upload)

    def paths(self) -> Sequence[Path]:
        """Where they are, without reading any."""
        return self._offered.paths()

    def _with_told(self, upload: Upload) -> Upload:
        place = self._places.get(hashlib.sha256(upload.data).hexdigest()) if upload.data else None
        if place is None:
            return upload
        part, number = place
        row = self._rows(part)[number]
        told = Told(
            sha256=row["sha256"],
            source_sha256=row["source_sha256"],
            pose_model=row["pose_model"],
            people=people_of(row),
        )
        return replace(upload, told=told)
