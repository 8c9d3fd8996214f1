"""The drawn figures: each pose's body as a skeleton, and as the little picture beside its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from statistics import fmean
from typing import Final

import numpy as np

from yogalab.poses import body, silhouette
from yogalab.poses.body import Joints
from yogalab.poses.portraits import draw_person
from yogalab.poses.postures import postures
from yogalab.poses.silhouette import Circle, Part
from yogalab.records import Landmarks, Matrix, Pose

__all__ = ["draw_person", "figure", "figure_svg"]

# --- as a skeleton --------------------------------------------------------------------------------


def figure(pose: Pose) -> Landmarks | None:
    """Return the pose's drawn body as landmarks, filling a square picture; None where no figure is drawn."""
    posture = postures().get(pose.slug)
    if posture is None:
        return None
    world = body.world(body.joints(posture))
    return Landmarks(points=_framed(world), world=world, aspect=1.0, found_by="drawn")


def _framed(world: Matrix) -> Matrix:
    low, high = world[:, :2].min(0), world[:, :2].max(0)
    side = float((high - low).max()) * 1.2
    points = np.ones((len(world), 4), dtype=np.float32)
    points[:, :2] = (world[:, :2] - (low + high) / 2) / side + 0.5
    points[:, 2] = world[:, 2] / side
    return points


# --- as a little picture --------------------------------------------------------------------------

_BOX: Final = 200.0
_MARGIN: Final = 10.0
# Metres that always fit, so that a child's pose is drawn smaller than a warrior, though not as much as it is.
_SMALLEST: Final = 1.15
_FAINTEST: Final = 0.55
# Metres in depth: from where a limb counts as behind its twin, and where it is as faint as can be.
_BEHIND: Final = 0.05
_FAR: Final = 0.36
# Metres in depth from which a part counts as passing before another.
_BETWEEN: Final = 0.015
_BETWEEN_NEIGHBOURS: Final = 0.11
# Cosines of the angle from which hip or knee count as folded: 100 and 60 degrees.
_FOLDED_HIP: Final = -0.17
_FOLDED_KNEE: Final = 0.5
# What each part hangs on, by its first circle.
_HANGS_ON: Final = {
    "neck": "torso",
    "head": "neck",
    **{
        f"{side}_{bone}": "torso" if parent == "torso" else f"{side}_{parent}"
        for side in body.SIDES
        for bone, parent in (
            ("upper_arm", "torso"),
            ("forearm", "upper_arm"),
            ("thigh", "torso"),
            ("shin", "thigh"),
            ("foot", "shin"),
        )
    },
}


def figure_svg(pose: Pose, size: int = 96) -> str:
    """Return the little figure of a pose as an SVG element in the colour of the text around it.

    size: its width and height in CSS pixels. Empty where no figure is drawn.
    """
    posture = postures().get(pose.slug)
    return _svg(pose.slug, pose.name, size) if posture is not None else ""


@lru_cache(maxsize=512)
def _svg(slug: str, name: str, size: int) -> str:
    posture = postures()[slug]
    found = body.joints(posture)
    parts, floor = _on_paper(silhouette.parts(found), posture.floor)
    folded = _folded(found)
    # The line of air where one part passes before another must stay visible when the picture is small.
    gap = max(2.4, 1.1 * _BOX / size)
    prefix = f"pose-{slug}-{size}"
    shapes, masks = [], []
    limbs: dict[str, list[str]] = {}
    for number, part in enumerate(parts):
        shapes.append(f'<path id="{prefix}-{number}" d="{_path(part.blobs)}"/>')
        before = [at for at in range(number + 1, len(parts)) if _passes(parts[at], part)]
        masked = f' mask="url(#{prefix}-m{number})"' if before else ""
        if before:
            hung = [(parts[at], _joint(parts[at], part)) for at in before]
            joints = [joint for other, joint in hung if joint and not {other.name, part.name} & folded]
            masks.append(_mask(f"{prefix}-m{number}", [f"{prefix}-{at}" for at in before], joints, gap))
        limbs.setdefault(_limb_of(part), []).append(f'<use href="#{prefix}-{number}"{masked}/>')
    depth = {limb: fmean(part.depth for part in parts if _limb_of(part) == limb) for limb in limbs}
    groups = "".join(
        f'<g opacity="{_opacity(limb, depth):.2f}">{"".join(limbs[limb])}</g>'
        for limb in sorted(limbs, key=lambda limb: depth[limb])
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pose-figure" viewBox="0 0 {_BOX:.0f} {_BOX:.0f}" '
        f'width="{size}" height="{size}" fill="currentColor" role="img" aria-label="{escape(name)}">'
        f"<defs>{''.join(shapes + masks)}</defs>"
        f'<rect x="8" y="{floor:.1f}" width="184" height="3" rx="1.5" opacity=".28"/>{groups}</svg>'
    )


def _limb_of(part: Part) -> str:
    """ "left_arm" for "left_forearm"; the head is its own, and the neck the torso's."""
    side, _, bone = part.name.partition("_")
    if part.name == "neck":
        return "torso"
    return f"{side}_{'arm' if 'arm' in bone else 'leg'}" if bone else part.name


def _opacity(limb: str, depth: Mapping[str, float]) -> float:
    """The farther arm or leg is the fainter, the more so the farther it is behind its twin."""
    if depth[limb] > depth["torso"] - _BEHIND or (twin := body.other_side(limb)) == limb:
        return 1.0
    behind = (depth[twin] - depth[limb] - _BEHIND) / _FAR
    return 1 - (1 - _FAINTEST) * float(np.clip(behind, 0, 1))


def _folded(found: Joints) -> set[str]:
    """The bones that lie back against what they hang on: there the line of air goes all the way round."""
    names = set()
    for side in body.SIDES:
        hip, knee, ankle = (found[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle"))
        if body.unit(found["waist"] - hip) @ body.unit(knee - hip) > _FOLDED_HIP:
            names.add(f"{side}_thigh")
        if body.unit(hip - knee) @ body.unit(ankle - knee) > _FOLDED_KNEE:
            names.add(f"{side}_shin")
    return names


def _on_paper(parts: Sequence[Part], floor: float | None) -> tuple[list[Part], float]:
    """Parts and the floor's height in units of the picture, the body centred."""
    left, top, right, bottom = silhouette.bounds(parts)
    ground = max(bottom, -floor) if floor is not None else bottom
    scale = (_BOX - 2 * _MARGIN) / max(right - left, ground - top, _SMALLEST)
    across, down = _BOX / 2 - scale * (left + right) / 2, _BOX / 2 - scale * (top + ground) / 2

    def moved(circle: Circle) -> Circle:
        return scale * circle[0] + across, scale * circle[1] + down, scale * circle[2]

    placed = [
        Part(name=part.name, blobs=tuple(tuple(map(moved, blob)) for blob in part.blobs), depth=part.depth)
        for part in parts
    ]
    return placed, scale * ground + down


def _passes(front: Part, back: Part) -> bool:
    """Whether a line of air should show where one part passes before another."""
    near = _joint(front, back) is not None
    return front.depth - back.depth > (_BETWEEN_NEIGHBOURS if near else _BETWEEN)


def _joint(a: Part, b: Part) -> Circle | None:
    """Where two parts hang together; None for parts that do not."""
    if _HANGS_ON.get(a.name) == b.name:
        return a.blobs[0][0]
    return b.blobs[0][0] if _HANGS_ON.get(b.name) == a.name else None


def _mask(name: str, parts: Iterable[str], joints: Iterable[Circle], gap: float) -> str:
    uses = "".join(f'<use href="#{part}"/>' for part in parts)
    # No line of air round a joint: an arm grows out of the shoulder.
    grown = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r + 1.1 * gap:.1f}" fill="#fff"/>' for x, y, r in joints
    )
    box = f'width="{_BOX:.0f}" height="{_BOX:.0f}"'
    return (
        f'<mask id="{name}" maskUnits="userSpaceOnUse" x="0" y="0" {box}><rect {box} fill="#fff"/>'
        f'<g fill="#000" stroke="#000" stroke-width="{2 * gap:.1f}">{uses}</g>{grown}</mask>'
    )


def _path(blobs: Iterable[Sequence[Circle]]) -> str:
    return "".join(_outline(blob) for blob in blobs)


def _outline(circles: Sequence[Circle]) -> str:
    drawn = ""
    for start, radius, large, end in silhouette.arcs(circles):
        drawn += f"{'L' if drawn else 'M'}{start[0]:.1f} {start[1]:.1f}"
        drawn += f"A{radius:.1f} {radius:.1f} 0 {int(large)} 1 {end[0]:.1f} {end[1]:.1f}"
    return drawn + "Z"
