"""Photos on their way in and out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.records.photos import CanonicalPhoto, Consent, Framing, Landmarks, Photo
from yogalab.records.poses import Pose
from yogalab.records.told import Told

# Folders that say on which side of a split a photo stands, or that nobody named it.
NO_POSE: Final = frozenset(
    {"train", "test", "val", "valid", "validation", "images", "photos", "pictures", "data", "unlabelled"}
)
# Where a photo came from that is a frame of a clip.
VIDEO: Final = "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file somebody offers. `label` is a pose name that came with it (its folder's, or a table's).

    folders: whether folders inside it, if it is a zip, are named after poses. Nobody is asked to mean that.
    error: why the file could not be taken out of its archive, or off the disk; `data` is empty then.
    path: where the file lies that is too large to be read at once: an archive or a clip; `data` is empty then.
    source: VIDEO for a frame of a clip; None for whatever the one who offers says of all of them.
    stretch: which stretch of which clip a frame is of: seconds that follow each other show the same hold, and
    are kept aside for judging together or not at all.
    told: what is known of a photo that comes from another lab, or from a data set that says more than a pose.
    people: the skeletons in it, where they are known: then nobody looks for them.
    """

    name: str
    data: bytes = field(repr=False)
    label: str | None = None
    error: Exception | None = None
    folders: bool = False
    path: Path | None = None
    source: str | None = None
    stretch: str | None = None
    told: Told | None = field(default=None, repr=False)
    people: tuple[Landmarks, ...] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Intake:
    """What became of one offered file: a photo with its skeletons, or the error that names the trouble.

    people holds every person found, the chosen one first, or the faint one where nobody was found.
    image_hash: 64-bit difference hash of the pixels, for finding near-duplicates.
    picture: (size, size, 3) uint8, what an encoder with this framing looks at, where one was asked for.
    """

    name: str
    photo: CanonicalPhoto | None = None
    people: tuple[Landmarks, ...] = ()
    image_hash: int = 0
    label: str | None = None
    error: Exception | None = None
    folders: bool = False
    framing: Framing | None = None
    picture: NDArray[np.uint8] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NewPhoto:
    """A photo about to be kept, with what was seen in it. `group` None starts a group of its own.

    added_at: when it was added to the lab that it comes from; now unless given.
    """

    photo: CanonicalPhoto
    key: str
    who: str
    source: str
    consent: Consent
    pose_model: str
    people: tuple[Landmarks, ...]
    image_hash: int
    group: int | None = None
    holdout: bool = False
    added_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outgoing:
    """A photo on its way out of the lab, with what coaches said of it. `read` returns its file when asked.

    pose is None where nobody named one; people holds every skeleton, the chosen one first. told: everything
    that is known of it, for another lab; None where only this much may leave. answer: what coaches said in all,
    a kind of label or "disputed"; empty where nobody has said anything.
    """

    photo: Photo
    pose: Pose | None
    side: str | None
    coaches: tuple[str, ...]
    labelled_at: datetime | None
    people: tuple[Landmarks, ...]
    read: Callable[[], bytes]
    told: Told | None = None
    answer: str = ""

    @property
    def split(self) -> str:
        """ "test" for the hold-out, which no version was taught, else "train"."""
        return "test" if self.photo.holdout else "train"
