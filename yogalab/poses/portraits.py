"""Drawn people: a pose in a random body, room and camera, with the skeleton that belongs to it.

They fill the demo lab, so that a newcomer without photos can walk the whole loop, and serve tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from yogalab.poses import body, silhouette
from yogalab.poses.body import Joints
from yogalab.poses.postures import postures
from yogalab.poses.silhouette import Circle, Part
from yogalab.poses.wardrobe import Colour, Look, pick_look, shaded
from yogalab.records import Landmarks, Matrix, Pose

# Drawn larger and then made smaller: edges come out smooth.
_FINER: Final = 2
_FRAMES: Final = ((640, 480), (480, 640), (560, 560))
_DEGREES: Final = 7.0

Camera = tuple[float, float, float]
"""Pixels per metre, and where the hips are in the picture: pixels from the left and from the top."""


def draw_person(pose: Pose, rng: np.random.Generator) -> tuple[NDArray[np.uint8], Landmarks]:
    """Draw somebody in a pose: pixels (height, width, 3) and the skeleton, exact, with found_by="drawn".

    Body, looseness, camera, side, clothes and room are drawn from `rng`; equal generators give equal pictures.
    Raises ValueError for a pose without a figure (`figures.figure` is None).
    """
    posture = postures().get(pose.slug)
    if posture is None:
        raise ValueError(f"{pose.slug} has no figure to draw")
    loose = body.loosened(posture, rng, _DEGREES)
    turned = replace(loose, turn=loose.turn + rng.uniform(-28, 28))
    build = body.varied(body.Build(), rng)
    found = _rolled(body.joints(turned, build), rng.normal(0, 1.5))
    if rng.random() < 0.5:
        found = _mirrored(found)
    look = pick_look(rng)
    width, height = _frame(found, rng)
    camera = _camera(found, width, height, rng)
    picture = paint(found, look, width, height, camera)
    grain = rng.normal(0, 2.5, (height, width, 1))
    pixels = np.clip(np.asarray(picture, dtype=np.float32) + grain, 0, 255).astype(np.uint8)
    return pixels, as_seen(found, width, height, camera)


def paint(
    found: Joints, look: Look, width: int, height: int, camera: Camera, *, room: Image.Image | None = None
) -> Image.Image:
    """Return somebody in a room, width x height.

    found: joints as `body.joints` gives them. room: as `empty_room` returns it; one around this body unless
    given.
    """
    parts = placed(found, look, camera)
    canvas = room.copy() if room else empty_room(silhouette.bounds(parts), look, width, height)
    _draw_body(ImageDraw.Draw(canvas), parts, _seen(found, *camera), look)
    return canvas.reduce(_FINER)


def as_seen(found: Joints, width: int, height: int, camera: Camera) -> Landmarks:
    """Return joints as landmarks in a picture of that size, exact, with found_by="drawn"."""
    scale, across, down = camera
    points = np.ones((33, 4), dtype=np.float32)
    world = body.world(found)
    points[:, :3] = world * scale
    points[:, :3] += (across, down, 0)
    points[:, :3] /= (width, height, width)
    return Landmarks(points=points, world=world, aspect=width / height, found_by="drawn")


# --- body and camera ------------------------------------------------------------------------------


def _rolled(found: Joints, degrees: float) -> Joints:
    """The camera held a little askew."""
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    roll = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
    return {name: roll @ point for name, point in found.items()}


def _mirrored(found: Joints) -> Joints:
    """The pose to the other side: left and right change places."""
    flip = np.array([-1, 1, 1])

    def twin(name: str) -> str:
        if name.startswith("mouth_"):
            return "mouth_right" if name == "mouth_left" else "mouth_left"
        return body.other_side(name)

    return {twin(name): point * flip for name, point in found.items()}


def _frame(found: Joints, rng: np.random.Generator) -> tuple[int, int]:
    points = np.array(list(found.values()))
    wide, high = np.ptp(points[:, 0]), np.ptp(points[:, 1])
    if wide > 1.25 * high:
        return _FRAMES[0]
    return _FRAMES[1] if high > 1.25 * wide else _FRAMES[int(rng.integers(len(_FRAMES)))]


def _camera(found: Joints, width: int, height: int, rng: np.random.Generator) -> Camera:
    points = np.array(list(found.values()))[:, :2] * (1, -1)
    low, high = points.min(0) - 0.1, points.max(0) + 0.1
    room = rng.uniform(0.68, 0.88)
    scale = float(min(room * width / (high[0] - low[0]), room * height / (high[1] - low[1])))
    free = np.array([width, height]) - scale * (high - low)
    # Feet and mat lie in the lower part of the picture, as a photographer would have it.
    share = np.array([rng.uniform(0.35, 0.65), rng.uniform(0.5, 0.75)])
    corner = free * share - scale * low
    return scale, float(corner[0]), float(corner[1])


def placed(found: Joints, look: Look, camera: Camera) -> list[Part]:
    """Return the body's parts where the camera sees them, in the fine pixels that are drawn in."""
    scale, across, down = camera

    def pixel(circle: Circle) -> Circle:
        x, y, r = circle
        return _FINER * (scale * x + across), _FINER * (scale * y + down), _FINER * scale * r

    return [
        Part(name=part.name, blobs=tuple(tuple(map(pixel, blob)) for blob in part.blobs), depth=part.depth)
        for part in silhouette.parts(found, look.thickness)
    ]


def _seen(found: Joints, scale: float, across: float, down: float) -> dict[str, Matrix]:
    """Joints in fine pixels; the third number stays depth, towards the viewer."""
    place = np.array([across, down, 0])
    return {
        name: (_FINER * (point * (scale, -scale, scale) + place)).astype(np.float32)
        for name, point in found.items()
    }


# --- drawing --------------------------------------------------------------------------------------


def empty_room(bounds: tuple[float, float, float, float], look: Look, width: int, height: int) -> Image.Image:
    """Return a room with a mat, in fine pixels.

    bounds: left, top, right and bottom of who will be on the mat.
    """
    left, _, right, ground = bounds
    wide, high = _FINER * width, _FINER * height
    canvas = Image.new("RGB", (wide, high), look.wall)
    draw = ImageDraw.Draw(canvas)
    meets = ground - 0.09 * high
    for step in range(24):
        # Light falls in from one side.
        x = wide * step / 24
        draw.rectangle((x, 0, x + wide / 24 + 1, meets), fill=shaded(look.wall, 1.03 - 0.0045 * step))
    draw.rectangle((0, meets, wide, high), fill=look.floor)
    draw.rectangle((0, meets - 0.012 * high, wide, meets), fill=shaded(look.wall, 1.08))
    near = ground + 0.045 * high
    far = ground - 0.05 * high
    beyond = 0.07 * wide
    mat = (
        (left - beyond, near),
        (right + beyond, near),
        (right + 0.4 * beyond, far),
        (left - 0.4 * beyond, far),
    )
    draw.polygon(mat, fill=look.mat)
    draw.line((mat[0], mat[1]), fill=shaded(look.mat, 0.75), width=3 * _FINER)
    shadow = 0.018 * high
    draw.ellipse((left, ground - shadow, right, ground + shadow), fill=shaded(look.mat, 0.82))
    return canvas


def _draw_body(
    draw: ImageDraw.ImageDraw, parts: Sequence[Part], seen: Mapping[str, Matrix], look: Look
) -> None:
    for part in parts:
        if part.name == "head":
            _draw_head(draw, part, seen, look)
            continue
        colour = _colour(part.name, look)
        edge = shaded(colour, 0.72)
        outlines = [(blob, silhouette.hull(blob)) for blob in part.blobs]
        for blob, outline in outlines:
            draw.polygon(_resized(blob, outline, grow=1.2 * _FINER), fill=edge)
        for _, outline in outlines:
            draw.polygon([point for point, _ in outline], fill=colour)
        for blob, outline in outlines:
            # Light from above and the left rounds the limbs.
            draw.polygon(_resized(blob, outline, share=0.58, shift=-0.22), fill=shaded(colour, 1.07))


def _colour(name: str, look: Look) -> Colour:
    bone = name.partition("_")[2]
    if name == "torso" or (bone == "upper_arm" and look.sleeves):
        return look.top
    if bone == "thigh" or (bone == "shin" and not look.shorts):
        return look.leggings
    return look.skin


def _draw_head(draw: ImageDraw.ImageDraw, part: Part, seen: Mapping[str, Matrix], look: Look) -> None:
    (head,), bun = part.blobs[0], part.blobs[1]
    x, y, radius = head
    ahead = (seen["head"] - seen["nape"]) / radius
    up = (seen["crown"] - seen["head"]) / radius
    if look.bun:
        _disc(draw, *bun[0], shaded(look.hair, 0.9))
    _disc(draw, x, y, radius + 1.2 * _FINER, shaded(look.hair, 0.7))
    _disc(draw, x, y, radius, look.hair)
    # Seen from behind there is only hair.
    if ahead[2] > -0.55:
        middle_x = x + radius * float(0.26 * ahead[0] - 0.16 * up[0])
        middle_y = y + radius * float(0.26 * ahead[1] - 0.16 * up[1])
        _disc(draw, middle_x, middle_y, 0.80 * radius, look.skin)
        _draw_face(draw, seen, radius, look)


def _draw_face(draw: ImageDraw.ImageDraw, seen: Mapping[str, Matrix], radius: float, look: Look) -> None:
    nose = seen["nose"]
    dot = 0.09 * radius
    for side in body.SIDES:
        eye = seen[f"{side}_eye"]
        if eye[2] > seen["head"][2]:
            _disc(draw, float(eye[0]), float(eye[1]), dot, (40, 34, 34))
    _disc(draw, float(nose[0]), float(nose[1]), dot, shaded(look.skin, 0.78))
    corners = [(float(seen[f"mouth_{side}"][0]), float(seen[f"mouth_{side}"][1])) for side in body.SIDES]
    if max(float(seen[f"mouth_{side}"][2]) for side in body.SIDES) > seen["head"][2]:
        draw.line(corners, fill=(168, 84, 84), width=max(int(0.09 * radius), 1))


def _disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: Colour) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _resized(
    circles: Sequence[Circle],
    outline: Sequence[tuple[silhouette.Point, int]],
    *,
    share: float = 1.0,
    grow: float = 0.0,
    shift: float = 0.0,
) -> list[silhouette.Point]:
    """The outline with each circle's radius changed, and its middle shifted by a share of the radius."""
    points = []
    for (x, y), index in outline:
        middle_x, middle_y, radius = circles[index]
        stretch = share + grow / radius
        points.append(
            (
                middle_x + shift * radius + stretch * (x - middle_x),
                middle_y + shift * radius + stretch * (y - middle_y),
            )
        )
    return points
