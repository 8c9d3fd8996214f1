"""Data sets in: those of a lab with everything that is known, those of other programs with what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yogalab.errors import BadExport, FileMissing, NoDataSet, PhotoTooLarge
from yogalab.exchange import coco_labels, incoming, labelstudio_tasks, rows, sidecar
from yogalab.exchange.incoming import FilesOnDisk
from yogalab.ports import Offered
from yogalab.records import Told, Upload

# Nothing larger is a photo.
MOST_BYTES: Final = 25 * 2**20


@dataclass(frozen=True, slots=True)
class Item:
    """A photo of a data set: its file, or its bytes where those stand in a table."""

    name: str
    told: Told
    path: Path | None = None
    data: bytes = b""
    label: str | None = None


class DataSet:
    """Offered photos, each read when its turn comes. items: gives them anew each time; count: how many."""

    def __init__(self, items: Callable[[], Iterator[Item]], count: int) -> None:
        self._items = items
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Upload]:
        for item in self._items():
            yield _upload(item)

    def paths(self) -> Sequence[Path]:
        """Where they are, without reading any."""
        return [item.path for item in self._items() if item.path is not None]


def read(path: Path, *, kind: str | None = None, plain: bool = False) -> Offered:
    """Return the photos of a data set, with what it says of them.

    path: its folder, or the one file that it is. kind: its format; seen from the files unless given. plain: as
    another program would read it, without the file beside it that holds the rest.

    Raises FileMissing, NoDataSet, BadExport, BadTable.
    """
    if not path.exists():
        raise FileMissing(name=str(path))
    folder = path if path.is_dir() else path.parent
    written = None if plain or not path.is_dir() else sidecar.kind_of(folder)
    if written is not None:
        return DataSet(lambda: _whole(folder, written), sidecar.count(folder))
    kind = kind or _kind_of(path)
    if kind not in READERS:
        raise NoDataSet(name=path.name, known=", ".join(READERS))
    return READERS[kind](path)


def _kind_of(path: Path) -> str:
    if path.is_file():
        return {".csv": "csv", ".tsv": "csv", ".parquet": "parquet", ".json": _json_kind(path)}.get(
            path.suffix.lower(), ""
        )
    if (path / labelstudio_tasks.TASKS).exists():
        return "labelstudio"
    if next(path.glob("annotations/*.json"), None):
        return "coco"
    if next(path.rglob("*.parquet"), None):
        return "parquet"
    return "csv" if (path / "manifest.csv").exists() else "imagefolder"


def _json_kind(path: Path) -> str:
    with path.open("rb") as file:
        return "labelstudio" if file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[") else "coco"


# --- with everything --------------------------------------------------------------------------------


def _whole(folder: Path, kind: str) -> Iterator[Item]:
    if kind != "parquet":
        for file, told in sidecar.photos(folder):
            yield Item(name=told.name or file, told=told, path=_inside(folder, file))
        return
    with ExitStack() as open_tables:
        splits: dict[str, Iterator[tuple[str, bytes]]] = {}
        for file, told in sidecar.photos(folder):
            split = "test" if told.holdout else "train"
            if split not in splits:
                splits[split] = _pictures(folder / "data" / f"{split}.parquet")
                open_tables.callback(splits[split].close)  # type: ignore[attr-defined]
            # Both were written in one order.
            name, data = next(splits[split], ("", b""))
            if name != file:
                raise BadExport(name=f"{split}.parquet", line=0)
            yield Item(name=told.name or file, told=told, data=data)


def _pictures(path: Path) -> Iterator[tuple[str, bytes]]:
    from yogalab.exchange import parquet_rows  # noqa: PLC0415 - Arrow takes a while to load

    return parquet_rows.pictures(path)


# --- as another program has it ----------------------------------------------------------------------


def _imagefolder(path: Path) -> FilesOnDisk:
    return incoming.find([path], folders=True)


def _csv(path: Path) -> Offered:
    table = path if path.is_file() else path / "manifest.csv"
    listed = list(incoming.table_rows(table))

    def items() -> Iterator[Item]:
        for file, pose, row in listed:
            told = rows.told_of({**row, "pose": pose or ""})
            place = _inside(table.parent, file)
            yield Item(name=told.name or file, told=told, path=place, label=None if told.said else pose)

    return DataSet(items, len(listed))


def _coco(path: Path) -> Offered:
    folder = path if path.is_dir() else path.parent
    files = sorted(folder.glob("annotations/*.json")) if path.is_dir() else [path]
    if path.is_file() and folder.name == "annotations":
        folder = folder.parent
    images = [image for file in files for image in coco_labels.images(file)]

    def items() -> Iterator[Item]:
        for image in images:
            told = rows.told_of(image.row)
            place = coco_labels.place(folder, image)
            yield Item(
                name=told.name or image.file, told=told, path=place, label=None if told.said else image.label
            )

    return DataSet(items, len(images))


def _parquet(path: Path) -> Offered:
    from yogalab.exchange import parquet_rows  # noqa: PLC0415 - as above

    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]

    def items() -> Iterator[Item]:
        for one in parquet_rows.photos(files):
            told = rows.told_of(one.row)
            label = None if told.said else one.label
            yield Item(name=told.name or one.name, told=told, data=one.data, label=label)

    return DataSet(items, parquet_rows.count(files))


def _labelstudio(path: Path) -> Offered:
    file = path / labelstudio_tasks.TASKS if path.is_dir() else path
    tasks = labelstudio_tasks.tasks(file)

    def items() -> Iterator[Item]:
        for place, task in enumerate(tasks):
            told = labelstudio_tasks.told_of(task, place)
            image = labelstudio_tasks.image_of(task)
            found = labelstudio_tasks.find(file.parent, image)
            yield Item(name=told.name or Path(image).name or f"task {place + 1}", told=told, path=found)

    return DataSet(items, len(tasks))


READERS: Final[dict[str, Callable[[Path], Offered]]] = {
    "imagefolder": _imagefolder,
    "csv": _csv,
    "coco": _coco,
    "parquet": _parquet,
    "labelstudio": _labelstudio,
}


def _inside(folder: Path, file: str) -> Path | None:
    """A file below the folder; None for one that a data set names outside of itself."""
    try:
        place = (folder / file).resolve()
    except (OSError, ValueError):
        return None
    return place if place.is_relative_to(folder.resolve()) else None


def _upload(item: Item) -> Upload:
    if item.path is None and item.data:
        return Upload(name=item.name, data=item.data, label=item.label, told=item.told)
    try:
        if item.path is None:
            raise FileNotFoundError(item.name)
        size = item.path.stat().st_size
        if size > MOST_BYTES:
            told = {"name": item.name, "size": f"{size / 2**20:.0f} MB", "limit": f"{MOST_BYTES // 2**20} MB"}
            return Upload(name=item.name, data=b"", error=PhotoTooLarge(**told))
        data = item.path.read_bytes()
    except OSError:
        error = FileMissing(name=item.name)
        return Upload(name=item.name, data=b"", label=item.label, told=item.told, error=error)
    return Upload(name=item.name, data=data, label=item.label, told=item.told)
