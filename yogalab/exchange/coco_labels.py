"""Photos and their poses out of COCO annotations, our own and those of other programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from yogalab.errors import BadExport

# Where COCO data sets keep the pictures, seen from the folder that holds `annotations`.
_PLACES: Final = ("photos", "images", ".", "train", "test", "val", "train2017", "val2017")
# What is seen in a picture, not what it shows.
_BODIES: Final = frozenset({"person", "person_33", "human", "body"})


@dataclass(frozen=True, slots=True)
class Image:
    """A picture's file name, the pose it is said to show, and what a lab of ours wrote beside it."""

    file: str
    label: str | None
    row: Mapping[str, object]


def images(file: Path) -> Sequence[Image]:
    """Every picture of an annotation file. Raises BadExport."""
    try:
        data = json.loads(file.read_text(encoding="utf-8-sig"))
        categories = {one["id"]: str(one["name"]) for one in data.get("categories", [])}
        labels: dict[object, str] = {}
        for one in data.get("annotations", []):
            label = _label(one, categories)
            if label is not None:
                labels.setdefault(one["image_id"], label)
        return [
            Image(file=str(one["file_name"]), label=labels.get(one["id"]), row=_row(one))
            for one in data["images"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError) as error:
        raise BadExport(name=file.name, line=0) from error


def place(folder: Path, image: Image) -> Path | None:
    """Where the picture lies, below the folder; None where it does not."""
    for below in _PLACES:
        found = (folder / below / image.file).resolve()
        if found.is_file() and found.is_relative_to(folder.resolve()):
            return found
    return None


def _label(annotation: Mapping[str, Any], categories: Mapping[object, str]) -> str | None:
    """The pose that an annotation names, in its attributes or by its category."""
    named = annotation.get("attributes", {}).get("pose")
    if named:
        return str(named)
    category = categories.get(annotation.get("category_id"), "")
    return category if category and category.lower() not in _BODIES else None


def _row(image: Mapping[str, Any]) -> Mapping[str, object]:
    row = image.get("yogalab")
    return row if isinstance(row, dict) else {}
