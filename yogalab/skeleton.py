"""The body as BlazePose numbers it: 33 landmarks, the bones between them, and their mirror image.

Source: BlazePose (arXiv 2006.10204) and MediaPipe's landmark table.
"""

from __future__ import annotations

from typing import Final

LANDMARK_NAMES: Final = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)
LANDMARKS: Final = len(LANDMARK_NAMES)
INDEX: Final = {name: index for index, name in enumerate(LANDMARK_NAMES)}

NOSE: Final = 0
LEFT_SHOULDER: Final = 11
RIGHT_SHOULDER: Final = 12
LEFT_ELBOW: Final = 13
RIGHT_ELBOW: Final = 14
LEFT_WRIST: Final = 15
RIGHT_WRIST: Final = 16
LEFT_HIP: Final = 23
RIGHT_HIP: Final = 24
LEFT_KNEE: Final = 25
RIGHT_KNEE: Final = 26
LEFT_ANKLE: Final = 27
RIGHT_ANKLE: Final = 28

BONES: Final = (
    *((0, 1), (1, 2), (2, 3), (3, 7), (0, 4), (4, 5), (5, 6), (6, 8), (9, 10)),
    *((11, 12), (11, 23), (12, 24), (23, 24)),
    *((11, 13), (13, 15), (15, 17), (15, 19), (15, 21), (17, 19)),
    *((12, 14), (14, 16), (16, 18), (16, 20), (16, 22), (18, 20)),
    *((23, 25), (25, 27), (27, 29), (27, 31), (29, 31)),
    *((24, 26), (26, 28), (28, 30), (28, 32), (30, 32)),
)

_FACE_PAIRS = ((1, 4), (2, 5), (3, 6), (7, 8), (9, 10))
_BODY_PAIRS = tuple((left, left + 1) for left in range(11, 33, 2))
_swap = {a: b for left, right in _FACE_PAIRS + _BODY_PAIRS for a, b in ((left, right), (right, left))}
# points[MIRROR] with x negated is the same body in a mirror.
MIRROR: Final = tuple(_swap.get(index, index) for index in range(LANDMARKS))

# GAP's body parts (arXiv 2208.05318, section 3.2) carried over to the 33 landmarks; overlaps intended.
PARTS: Final = {
    "head": tuple(range(11)),
    "arms": tuple(range(11, 23)),
    "torso": (11, 12, 23, 24),
    "legs": tuple(range(23, 33)),
}


def part_of(a: int, b: int) -> str:
    """Return the part of PARTS that a bone between two landmarks belongs to."""
    for part in ("torso", "head", "arms", "legs"):
        if a in PARTS[part] and b in PARTS[part]:
            return part
    raise KeyError((a, b))


def side_of(landmark: int) -> str | None:
    """Return "left", "right", or None for the nose."""
    name = LANDMARK_NAMES[landmark]
    if "left" in name:
        return "left"
    return "right" if "right" in name else None
