"""Two CSV tables beside a folder of photos: what was said of each, and where its landmarks are."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from yogalab.exchange.facts import COLUMNS, facts, file_name
from yogalab.exchange.sidecar import Sidecar
from yogalab.records import Outgoing
from yogalab.skeleton import LANDMARK_NAMES

LANDMARK_COLUMNS: Final = tuple(
    f"{name}_{axis}" for name in LANDMARK_NAMES for axis in ("x", "y", "z", "visibility")
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class TableWriter:
    """A CSV file written row by row."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._file = path.open("w", newline="", encoding="utf-8")
        self._rows = csv.DictWriter(self._file, columns)
        self._rows.writeheader()

    def add(self, row: Mapping[str, object]) -> None:
        self._rows.writerow({name: _harmless(value) for name, value in row.items()})

    def close(self) -> None:
        self._file.close()


def write(photos: Iterable[Outgoing], folder: Path, beside: Sidecar) -> int:
    """Write photos/, manifest.csv and landmarks.csv (x, y in shares of the photo); returns how many photos."""
    (folder / "photos").mkdir()
    manifest = TableWriter(folder / "manifest.csv", COLUMNS)
    skeletons = TableWriter(folder / "landmarks.csv", ("file", "found_by", *LANDMARK_COLUMNS))
    count = 0
    try:
        for out in photos:
            file = f"photos/{file_name(out)}"
            (folder / file).write_bytes(out.read())
            manifest.add(facts(out, file))
            if out.people:
                values = [f"{value:.6f}" for value in out.people[0].points.ravel()]
                numbers = dict(zip(LANDMARK_COLUMNS, values, strict=True))
                skeletons.add({"file": file, "found_by": out.people[0].found_by, **numbers})
            beside.add(out, file)
            count += 1
    finally:
        manifest.close()
        skeletons.close()
    return count


def _harmless(value: object) -> object:
    """A text that a spreadsheet would run as a formula gets an apostrophe; numbers stay as they are."""
    if isinstance(value, str) and value.startswith(_FORMULA) and not _is_number(value):
        return f"'{value}"
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
