"""Folders in and out: the exchange port on a disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from yogalab.errors import UnknownExport
from yogalab.exchange import coco, imagefolder, tables
from yogalab.exchange.aside import written_aside
from yogalab.exchange.incoming import FilesOnDisk, find
from yogalab.records import Outgoing, SharedPhoto

Writer = Callable[[Iterable[Outgoing], Path], int]


def _parquet(photos: Iterable[Outgoing], folder: Path) -> int:
    from yogalab.exchange import parquet  # noqa: PLC0415 - Arrow takes a while to load, and few export

    return parquet.write(photos, folder)


WRITERS: Final[dict[str, Writer]] = {
    "imagefolder": imagefolder.write,
    "csv": tables.write,
    "coco": coco.write,
    "parquet": _parquet,
}


class FolderExchange:
    """Reads photos from folders and tables, writes data sets."""

    @property
    def formats(self) -> tuple[str, ...]:
        return tuple(WRITERS)

    def offered(
        self, paths: Sequence[Path], *, folders: bool = False, table: Path | None = None
    ) -> FilesOnDisk:
        """Find the photos at and below paths. Raises FileMissing, BadTable."""
        return find(paths, folders=folders, table=table)

    def write_shared(self, photos: Iterable[SharedPhoto], target: Path) -> int:
        """Write what may be published, whole or not at all. Raises TargetTaken, DiskFull."""
        from yogalab.exchange import shared  # noqa: PLC0415 - as above

        with written_aside(target) as folder:
            return shared.write(photos, folder)

    def write(self, photos: Iterable[Outgoing], target: Path, kind: str) -> int:
        """Write a data set, whole or not at all. Raises UnknownExport, TargetTaken, DiskFull."""
        writer = WRITERS.get(kind)
        if writer is None:
            raise UnknownExport(kind=kind, known=", ".join(self.formats))
        with written_aside(target) as folder:
            return writer(photos, folder)
