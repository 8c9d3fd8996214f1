"""Drawn people as photos of a camera's size, skeletons known: they take as long to decode as real ones."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from yogalab.bench.crowd import BATCH, OnStep, drawable
from yogalab.lab.parts import Parts
from yogalab.poses.figures import draw_person
from yogalab.records import Consent, NewPhoto

# As large as the lab keeps photos.
EDGE = 1280
QUALITY = 85


def add_album(
    parts: Parts, count: int, *, seed: int, edge: int = EDGE, on_step: OnStep = lambda done, total: None
) -> None:
    """Keep so many photos, files and all. Nobody looks at them: who was drawn is known."""
    rng = np.random.default_rng(seed)
    poses = drawable()
    batch: list[NewPhoto] = []
    for number in range(count):
        pose = poses[number % len(poses)]
        pixels, person = draw_person(pose, rng)
        photo = parts.reader.canonical(f"{pose.slug}_{number:04d}.jpg", _file(pixels, edge))
        key = f"{photo.sha256[:2]}/{photo.sha256}.jpg"
        parts.files.put(key, photo.data)
        batch.append(
            NewPhoto(
                photo=photo,
                key=key,
                who="bench",
                source="bench",
                consent=Consent.DRAWN,
                pose_model=parts.landmarker.name,
                people=(person,),
                image_hash=int(rng.integers(2**63)),
            )
        )
        if len(batch) == BATCH or number + 1 == count:
            parts.store.add_photos(batch)
            batch.clear()
        on_step(number + 1, count)


def _file(pixels: np.typing.NDArray[np.uint8], edge: int) -> bytes:
    image = Image.fromarray(pixels)
    scale = edge / max(image.size)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BILINEAR)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
