"""Label Studio's JSON: each photo a task, each coach's answer an annotation, what computers saw as predictions.

Format: https://labelstud.io/guide/export#Label-Studio-JSON-format-of-annotated-tasks. `label_config.xml` is the
labeling interface that fits. Label Studio shows the photos when it serves this folder as local files
(LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true, LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT=<this folder>).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from yogalab.exchange.facts import facts, file_name
from yogalab.exchange.sidecar import Sidecar
from yogalab.records import LabelKind, Landmarks, Outgoing, Said
from yogalab.skeleton import LANDMARK_NAMES

TASKS: Final = "tasks.json"
CONFIG: Final = "label_config.xml"
SERVED: Final = "/data/local-files/?d="
# Names of the controls in the labeling interface.
POSE, SIDE, LANDMARKS, IMAGE = "pose", "side", "landmarks", "image"
# Answers that are no pose stand among the poses to choose from.
ANSWERS: Final = (LabelKind.NOT_A_POSE.value, LabelKind.NOBODY.value, LabelKind.WRONG_SKELETON.value)
_POINT_WIDTH: Final = 0.6


def write(photos: Iterable[Outgoing], folder: Path, beside: Sidecar) -> int:
    """Write photos/, tasks.json and label_config.xml; returns how many photos."""
    (folder / "photos").mkdir()
    poses: set[str] = set()
    count = 0
    with (folder / TASKS).open("w", encoding="utf-8") as tasks:
        tasks.write("[")
        for out in photos:
            file = f"photos/{file_name(out)}"
            (folder / file).write_bytes(out.read())
            said = standing(out.told.said) if out.told else ()
            poses.update(one.pose for one in said if one.pose)
            tasks.write(f"{',' if count else ''}\n{json.dumps(_task(out, file, said))}")
            beside.add(out, file)
            count += 1
        tasks.write("\n]\n")
    (folder / CONFIG).write_text(config(sorted(poses)), encoding="utf-8")
    return count


def standing(said: Iterable[Said]) -> tuple[Said, ...]:
    """What was said and not taken back, the last word of each coach; skips where a coach said nothing else."""
    events = sorted(said, key=lambda one: one.order)
    undone = {one.undoes for one in events if one.kind is LabelKind.UNDO}
    last: dict[tuple[str, bool], Said] = {}
    for one in events:
        if one.kind is not LabelKind.UNDO and one.id not in undone:
            # A skeleton called wrong is said beside the answer, not in its place.
            last[one.coach, one.kind is LabelKind.WRONG_SKELETON] = one
    return tuple(last.values())


def config(poses: Iterable[str]) -> str:
    """The labeling interface for these poses."""
    choices = "\n".join(f"    <Choice value={quoteattr(pose)}/>" for pose in (*poses, *ANSWERS))
    points = "\n".join(f"    <Label value={quoteattr(name)}/>" for name in LANDMARK_NAMES)
    return f"""<View>
  <Image name="{IMAGE}" value="$image"/>
  <Choices name="{POSE}" toName="{IMAGE}" choice="single" showInLine="true">
{choices}
  </Choices>
  <Choices name="{SIDE}" toName="{IMAGE}" choice="single" showInLine="true">
    <Choice value="left"/>
    <Choice value="right"/>
  </Choices>
  <KeyPointLabels name="{LANDMARKS}" toName="{IMAGE}">
{points}
  </KeyPointLabels>
</View>
"""


def _task(out: Outgoing, file: str, said: Iterable[Said]) -> dict[str, Any]:
    row = facts(out, file)
    del row["file"]
    return {
        "id": out.photo.id,
        "data": {IMAGE: SERVED + file, **row},
        "annotations": [_annotation(out, one) for one in said],
        "predictions": _predictions(out),
    }


def _annotation(out: Outgoing, one: Said) -> dict[str, Any]:
    answer = one.pose if one.pose is not None else one.kind.value
    skipped = one.kind is LabelKind.SKIP
    result = [] if skipped else [_choice(out, POSE, answer, one.id)]
    if one.side:
        result.append(_choice(out, SIDE, one.side, f"{one.id}-side"))
    at = one.at.isoformat() if one.at else None
    return {
        "unique_id": one.id,
        "completed_by": {"email": one.coach},
        "result": result,
        "was_cancelled": skipped,
        "ground_truth": one.kind is LabelKind.RULING,
        "created_at": at,
        "updated_at": at,
        "lead_time": None if one.ms is None else one.ms / 1000,
    }


def _predictions(out: Outgoing) -> list[dict[str, Any]]:
    """The chosen skeleton, as what its pose model saw; the score of a point is its visibility."""
    if not out.people:
        return []
    person = out.people[0]
    model = (out.told.pose_model if out.told else None) or "skeleton"
    return [{"model_version": model, "score": float(person.trust), "result": _points(out, person)}]


def _points(out: Outgoing, person: Landmarks) -> list[dict[str, Any]]:
    return [
        {
            **_region(out, LANDMARKS, f"{out.photo.id}-{name}", "keypointlabels"),
            "score": round(float(visibility), 5),
            "value": {
                "x": round(100 * float(x), 4),
                "y": round(100 * float(y), 4),
                "width": _POINT_WIDTH,
                "keypointlabels": [name],
            },
        }
        for name, (x, y, _, visibility) in zip(LANDMARK_NAMES, person.points, strict=True)
    ]


def _choice(out: Outgoing, control: str, value: str, region: str) -> dict[str, Any]:
    return {**_region(out, control, region, "choices"), "value": {"choices": [value]}}


def _region(out: Outgoing, control: str, region: str, kind: str) -> Mapping[str, Any]:
    return {
        "id": region,
        "from_name": control,
        "to_name": IMAGE,
        "type": kind,
        "original_width": out.photo.width,
        "original_height": out.photo.height,
        "image_rotation": 0,
    }
