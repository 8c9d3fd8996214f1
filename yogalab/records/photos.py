"""Photos, and what was seen in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.records.arrays import Matrix

FAINT: Final = "faint"


class Consent(StrEnum):
    """Whether the people shown agreed to the photo being kept here; PUBLIC: to its being published, too.

    WITHDRAWN: they said no, or took their word back. Nobody adds a photo with it; see `given`.
    """

    AGREED = "agreed"
    PUBLIC = "public"
    MYSELF = "myself"
    DRAWN = "drawn"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"

    @property
    def given(self) -> bool:
        """Whether somebody said yes: what may be answered when photos are added."""
        return self not in {Consent.UNKNOWN, Consent.WITHDRAWN}


@dataclass(frozen=True, kw_only=True)
class CanonicalPhoto:
    """An upright sRGB photo without metadata, as every room sees it.

    `data` is the JPEG it is kept as. `pixels` is (height, width, 3) uint8: what `decode` makes of `data`, when
    somebody first looks, because photos read by another process come back as bytes and few are looked at here.
    """

    name: str
    source_sha256: str
    sha256: str
    data: bytes = field(repr=False)
    width: int
    height: int
    decode: Callable[[bytes], NDArray[np.uint8]] = field(repr=False, compare=False)

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        return self.decode(self.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo in the lab. Its file is kept under `key`; `group` joins near-duplicates."""

    id: int
    source_sha256: str
    sha256: str
    key: str
    name: str
    width: int
    height: int
    added_by: str
    added_at: datetime
    source: str
    consent: Consent
    group: int
    holdout: bool

    @property
    def teaches(self) -> bool:
        """Whether something may be learnt from it: it is not kept aside, and nobody shown said no."""
        return not self.holdout and self.consent is not Consent.WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landmarks:
    """One person's skeleton.

    points: (33, 4) x, y, z, visibility; x in widths and y in heights of the photo, z in widths.
    world: (33, 3) metres, the origin between the hips, y downward.
    aspect: width / height of the photo; undo it before measuring angles in `points`.
    found_by: the look that saw the person most clearly, or FAINT.
    trust: 0 to 1, how likely the skeleton is right.
    """

    points: Matrix
    world: Matrix
    aspect: float
    found_by: str = "first"
    person: int = 0
    trust: float = 1.0

    @property
    def faint(self) -> bool:
        """Whether this is only the best guess where nobody was found: the learner's, never shown or counted."""
        return self.found_by == FAINT

    @property
    def visibility(self) -> Matrix:
        """(33,) how likely each landmark is in view."""
        return self.points[:, 3]


def persons(sights: Sequence[Landmarks]) -> tuple[Landmarks, ...]:
    """Return the people who were found, in the same order: what may be shown and counted."""
    return tuple(one for one in sights if not one.faint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """How an encoder is shown a photo: as a square of `size` pixels, with open_clip's `interpolation`.

    close_up: of the body with a little room around it, where one was found; else of all of the photo.
    """

    size: int
    interpolation: str = "bilinear"
    close_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encodings:
    """What the encoders made of one photo: the chosen person, if any, and CLIP's embedding, if any.

    embedding: (d,) of unit length.
    """

    landmarks: Landmarks | None = None
    embedding: Matrix | None = None
