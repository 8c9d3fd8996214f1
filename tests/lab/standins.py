"""Photos that stand in for real ones: skeletons in the store and no picture, a hundred in a moment."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest

from tests.fakes import AGREED
from tests.labs import ANNA
from tests.learning.bodies import POSES as BODIES
from tests.learning.bodies import person
from yogalab.lab.parts import Parts
from yogalab.records import CanonicalPhoto, LabelEvent, LabelKind, NewPhoto


def people(parts: Parts, slugs: Sequence[str], *, group: int | None = None) -> list[int]:
    """Photos of somebody in each pose, kept without a picture: only their skeletons are looked at here."""
    new = []
    for seed, slug in enumerate(slugs):
        digest = hashlib.sha256(f"{slug}:{seed}".encode()).hexdigest()
        landmarks = person(slug, seed).landmarks
        assert landmarks is not None
        new.append(
            NewPhoto(
                photo=CanonicalPhoto(
                    name=f"{slug}_{seed}.jpg",
                    source_sha256=digest,
                    sha256=digest,
                    data=b"",
                    width=640,
                    height=640,
                    decode=lambda _: pytest.fail("nobody looks at the picture"),
                ),
                key=f"{digest}.jpg",
                who=ANNA.id,
                source="test",
                consent=AGREED,
                pose_model=parts.landmarker.name,
                people=(landmarks,),
                image_hash=0,
                group=group,
            )
        )
    return [photo.id for photo, _ in parts.store.add_photos(new)]


def named(parts: Parts, slugs: Sequence[str]) -> list[int]:
    """The same, each named rightly by Anna."""
    ids = people(parts, slugs)
    parts.store.append_many(
        [
            LabelEvent(id=f"named-{i}", photo_id=i, coach=ANNA.id, kind=LabelKind.POSE, pose_id=BODIES[slug].id)
            for i, slug in zip(ids, slugs, strict=True)
        ]
    )
    return ids
