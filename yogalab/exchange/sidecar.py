"""The file beside every data set that holds what its format cannot: `yogalab.jsonl`, one photo a line.

First a line that names the format, then poses, each before the first photo that names it, and photos. Whoever
reads the data set with another program passes it over; read by YogaLab it brings everything back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from yogalab.errors import BadExport
from yogalab.exchange.lines import photo_line, photo_of, pose_line, pose_of
from yogalab.records import Outgoing, Pose, Told

NAME: Final = "yogalab.jsonl"
FORMAT: Final = 1
# A line holds skeletons of everybody in one photo; nothing honest is longer.
_LONGEST_LINE: Final = 64 * 2**20


class Sidecar:
    """Writes the file as photos go by."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._file = (folder / NAME).open("w", encoding="utf-8")
        self._poses: set[str] = set()
        self._add({"yogalab": FORMAT, "kind": kind})

    def add(self, out: Outgoing, file: str) -> None:
        """Keep everything that is known of a photo. file: its path inside the data set."""
        if out.told is None:
            return
        for slug, pose in out.told.poses.items():
            if slug not in self._poses:
                self._poses.add(slug)
                self._add({"pose": pose_line(pose, out.told.merged.get(slug))})
        self._add({"photo": photo_line(out.told, file)})

    def close(self) -> None:
        self._file.close()

    def _add(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line, separators=(",", ":"), allow_nan=False) + "\n")


def kind_of(folder: Path) -> str | None:
    """Which format a data set of ours has; None for one that has no such file. Raises BadExport."""
    try:
        with (folder / NAME).open("rb") as file:
            first = json.loads(file.readline(_LONGEST_LINE))
    except FileNotFoundError:
        return None
    except (ValueError, OSError, RecursionError) as error:
        raise BadExport(name=NAME, line=1) from error
    if not isinstance(first, dict) or first.get("yogalab") != FORMAT:
        raise BadExport(name=NAME, line=1)
    return str(first.get("kind"))


def count(folder: Path) -> int:
    """How many photos it tells of."""
    with (folder / NAME).open("rb") as file:
        return sum(line.startswith(b'{"photo":') for line in file)


def photos(folder: Path) -> Iterator[tuple[str, Told]]:
    """(path inside the data set, what is known), as written. Raises BadExport with the line's number."""
    poses: dict[str, Pose] = {}
    merged: dict[str, str] = {}
    with (folder / NAME).open("rb") as file:
        number = 1
        file.readline(_LONGEST_LINE)
        while text := file.readline(_LONGEST_LINE):
            number += 1
            try:
                line = json.loads(text)
                if "pose" in line:
                    pose, into = pose_of(line["pose"])
                    poses[pose.slug] = pose
                    if into is not None:
                        merged[pose.slug] = into
                else:
                    yield str(line["photo"]["file"]), photo_of(line["photo"], poses, merged)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise BadExport(name=NAME, line=number) from error
