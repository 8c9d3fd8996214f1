"""Tasks out of Label Studio's JSON: our own export, one that came back with more answers, or anybody's.

Pictures are looked for below the folder of the file. One that is not there is not needed where the lab has the
photo: our tasks carry its hash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from yogalab.errors import BadExport
from yogalab.exchange import rows
from yogalab.exchange.labelstudio import ANSWERS, POSE, SIDE
from yogalab.exchange.labelstudio import TASKS as TASKS
from yogalab.records import LabelKind, Said, Told

Task = Mapping[str, Any]
_PICTURES: Final = ("image", "photo", "img", "picture", "url")
_LONGEST: Final = 200
# Label Studio puts eight letters of its own before the name of a file that was uploaded.
_UPLOADED: Final = re.compile(r"^[0-9a-f]{8}-")


def tasks(file: Path) -> Sequence[Task]:
    """Every task of an export. Raises BadExport."""
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError, RecursionError) as error:
        raise BadExport(name=file.name, line=0) from error
    if not isinstance(found, list) or not all(
        isinstance(one, dict) and isinstance(one.get("data"), dict) for one in found
    ):
        raise BadExport(name=file.name, line=0)
    return found


def told_of(task: Task, place: int) -> Told:
    """What a task says: our own columns where it has them, and each coach's answer.

    place: the task's among all, which orders answers that have no time.
    """
    known = rows.told_of(task["data"])
    return replace(known, said=tuple(_answers(task, place)))


def image_of(task: Task) -> str:
    """The address of the picture."""
    data = task["data"]
    return next((str(data[name]) for name in _PICTURES if isinstance(data.get(name), str)), "")


def find(folder: Path, address: str) -> Path | None:
    """The picture's file, below the folder; None where it is not. Nothing is fetched."""
    parts = urlsplit(address)
    local = re.search(r"(?:^|&)d=([^&]+)", parts.query)
    path = unquote(local[1] if local else parts.path).lstrip("/")
    name = Path(path).name
    root = folder.resolve()
    for file in (path, f"photos/{name}", name, f"photos/{_UPLOADED.sub('', name)}", _UPLOADED.sub("", name)):
        try:
            found = (root / file).resolve()
            if name and found.is_relative_to(root) and found.is_file():
                return found
        except (OSError, ValueError):
            continue
    return None


def _answers(task: Task, place: int) -> Iterator[Said]:
    annotations = task.get("annotations") or task.get("completions") or []
    for number, one in enumerate(annotations):
        if isinstance(one, dict) and (said := _answer(one, order=place * 1000 + number)) is not None:
            yield said


def _answer(annotation: Task, *, order: int) -> Said | None:
    """One coach's answer; None for an annotation that names neither a pose nor anything in its place."""
    chosen = {
        str(one.get("from_name")): str(one["value"]["choices"][0])
        for one in annotation.get("result") or []
        if isinstance(one, dict) and one.get("type") == "choices" and (one.get("value") or {}).get("choices")
    }
    # Other programs call it as they like; of ours the side is told from the pose by its name.
    answer = chosen.get(POSE) or next((value for name, value in chosen.items() if name != SIDE), None)
    kind, pose = LabelKind.POSE, answer
    if annotation.get("was_cancelled"):
        kind, pose = LabelKind.SKIP, None
    elif answer is None:
        return None
    elif answer in ANSWERS:
        kind, pose = LabelKind(answer), None
    elif annotation.get("ground_truth"):
        kind = LabelKind.RULING
    side = chosen.get(SIDE)
    return Said(
        id="",
        coach=_coach(annotation.get("completed_by")),
        kind=kind,
        pose=pose[:_LONGEST] if pose else None,
        side=side if side in {"left", "right"} and pose else None,
        ms=_milliseconds(annotation.get("lead_time")),
        at=_time(annotation.get("created_at")),
        order=order,
    )


def _coach(by: object) -> str:
    """Who answered: an e-mail address or a name, or the number that Label Studio gave them."""
    if isinstance(by, Mapping):
        named = next((by[key] for key in ("email", "username", "first_name", "id") if by.get(key)), "")
        by = named
    text = " ".join(str(by if by is not None else "").split())
    return (f"label-studio-{text}" if text.isdecimal() or not text else text)[:_LONGEST].rstrip("-")


def _milliseconds(seconds: object) -> int | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < 1e6:
        return None
    return round(1000 * seconds)


def _time(text: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
