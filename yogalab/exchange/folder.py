"""Folders in and out: the exchange port on a disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from yogalab.errors import UnknownExport
from yogalab.exchange import coco, imagefolder, labelstudio, reading, tables
from yogalab.exchange.aside import written_aside
from yogalab.exchange.incoming import FilesOnDisk, find
from yogalab.exchange.sidecar import Sidecar
from yogalab.ports import Offered
from yogalab.records import Outgoing, SharedPhoto

Writer = Callable[[Iterable[Outgoing], Path, Sidecar], int]


def _parquet(photos: Iterable[Outgoing], folder: Path, beside: Sidecar) -> int:
    from yogalab.exchange import parquet  # noqa: PLC0415 - Arrow takes a while to load, and few export

    return parquet.write(photos, folder, beside)


WRITERS: Final[dict[str, Writer]] = {
    "imagefolder": imagefolder.write,
    "csv": tables.write,
    "coco": coco.write,
    "parquet": _parquet,
    "labelstudio": labelstudio.write,
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

    def read(self, path: Path, *, kind: str | None = None, plain: bool = False) -> Offered:
        """Return the photos of a data set. Raises FileMissing, NoDataSet, BadExport, BadTable."""
        return reading.read(path, kind=kind, plain=plain)

    def seen(self, offered: Offered, encoding: Path) -> Offered:
        """Return the same photos with what an encoding of them knows. Raises NoDataSet."""
        from yogalab.exchange.seen import SeenFiles  # noqa: PLC0415 - as above

        return SeenFiles(offered, encoding)

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
            beside = Sidecar(folder, kind)
            try:
                return writer(photos, folder, beside)
            finally:
                beside.close()
