"""Pictures of people in every pose, with the skeleton that belongs to each: photos that nobody had to take.

Real and synthetic photos together taught the classifier of the first source paper; these are synthetic ones. A
posture gets somebody's bones, flesh and clothes, a camera, light and a place; gravity stays down. Some pictures
are drawings or silhouettes, as some of the photos are.

Surreal (Varol et al., Learning from Synthetic Humans, CVPR 2017, section 3) draws shape, clothes, light, camera
and background at random in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from yogalab.poses import body
from yogalab.poses.body import Joints, Posture, Vector
from yogalab.poses.postures import postures
from yogalab.records import Landmarks, Matrix
from yogalab.skeleton import INDEX
from yogalab.training import backdrop, costume, painting
from yogalab.training.camera import Camera, framed, turned
from yogalab.training.chance import colour, pick
from yogalab.training.footing import levelled
from yogalab.training.mannequin import PART_INDEX, Mesh, Physique, mesh
from yogalab.training.wear_and_tear import grain, occlude

Pixels = NDArray[np.uint8]

_FINER: Final = 2
# Degrees by which people stray from the drawing: the careful and the careless.
_STRAY: Final = (3.0, 12.0)
# Photographers mostly show a pose from its telling side, which is the side it is drawn from.
_TELLING: Final = 0.6
_TELLING_DEGREES: Final = 22.0
_ROLL: Final = 8.0
_STYLES: Final = ("photo", "flat", "silhouette", "lines")
_STYLE_SHARES: Final = (0.80, 0.08, 0.06, 0.06)
# Below this height (metres) a body lies or sits, and is also photographed from well above.
_LOW_BODY: Final = 0.6
# A landmark so far behind the surface (metres) is hidden by another part, not by its own flesh.
_OWN_FLESH: Final = 0.13
# What BlazePose says of landmarks it cannot see but guesses.
_HIDDEN: Final = 0.35
_SEEN: Final = 0.98


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rendered:
    """A picture of somebody in a pose.

    pixels: (size, size, 3) RGB, a frame of the landmarks' aspect squeezed into a square; landmarks: exact, with
    found_by="drawn" and visibility near 1 where seen, lower where hidden; slug: the pose.
    """

    pixels: Pixels
    landmarks: Landmarks
    slug: str


def render(slug: str, rng: np.random.Generator, *, size: int = 160) -> Rendered:
    """Return a picture of somebody in a pose; equal generators give equal pictures.

    size: its width and height in pixels. Raises ValueError for a pose without a figure.
    """
    posture = postures().get(slug)
    if posture is None:
        raise ValueError(f"{slug} has no figure to render")
    joints = _somebody(posture, rng)
    physique = costume.draw_physique(rng)
    surface = mesh(joints, physique, rng)
    camera, aspect = _camera(surface, rng)
    face = painting.facing(surface, camera)
    seen = _sight(joints, camera, face)
    person = _Person(surface=surface, physique=physique, face=face, seen=seen, joints=joints)
    pixels, covered = occlude(_picture(person, camera, rng, size), rng)
    landmarks = _landmarks(seen, camera, aspect, covered)
    return Rendered(pixels=grain(pixels, rng), landmarks=landmarks, slug=slug)


def render_many(
    slugs: Sequence[str], each: int, *, size: int = 160, seed: int = 0
) -> tuple[Pixels, list[Landmarks], NDArray[np.int64]]:
    """Return `each` pictures of every pose, the poses one after the other in every round.

    A picture depends on the seed, its pose and its round only: more rounds or other poses leave it as it was.

    Returns:
        pixels: (n, size, size, 3), n = each * len(slugs)
        landmarks: n of them
        poses: (n,) rows of `slugs`
    """
    known = list(postures())
    n = each * len(slugs)
    pixels = np.empty((n, size, size, 3), np.uint8)
    landmarks = []
    for at in range(n):
        slug = slugs[at % len(slugs)]
        number = known.index(slug) if slug in known else 0
        one = render(slug, np.random.default_rng([seed, number, at // len(slugs)]), size=size)
        pixels[at] = one.pixels
        landmarks.append(one.landmarks)
    return pixels, landmarks, np.tile(np.arange(len(slugs)), each)


# --- body and camera ------------------------------------------------------------------------------


def _somebody(posture: Posture, rng: np.random.Generator) -> Joints:
    """Joints of somebody in a posture, to either side, the body's turn left as it is drawn."""
    build = body.varied(body.Build(), rng)
    taken = body.joints(body.loosened(posture, rng, rng.uniform(*_STRAY)), build)
    joints = levelled(taken, body.joints(posture, build))
    return _mirrored(joints) if rng.random() < 0.5 else joints


def _mirrored(joints: Joints) -> Joints:
    """The pose to the other side: left and right change places."""
    flip = np.array([-1.0, 1.0, 1.0])

    def twin(name: str) -> str:
        if name.startswith("mouth_"):
            return "mouth_right" if name == "mouth_left" else "mouth_left"
        return body.other_side(name)

    return {twin(name): point * flip for name, point in joints.items()}


def _camera(surface: Mesh, rng: np.random.Generator) -> tuple[Camera, float]:
    """A camera that holds the whole body, and its frame's aspect."""
    points = surface.points
    telling = rng.random() < _TELLING
    azimuth = rng.normal(0, _TELLING_DEGREES) if telling else rng.uniform(-180, 180)
    elevation = float(np.clip(rng.normal(6, 9), -12, 32))
    if np.ptp(points[:, 1]) < _LOW_BODY and rng.random() < 0.35:
        elevation = rng.uniform(15, 60)
    turn = turned(azimuth, elevation, float(np.clip(rng.normal(0, 2.5), -_ROLL, _ROLL)))
    wide = np.ptp(points @ turn[0]) / np.ptp(points @ turn[1])
    # Frames follow the body about halfway, as photographers' do; 0.56 to 1.8 are telephones' and cameras'.
    aspect = float(np.clip(np.exp(0.5 * np.log(wide) + rng.normal(0.12, 0.25)), 0.56, 1.8))
    distance = float(np.exp(rng.uniform(np.log(2.0), np.log(8.0))))
    fill, place = rng.uniform(0.62, 0.96), np.array([rng.uniform(0.2, 0.8), rng.uniform(0.3, 0.9)])
    return framed(turn, distance, points, aspect=aspect, fill=fill, place=place), aspect


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sight:
    """The 33 landmarks as a camera sees them: world (33, 3), flat (33, 2) in the unit square, hidden (33,)."""

    world: Matrix
    flat: Vector
    hidden: NDArray[np.bool_]


def _sight(joints: Joints, camera: Camera, face: painting.Facing) -> _Sight:
    world = body.world({name: camera.turned(point) for name, point in joints.items()})
    seen = world.astype(np.float64) * (1, -1, -1)
    flat = camera.shown(seen)
    return _Sight(world=world, flat=flat, hidden=painting.hidden(flat, seen[:, 2], face, beyond=_OWN_FLESH))


def _landmarks(seen: _Sight, camera: Camera, aspect: float, covered: NDArray[np.bool_]) -> Landmarks:
    points = np.ones((len(seen.world), 4), dtype=np.float32)
    points[:, :2] = seen.flat
    points[:, 2] = seen.world[:, 2] * camera.scale[0]
    row, column = np.clip((seen.flat[:, ::-1] * covered.shape).astype(int), 0, np.array(covered.shape) - 1).T
    points[:, 3] = np.where(seen.hidden | covered[row, column], _HIDDEN, _SEEN)
    return Landmarks(points=points, world=seen.world, aspect=aspect, found_by="drawn")


# --- the picture ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Person:
    """Somebody before a camera: the surface, what of it faces the camera, and where the landmarks are."""

    surface: Mesh
    physique: Physique
    face: painting.Facing
    seen: _Sight
    joints: Joints


def _picture(person: _Person, camera: Camera, rng: np.random.Generator, size: int) -> Pixels:
    style = pick(rng, _STYLES, _STYLE_SHARES)
    ground = backdrop.ground_under(person.surface.points)
    light = _light(rng)
    canvas = backdrop.paint_backdrop(rng, size, camera, ground)
    if style == "lines":
        canvas[:] = 255 - rng.integers(0, 30)
    elif rng.random() < 0.75:
        backdrop.cast_shadow(canvas, rng, person.surface, camera, ground, light)
    fine = np.asarray(cv2.resize(canvas, (_FINER * size,) * 2, interpolation=cv2.INTER_LINEAR), np.uint8)
    painting.fill(fine, person.face.corners, _colours(person, camera.turned(light), style, rng))
    if style == "lines" or (style == "flat" and rng.random() < 0.6):
        _ink(fine, person, rng)
    if style != "silhouette":
        _paint_face(fine, person, camera, rng)
    return np.asarray(cv2.resize(fine, (size, size), interpolation=cv2.INTER_AREA))


def _light(rng: np.random.Generator) -> Vector:
    """Towards the light, in the body's axes: from above, from any side."""
    return body.unit(np.array([rng.normal(0, 0.7), rng.uniform(0.4, 1.5), rng.normal(0.4, 0.7)]))


def _colours(person: _Person, light: Vector, style: str, rng: np.random.Generator) -> Vector:
    """Colours of what faces the camera, (F, 3), 0 to 255. light: (3,) in the camera's axes."""
    face = person.face
    if style == "silhouette":
        level = colour(rng, 0, 40) if rng.random() < 0.8 else colour(rng, 150, 255)
        return np.tile(level, (len(face.index), 1))
    if style == "lines":
        return np.full((len(face.index), 3), rng.uniform(215, 255))
    worn = costume.colours(person.surface, costume.draw_costume(rng, person.physique), person.physique)
    worn = worn[face.index]
    if style == "flat":
        return np.asarray(255 * worn)
    worn = worn * rng.normal(1, 0.02, (len(worn), 1))
    shone = painting.lit(worn, face.normal, light, rng.uniform(0.3, 0.75))
    # Farther into the picture means a little darker: limbs stand out before the body.
    shade = 1 + 0.18 * np.clip(face.depth, -0.6, 0.6)
    warmth = rng.normal(1, 0.05, 3)
    return np.asarray(np.clip(255 * rng.uniform(0.75, 1.15) * shone * shade[:, None] * warmth, 0, 255))


def _ink(fine: Pixels, person: _Person, rng: np.random.Generator) -> None:
    """Lines round every part, as in a drawing."""
    labels = np.zeros(fine.shape, np.uint8)
    part = person.surface.part[person.face.index]
    # Trunk and seat are one piece to whoever draws them.
    part = np.where(np.isin(part, _TRUNK_PARTS), PART_INDEX["torso"], part)
    painting.fill(labels, person.face.corners, np.repeat(part[:, None] + 1.0, 3, axis=1))
    fine[painting.outlines(np.ascontiguousarray(labels[..., 0]), int(rng.integers(1, 4)))] = rng.integers(0, 90)


_TRUNK_PARTS: Final = tuple(PART_INDEX[name] for name in ("torso", "left_buttock", "right_buttock"))
_FACE: Final = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")


def _paint_face(fine: Pixels, person: _Person, camera: Camera, rng: np.random.Generator) -> None:
    """Eyes, nose and mouth where the face looks at the camera and nothing is before it."""
    head = person.joints["head"]
    ahead = {name: float(camera.turned(person.joints[name] - head)[2]) for name in _FACE}
    seen = {
        name: person.seen.flat[INDEX[name]]
        for name in _FACE
        if ahead[name] > 0 and not person.seen.hidden[INDEX[name]]
    }
    radius = float(np.linalg.norm(person.joints["crown"] - head)) * float(camera.scale.mean())
    painting.features(
        fine, seen, radius, rng.uniform(20, 70, 3), np.array([150, 80, 80]) * rng.uniform(0.6, 1.2)
    )
