"""What a rendered person looks like: flesh, hair and clothes, and the colour of every piece of the surface."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.poses.body import Vector
from yogalab.training.chance import pick
from yogalab.training.mannequin import PARTS, Mesh, Physique
from yogalab.training.skull import HAIR

# RGB, 0 to 1: from the lightest to the darkest skin, between which any tone is drawn.
_SKINS: Final = np.array(
    [
        (0.97, 0.85, 0.76),
        (0.91, 0.72, 0.57),
        (0.80, 0.59, 0.43),
        (0.62, 0.42, 0.28),
        (0.43, 0.28, 0.19),
        (0.25, 0.16, 0.12),
    ]
)
_HAIRS: Final = (
    (0.08, 0.06, 0.05),
    (0.20, 0.13, 0.09),
    (0.38, 0.24, 0.13),
    (0.72, 0.56, 0.34),
    (0.60, 0.27, 0.12),
    (0.66, 0.65, 0.64),
)
_HAIR_SHARES: Final = (0.38, 0.26, 0.14, 0.12, 0.04, 0.06)
_KIND: Final = np.array([name.split("_", 1)[1] if name[:4] in ("left", "righ") else name for name in PARTS])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Costume:
    """Colours, RGB from 0 to 1, and how far clothes reach.

    sleeve: 0 none, 1 to the elbow, 2 to the wrist; leg: 0 none, 1 to the knee, 2 to the ankle;
    hem: share of the trunk, from the hips up, where the top begins; neckline: where it ends;
    stripe: colour of a stripe down the trousers' sides or None; beard, cap: whether there is one.
    """

    skin: Vector
    hair: Vector
    top: Vector
    bottom: Vector
    shoe: Vector | None
    stripe: Vector | None
    sleeve: float
    leg: float
    hem: float
    neckline: float
    bald: bool
    beard: bool


def draw_physique(rng: np.random.Generator) -> Physique:
    """Return somebody's build, drawn from `rng`."""
    broad = rng.normal(1.0, 0.08)
    return Physique(
        trunk=float(np.clip(broad * rng.normal(1, 0.06), 0.78, 1.35)),
        arms=float(np.clip(broad * rng.normal(1, 0.10), 0.75, 1.45)),
        legs=float(np.clip(broad * rng.normal(1, 0.08), 0.78, 1.4)),
        hips=float(np.clip(rng.normal(1.0, 0.07), 0.84, 1.2)),
        chest=float(rng.uniform(0.2, 1.3)) if rng.random() < 0.65 else 0.0,
        belly=float(np.clip(rng.normal(0.0, 0.5), 0, 1.5)),
        wide_legs=float(rng.uniform(0.15, 0.9)) if rng.random() < 0.18 else 0.0,
        hair=pick(rng, HAIR, (0.06, 0.28, 0.28, 0.24, 0.14)),
        creases=float(rng.uniform(0, 0.022)),
    )


def draw_costume(rng: np.random.Generator, physique: Physique) -> Costume:
    """Return what somebody wears, drawn from `rng`."""
    top, bottom = _cloth(rng), _cloth(rng)
    if rng.random() < 0.18:
        bottom = top
    skin = _between(_SKINS, rng.uniform(0, len(_SKINS) - 1) ** 1.15 / 5**0.15) * rng.uniform(0.94, 1.04)
    bare = rng.random() < 0.06
    return Costume(
        skin=np.clip(skin, 0, 1),
        hair=np.clip(np.array(pick(rng, _HAIRS, _HAIR_SHARES)) * rng.uniform(0.7, 1.3), 0, 1),
        top=top,
        bottom=bottom,
        shoe=_cloth(rng) if rng.random() < 0.10 else None,
        stripe=_cloth(rng) if rng.random() < 0.12 else None,
        sleeve=pick(rng, (0.0, rng.uniform(0.3, 0.7), rng.uniform(1.5, 2.1)), (0.55, 0.22, 0.23)),
        leg=pick(rng, (rng.uniform(0.1, 0.7), rng.uniform(1.1, 1.6), 2.1), (0.22, 0.2, 0.58)),
        hem=2.0 if bare else pick(rng, (0.12, rng.uniform(0.5, 0.7)), (0.72, 0.28)),
        neckline=float(rng.uniform(0.86, 1.08)),
        bald=physique.hair == "none",
        beard=bool(rng.random() < 0.08) and physique.hair in ("none", "short"),
    )


def _between(colours: Vector, at: float) -> Vector:
    low = min(int(at), len(colours) - 2)
    return np.asarray(colours[low] + (at - low) * (colours[low + 1] - colours[low]))


def _cloth(rng: np.random.Generator) -> Vector:
    """Any colour; black, grey and white as often as people wear them."""
    if rng.random() < 0.45:
        return np.full(3, pick(rng, (0.08, 0.16, 0.35, 0.62, 0.93), (0.35, 0.2, 0.13, 0.1, 0.22)))
    return np.array(colorsys.hsv_to_rgb(rng.random(), rng.uniform(0.15, 0.95), rng.uniform(0.25, 0.98)))


def colours(mesh: Mesh, costume: Costume, physique: Physique) -> Vector:
    """Return the colour of every quadrilateral in plain light, (Q, 3), 0 to 1."""
    kind = _KIND[mesh.part]
    found = np.broadcast_to(costume.skin, (len(kind), 3)).copy()
    _dress(found, kind, mesh, costume, physique)
    head = kind == "head"
    # Hairline: the higher, the farther to the front.
    hairy = head & (mesh.high > 0.25 + 0.25 * mesh.ahead) if physique.hair != "none" else np.zeros_like(head)
    hairy |= head & (mesh.ahead < -0.2) & (mesh.high > -0.6) & (not costume.bald)
    if costume.beard:
        hairy |= head & (mesh.ahead > 0.1) & (mesh.high < -0.35)
    found[hairy | (kind == "hair")] = costume.hair
    return found


def _dress(found: Vector, kind: NDArray[np.str_], mesh: Mesh, costume: Costume, physique: Physique) -> None:
    along = mesh.along
    found[(kind == "torso") & (along < 0.22)] = costume.bottom
    found[kind == "buttock"] = costume.bottom
    found[(kind == "torso") & (along >= costume.hem) & (along < costume.neckline)] = costume.top
    found[(kind == "upper_arm") & (along < costume.sleeve)] = costume.top
    found[(kind == "forearm") & (along < costume.sleeve - 1)] = costume.top
    legs = ((kind == "thigh") & (along < costume.leg)) | ((kind == "shin") & (along < costume.leg - 1))
    found[legs] = costume.bottom
    if costume.stripe is not None:
        found[legs & (np.abs(mesh.ahead) < 0.35)] = costume.stripe
    if costume.shoe is not None:
        found[(kind == "foot") | (kind == "instep")] = costume.shoe
