"""The skeleton as SVG, to lay over a photo: pure text, for pages and for cards.

Left is orange, right is blue (after Okabe and Ito, told apart by every kind of colour vision), each a light
stroke on a dark halo, so that it reads on any background. What is hardly in view is faint.
"""

from __future__ import annotations

from typing import Final

from yogalab.records import Landmarks, Matrix
from yogalab.skeleton import BONES, LANDMARK_NAMES, LANDMARKS, side_of

LEFT: Final = "#f5a742"
RIGHT: Final = "#6cc1f0"
MIDDLE: Final = "#ffffff"
HALO: Final = "#101418"
IN_VIEW: Final = 0.5
FAINT: Final = 0.3

# Landmarks 1 to 10 are the face: small, so that it does not cover the person's own.
_FACE: Final = frozenset(range(11))


def colour(*landmarks: int) -> str:
    """Return the colour of a landmark, or of the bone between two: that of its side, white in the middle."""
    sides = {side_of(landmark) for landmark in landmarks}
    if sides == {"left"}:
        return LEFT
    return RIGHT if sides == {"right"} else MIDDLE


def opacity(points: Matrix, *landmarks: int) -> float:
    """Return 1 for what is in view and FAINT for what is not, by the less visible end of a bone."""
    return 1.0 if min(float(points[landmark, 3]) for landmark in landmarks) >= IN_VIEW else FAINT


def stroke(width: float, height: float) -> float:
    """Return the width of a bone for a picture of this size."""
    return max(1.5, min(width, height) / 130)


def svg(landmarks: Landmarks | None, width: int, height: int, *, title: str = "") -> str:
    """Return an SVG of `width` by `height` with the 33 landmarks and their bones, transparent around them.

    It scales with its box (viewBox), so it may be laid over the photo at any size. Nobody gives an empty SVG.
    title: what a screen reader says; escaped here.
    """
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" class="skeleton"'
    if title:
        said = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
        head += f' role="img" aria-label="{said}"'
    else:
        head += ' aria-hidden="true"'
    if landmarks is None:
        return head + "></svg>"
    line = stroke(width, height)
    points = landmarks.points
    places = [(float(x) * width, float(y) * height) for x, y in points[:, :2]]
    # Hidden parts first, so that they never lie over what is seen.
    bones = sorted(BONES, key=lambda bone: opacity(points, *bone))
    dots = sorted(range(LANDMARKS), key=lambda landmark: opacity(points, landmark))
    parts = [_bone(a, b, places, points, line) for a, b in bones]
    parts += [_dot(landmark, places[landmark], points, line) for landmark in dots]
    return f'{head} fill="none" stroke-linecap="round">{"".join(parts)}</svg>'


def _bone(a: int, b: int, places: list[tuple[float, float]], points: Matrix, line: float) -> str:
    (ax, ay), (bx, by) = places[a], places[b]
    width = line * (0.5 if a in _FACE and b in _FACE else 1)
    path = f"M{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}"
    halo = f'<path d="{path}" stroke="{HALO}" stroke-width="{width * 2.2:.2f}"/>'
    bone = f'<path d="{path}" stroke="{colour(a, b)}" stroke-width="{width:.2f}"/>'
    return f'<g opacity="{opacity(points, a, b):g}">{halo}{bone}</g>'


def _dot(landmark: int, place: tuple[float, float], points: Matrix, line: float) -> str:
    x, y = place
    radius = line * (0.6 if landmark in _FACE else 1.2)
    fill = f'fill="{colour(landmark)}" stroke="{HALO}" stroke-width="{line * 0.5:.2f}"'
    shown = f'opacity="{opacity(points, landmark):g}" data-name="{LANDMARK_NAMES[landmark]}"'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.2f}" {fill} {shown}/>'
