"""One folder a pose, below train/ and test/, as PyTorch and the Hugging Face `imagefolder` builder read it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from yogalab.exchange.facts import COLUMNS, facts, file_name
from yogalab.exchange.sidecar import Sidecar
from yogalab.exchange.tables import TableWriter
from yogalab.records import Outgoing

UNLABELLED: Final = "unlabelled"


def write(photos: Iterable[Outgoing], folder: Path, beside: Sidecar) -> int:
    """Write <split>/<pose>/<photo>.jpg and each split's metadata.csv; returns how many photos."""
    count = 0
    tables: dict[str, TableWriter] = {}
    try:
        for out in photos:
            # Photos without a pose stand beside the splits: in them they would read as one more class.
            split = out.split if out.pose else UNLABELLED
            inside = f"{out.pose.slug}/{file_name(out)}" if out.pose else file_name(out)
            path = folder / split / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(out.read())
            if split not in tables:
                columns = ("file_name", *COLUMNS[1:])
                tables[split] = TableWriter(folder / split / "metadata.csv", columns)
            row = facts(out, inside)
            tables[split].add({"file_name": row.pop("file"), **row})
            beside.add(out, f"{split}/{inside}")
            count += 1
    finally:
        for table in tables.values():
            table.close()
    return count
