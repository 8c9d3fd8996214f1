"""A data set to measure on: a folder per pose, or a manifest.csv naming files, poses and perhaps a split."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yogalab.errors import BadDataset, BadTable, FileMissing

MANIFEST: Final = "manifest.csv"
_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".tif", ".tiff", ".gif"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One photo of a data set. split: "train" or "test" where the data set has an official one, else empty."""

    path: Path
    pose: str
    split: str = ""


def samples(directory: Path) -> tuple[Sample, ...]:
    """Return a data set's photos, by path.

    Raises:
        BadDataset: no such folder, or no photos of two poses in it.
        BadTable: a manifest without the columns file and pose.
        FileMissing: the manifest names a file that is not there.
    """
    if not directory.is_dir():
        raise BadDataset(name=str(directory))
    manifest = directory / MANIFEST
    found = _from_manifest(manifest) if manifest.is_file() else _from_folders(directory)
    if len({sample.pose for sample in found}) < 2:
        raise BadDataset(name=str(directory))
    return tuple(sorted(found, key=lambda sample: str(sample.path)))


def _from_folders(directory: Path) -> list[Sample]:
    return [
        Sample(path=path, pose=folder.name)
        for folder in sorted(directory.iterdir())
        if folder.is_dir() and not folder.name.startswith(".")
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in _SUFFIXES and path.is_file()
    ]


def _from_manifest(manifest: Path) -> list[Sample]:
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not {"file", "pose"} <= set(rows.fieldnames or ()):
                raise BadTable(name=str(manifest))
            found = [_sample(manifest, row) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadTable(name=str(manifest)) from error
    missing = next((sample.path for sample in found if not sample.path.is_file()), None)
    if missing is not None:
        raise FileMissing(name=str(missing))
    return found


def _sample(manifest: Path, row: dict[str, str | None]) -> Sample:
    split = (row.get("split") or "").strip().lower()
    return Sample(
        path=manifest.parent / (row["file"] or ""),
        pose=(row["pose"] or "").strip(),
        split=split if split in {"train", "test"} else "",
    )
