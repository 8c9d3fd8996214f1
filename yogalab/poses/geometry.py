"""What a body does, as named figures: angles in degrees, heights and distances in lengths of the trunk.

Heights are over the midpoint of the hips, against gravity, which is the photo's vertical. A name ending in
`_lo` or `_hi` is the smaller or larger of the two sides, so that a body and its mirror image read the same.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from yogalab import skeleton as body
from yogalab.records import Matrix

PAIRED: Final = ("hip", "knee", "elb", "shd", "thigh", "shin", "arm", "ank", "wr")
DESCRIPTORS: Final[tuple[str, ...]] = (
    "trunk",
    *(f"{name}_{end}" for name in PAIRED for end in ("lo", "hi")),
    *("headhip", "kneehip", "wrsh_hi", "feet", "knees", "hands", "handfoot", "handfoot2", "split", "chest"),
)
"""trunk: hips-to-shoulders line to straight up. hip, knee, elb, shd: joint angles. thigh, shin, arm: to
straight down. ank, wr, headhip, kneehip: heights of ankles, wrists, nose and the midpoint of the knees.
wrsh_hi: the higher wrist over the shoulders. feet, knees, hands: distance within the pair. handfoot: the
nearest hand and foot. handfoot2: each hand to its foot in the better pairing, the larger distance. split:
between the thighs. chest: how far the chest faces up (1) or down (-1)."""

_DOWN: Final = np.array([0.0, 1.0, 0.0], dtype=np.float32)
# A trunk seen end-on has almost no length; dividing by less than this would blow every distance up.
SHORTEST_TRUNK: Final = 0.05


def angle(a: Matrix, b: Matrix) -> Matrix:
    """Return the angle between vectors in degrees, (..., 3) twice to (...); 90 where one has no length."""
    lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    cosine = np.divide((a * b).sum(-1), lengths, out=np.zeros_like(lengths), where=lengths > 1e-9)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))), dtype=np.float32)


def describe(world: Matrix) -> Matrix:
    """Return the descriptors of bodies in the order of DESCRIPTORS.

    world: (n, 33, 3) metres, y downward, as in `Landmarks.world`. Returns (n, len(DESCRIPTORS)).
    """
    sides = _sides(np.asarray(world, dtype=np.float32))
    shoulder, hip = sides["shoulder"].mean(1), sides["hip"].mean(1)
    up_the_trunk = shoulder - hip
    trunk = np.maximum(np.linalg.norm(up_the_trunk, axis=-1), SHORTEST_TRUNK)
    named = {"trunk": angle(up_the_trunk, -_DOWN)}
    named |= _angles(sides)
    named |= _heights(sides, hip, trunk, nose=world[:, body.NOSE])
    named |= _distances(sides, trunk)
    named["chest"] = _chest(sides, up_the_trunk)
    columns = []
    for name in DESCRIPTORS:
        stem, _, end = name.rpartition("_")
        if stem in PAIRED:
            pair = named[stem]
            columns.append(pair.min(1) if end == "lo" else pair.max(1))
        else:
            columns.append(named[name])
    return np.asarray(np.stack(columns, axis=1), dtype=np.float32)


def lesser_sides(world: Matrix) -> dict[str, str]:
    """Return on which side each paired figure is smaller: {"knee": "left", ...}, where `knee_lo` is measured.

    world: (33, 3) metres, y downward, as in `Landmarks.world`.
    """
    sides = _sides(np.asarray(world, dtype=np.float32)[None])
    named = _paired(sides)
    return {stem: "left" if pair[0, 0] <= pair[0, 1] else "right" for stem, pair in named.items()}


def _paired(sides: dict[str, Matrix]) -> dict[str, Matrix]:
    """Every figure that each side has, (n, 2)."""
    shoulder, hip = sides["shoulder"].mean(1), sides["hip"].mean(1)
    trunk = np.maximum(np.linalg.norm(shoulder - hip, axis=-1), SHORTEST_TRUNK)
    heights = _heights(sides, hip, trunk, nose=shoulder)
    named = _angles(sides) | heights
    return {stem: named[stem] for stem in PAIRED}


def _sides(world: Matrix) -> dict[str, Matrix]:
    """(n, 2, 3) left and right of each joint."""
    first = {
        "shoulder": body.LEFT_SHOULDER,
        "elbow": body.LEFT_ELBOW,
        "wrist": body.LEFT_WRIST,
        "hip": body.LEFT_HIP,
        "knee": body.LEFT_KNEE,
        "ankle": body.LEFT_ANKLE,
    }
    return {name: world[:, [left, left + 1]] for name, left in first.items()}


def _angles(sides: dict[str, Matrix]) -> dict[str, Matrix]:
    shoulder, elbow, wrist = sides["shoulder"], sides["elbow"], sides["wrist"]
    hip, knee, ankle = sides["hip"], sides["knee"], sides["ankle"]
    thigh = knee - hip
    return {
        "hip": angle(shoulder - hip, thigh),
        "knee": angle(-thigh, ankle - knee),
        "elb": angle(shoulder - elbow, wrist - elbow),
        "shd": angle(hip - shoulder, elbow - shoulder),
        "thigh": angle(thigh, _DOWN),
        "shin": angle(ankle - knee, _DOWN),
        "arm": angle(wrist - shoulder, _DOWN),
        "split": angle(thigh[:, 0], thigh[:, 1]),
    }


def _heights(sides: dict[str, Matrix], hip: Matrix, trunk: Matrix, *, nose: Matrix) -> dict[str, Matrix]:
    def over_hips(y: Matrix) -> Matrix:
        return np.asarray((hip[:, 1] - y) / trunk)

    wrist, shoulder = sides["wrist"][..., 1], sides["shoulder"][..., 1].mean(1)
    return {
        "headhip": over_hips(nose[:, 1]),
        "kneehip": over_hips(sides["knee"][..., 1].mean(1)),
        "ank": np.stack([over_hips(sides["ankle"][:, side, 1]) for side in (0, 1)], axis=1),
        "wr": np.stack([over_hips(wrist[:, side]) for side in (0, 1)], axis=1),
        "wrsh_hi": (shoulder - wrist.min(1)) / trunk,
    }


def _distances(sides: dict[str, Matrix], trunk: Matrix) -> dict[str, Matrix]:
    def within(pair: Matrix) -> Matrix:
        return np.asarray(np.linalg.norm(pair[:, 0] - pair[:, 1], axis=-1) / trunk)

    # (n, hand, foot)
    reach = np.linalg.norm(sides["wrist"][:, :, None] - sides["ankle"][:, None], axis=-1) / trunk[:, None, None]
    same = np.maximum(reach[:, 0, 0], reach[:, 1, 1])
    crossed = np.maximum(reach[:, 0, 1], reach[:, 1, 0])
    return {
        "feet": within(sides["ankle"]),
        "knees": within(sides["knee"]),
        "hands": within(sides["wrist"]),
        "handfoot": reach.min(axis=(1, 2)),
        "handfoot2": np.minimum(same, crossed),
    }


def _chest(sides: dict[str, Matrix], up_the_trunk: Matrix) -> Matrix:
    across = sides["shoulder"][:, 0] - sides["shoulder"][:, 1]
    normal = np.cross(across, up_the_trunk)
    length = np.linalg.norm(normal, axis=-1)
    return np.asarray(np.divide(-normal[:, 1], length, out=np.zeros_like(length), where=length > 1e-9))
