"""What other processes of a lab wrote into its vault: parts of the journal, or a copy that took their place."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from yogalab.keeping.changes import Change, all_rows
from yogalab.keeping.copies import DamagedCopy, read_manifest, unpack_copy
from yogalab.keeping.journal import DamagedSegment, read_segment
from yogalab.keeping.line import Line, Point
from yogalab.ports import Vault

LOG = logging.getLogger("yogalab.keeping")

# What is taken over from another process.
_TABLES: Final = ("setting", "photo", "tombstone", "label_event")


def kept_by_others(vault: Vault, there: Line, *, beyond: int) -> Iterator[Sequence[Change]]:
    """Yield what was kept behind a point of the line. What is damaged is passed over."""
    for copy in there.copies[:1]:
        if copy.number > beyond:
            yield from _in_copy(vault, copy)
    for point in there.segments:
        if point.number > beyond:
            try:
                yield read_segment(point.segment, vault.get(point.segment))[1]
            except (DamagedSegment, FileNotFoundError):
                LOG.warning("%s cannot be read", point.segment)


def _in_copy(vault: Vault, point: Point) -> Iterator[Sequence[Change]]:
    with TemporaryDirectory(prefix="yogalab-copy-") as folder:
        target = Path(folder) / "lab.db"
        try:
            manifest = read_manifest(point.manifest, vault.get(point.manifest))
            vault.fetch([point.database], Path(folder))
            unpack_copy(manifest, Path(folder) / point.database, target)
        except (DamagedCopy, FileNotFoundError):
            LOG.warning("%s cannot be read", point.database)
            return
        with closing(sqlite3.connect(target)) as database:
            yield [change for table in _TABLES for change in all_rows(database, table)]
