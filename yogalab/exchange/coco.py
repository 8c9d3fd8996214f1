"""COCO keypoints: 17 points a person as COCO numbers them, and all 33 as a category of their own.

Format: https://cocodataset.org/#format-data, keypoint detection.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from yogalab.exchange.facts import facts, file_name
from yogalab.exchange.sidecar import Sidecar
from yogalab.records import Landmarks, Matrix, Outgoing
from yogalab.skeleton import BONES, INDEX, LANDMARK_NAMES

KEYPOINTS: Final = (
    *("nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder"),
    *("left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip"),
    *("left_knee", "right_knee", "left_ankle", "right_ankle"),
)
# COCO counts from 1.
_SKELETON = (
    *((16, 14), (14, 12), (17, 15), (15, 13), (12, 13), (6, 12), (7, 13), (6, 7), (6, 8), (7, 9)),
    *((8, 10), (9, 11), (2, 3), (1, 2), (1, 3), (2, 4), (3, 5), (4, 6), (5, 7)),
)
PERSON, BODY33 = 1, 2
CATEGORIES: Final = (
    {
        "id": PERSON,
        "name": "person",
        "supercategory": "person",
        "keypoints": list(KEYPOINTS),
        "skeleton": [list(bone) for bone in _SKELETON],
    },
    {
        "id": BODY33,
        "name": "person_33",
        "supercategory": "person",
        "keypoints": list(LANDMARK_NAMES),
        "skeleton": [[a + 1, b + 1] for a, b in BONES],
    },
)
_IN_17 = np.array([INDEX[name] for name in KEYPOINTS])
_SEEN = 0.5


def write(photos: Iterable[Outgoing], folder: Path, beside: Sidecar) -> int:
    """Write photos/ and annotations/{train,test}.json; returns how many photos.

    Every person found is annotated twice, once per category; the chosen one carries the pose.
    """
    (folder / "photos").mkdir()
    (folder / "annotations").mkdir()
    files: dict[str, _AnnotationFile] = {}
    count = 0
    for out in photos:
        name = file_name(out)
        (folder / "photos" / name).write_bytes(out.read())
        if out.split not in files:
            files[out.split] = _AnnotationFile(folder / "annotations" / f"{out.split}.json")
        files[out.split].add(out, name)
        beside.add(out, f"photos/{name}")
        count += 1
    for file in files.values():
        file.finish()
    return count


class _AnnotationFile:
    """Images go straight to the file and annotations to one beside it, joined at the end: neither is held."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beside = path.with_suffix(".annotations")
        self._images = path.open("w", encoding="utf-8")
        self._annotations = self._beside.open("w", encoding="utf-8")
        self._images.write('{"info": {"description": "YogaLab export"}, "licenses": [],\n"categories": ')
        self._images.write(f'{json.dumps(CATEGORIES)},\n"images": [')
        self._image_count = self._annotation_count = 0

    def add(self, out: Outgoing, name: str) -> None:
        photo = out.photo
        row = facts(out, name)
        image = {"id": photo.id, "file_name": row.pop("file"), "width": photo.width, "height": photo.height}
        self._images.write(f"{',' if self._image_count else ''}\n{json.dumps({**image, 'yogalab': row})}")
        self._image_count += 1
        for person in out.people:
            about = {"pose": row["pose"] if person is out.people[0] else "", "found_by": person.found_by}
            for category, points in ((PERSON, person.points[_IN_17]), (BODY33, person.points)):
                self._annotation_count += 1
                drawn = annotation(points, person, photo.width, photo.height)
                line = {"id": self._annotation_count, "image_id": photo.id, "category_id": category}
                comma = "," if self._annotation_count > 1 else ""
                self._annotations.write(f"{comma}\n{json.dumps({**line, **drawn, 'attributes': about})}")

    def finish(self) -> None:
        self._annotations.close()
        self._images.write('],\n"annotations": [')
        with self._beside.open(encoding="utf-8") as annotations:
            shutil.copyfileobj(annotations, self._images)
        self._images.write("]}\n")
        self._images.close()
        self._beside.unlink()


def annotation(points: Matrix, person: Landmarks, width: int, height: int) -> Mapping[str, object]:
    """Return keypoints, box and area in pixels.

    points: (k, 4). COCO's v is 0 outside the photo, 1 where the landmark is hidden, 2 where it is seen.
    """
    xy = points[:, :2] * (width, height)
    inside = ((xy >= 0) & (xy <= (width, height))).all(axis=1)
    v = np.where(inside, np.where(points[:, 3] >= _SEEN, 2, 1), 0)
    keypoints = [
        value
        for (x, y), seen in zip(xy, v, strict=True)
        for value in ((round(float(x), 2), round(float(y), 2), int(seen)) if seen else (0, 0, 0))
    ]
    body = np.clip(person.points[:, :2], 0, 1) * (width, height)
    (left, top), (right, bottom) = body.min(axis=0), body.max(axis=0)
    box = [round(float(value), 2) for value in (left, top, right - left, bottom - top)]
    return {
        "keypoints": keypoints,
        "num_keypoints": int((v > 0).sum()),
        "bbox": box,
        "area": round(box[2] * box[3], 2),
        "iscrowd": 0,
    }
