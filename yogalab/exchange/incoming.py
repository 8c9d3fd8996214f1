"""Photos on this machine's disk: found at once, read one by one, labelled by folder or by a table."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yogalab.errors import BadTable, FileMissing
from yogalab.records import NO_POSE, Upload

# What lies beside photos in a data set and was never meant to be one.
COMPANIONS: Final = frozenset(
    {
        *(".csv", ".tsv", ".json", ".jsonl", ".txt", ".md", ".xml", ".yaml", ".yml", ".toml", ".ini", ".log"),
        *(".parquet", ".npy", ".npz", ".py", ".ipynb", ".db", ".xmp", ".aae"),
    }
)
# No photo is so large: an archive or a clip, which is opened piece by piece.
_AT_ONCE: Final = 25 * 2**20
_FILE_COLUMNS = ("file", "file_name", "filename", "path", "image", "photo")
_POSE_COLUMNS = ("pose", "label", "class", "category", "asana")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to offer, with the pose name that came with it, and whether folders in a zip name poses."""

    path: Path
    name: str
    label: str | None = None
    folders: bool = False


class FilesOnDisk:
    """Offered files. Only their names are held; each is read, or opened if it is large, when its turn comes."""

    def __init__(self, found: Sequence[Found]) -> None:
        self._found = tuple(found)

    def __len__(self) -> int:
        return len(self._found)

    def paths(self) -> Sequence[Path]:
        """Where they are, without reading any."""
        return [one.path for one in self._found]

    def __iter__(self) -> Iterator[Upload]:
        for one in self._found:
            try:
                large = one.path.stat().st_size > _AT_ONCE
                data, path = (b"", one.path) if large else (one.path.read_bytes(), None)
                yield Upload(name=one.name, data=data, label=one.label, folders=one.folders, path=path)
            except OSError:
                yield Upload(name=one.name, data=b"", label=one.label, error=FileMissing(name=one.name))


def find(paths: Sequence[Path], *, folders: bool = False, table: Path | None = None) -> FilesOnDisk:
    """Return the photos at and below paths. Raises FileMissing, BadTable."""
    for path in paths:
        if not path.exists():
            raise FileMissing(name=str(path))
    found = [one for path in paths for one in _below(path, folders=folders)]
    return FilesOnDisk(_labelled(found, table, paths) if table is not None else found)


def _below(path: Path, *, folders: bool) -> Iterator[Found]:
    if not path.is_dir():
        yield Found(path, path.name, _pose_of(path.absolute().parent) if folders else None, folders)
        return
    files = list(_files(path))
    # A folder that holds poses' folders is no pose; one that holds only photos is.
    flat = all(file.parent == path for file in files)
    for file in files:
        named = folders and (flat or file.parent != path)
        label = _pose_of(file.absolute().parent) if named else None
        yield Found(file, str(file.relative_to(path)), label, folders)


def _files(folder: Path) -> Iterator[Path]:
    for top, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if not name.startswith((".", "__MACOSX")))
        for name in sorted(names):
            path = Path(top, name)
            if not name.startswith(".") and path.suffix.lower() not in COMPANIONS and path.is_file():
                yield path


def _pose_of(folder: Path) -> str | None:
    return None if folder.name.lower() in NO_POSE else folder.name or None


def _labelled(found: Sequence[Found], table: Path, paths: Sequence[Path]) -> list[Found]:
    """The found files with the table's labels; what only the table names is offered too."""
    bases = [*(path for path in paths if path.is_dir()), table.parent]
    labels = {_place(file, bases): (file, pose) for file, pose, _ in table_rows(table)}
    out = []
    for one in found:
        _, pose = labels.pop(one.path.resolve(), ("", None))
        out.append(Found(one.path, one.name, pose))
    # Reading one that is not there fails, and is then told like any other file that cannot be read.
    return [*out, *(Found(path, file, pose) for path, (file, pose) in labels.items())]


def _place(file: str, bases: Sequence[Path]) -> Path:
    for base in bases:
        if (base / file).exists():
            return (base / file).resolve()
    return (bases[0] / file).resolve()


def table_rows(table: Path) -> Iterator[tuple[str, str | None, Mapping[str, str]]]:
    """(file, pose, all columns) of each line. Raises FileMissing, BadTable."""
    try:
        text = table.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileMissing(name=str(table)) from error
    except UnicodeDecodeError as error:
        raise BadTable(name=table.name) from error
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=first.count))
    columns = {name.strip().lower(): name for name in rows.fieldnames or () if name}
    file = next((columns[name] for name in _FILE_COLUMNS if name in columns), None)
    pose = next((columns[name] for name in _POSE_COLUMNS if name in columns), None)
    if file is None or pose is None:
        raise BadTable(name=table.name)
    for row in rows:
        if row[file]:
            known = {name: value for name, value in row.items() if name and isinstance(value, str)}
            yield row[file].strip(), (row[pose] or "").strip() or None, known
