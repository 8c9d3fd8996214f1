"""One offered file to everything that is known of it."""

from __future__ import annotations

import logging

from yogalab.errors import OutOfMemory, PhotoError, PoseModelMissing, UnreadablePhoto
from yogalab.ports import Landmarker
from yogalab.records import Framing, Intake, Upload
from yogalab.vision.framing import frame
from yogalab.vision.hashing import image_hash
from yogalab.vision.names import display_name
from yogalab.vision.photo import canonical

_log = logging.getLogger(__name__)


def look(upload: Upload, landmarker: Landmarker, framing: Framing | None = None) -> Intake:
    """Return the file as a photo with its skeletons, or with the error that names its trouble.

    framing: of an encoder, whose picture is made too.

    Raises:
        PoseModelMissing: no file can be looked at, whatever is in it.
    """
    if upload.error is not None:
        return refused(upload, upload.error)
    try:
        photo = canonical(upload.name, upload.data)
        people = landmarker.find(photo.pixels) if upload.people is None else upload.people
        hashed = image_hash(photo.pixels)
        picture = frame(photo.pixels, framing, people[0] if people else None) if framing else None
    except (PhotoError, OutOfMemory) as error:
        return refused(upload, error)
    except MemoryError:
        return refused(upload, OutOfMemory(step=display_name(upload.name)))
    except PoseModelMissing:
        raise
    except Exception:
        # Trouble of ours, not of the file: it goes to the log, and the other files go on.
        _log.exception("Looking at a photo failed")
        return refused(upload, UnreadablePhoto(name=display_name(upload.name)))
    return Intake(
        name=photo.name,
        photo=photo,
        people=people,
        image_hash=hashed,
        label=upload.label,
        framing=framing,
        picture=picture,
    )


def refused(upload: Upload, error: Exception) -> Intake:
    """Return the answer for a file that could not be taken in."""
    return Intake(name=display_name(upload.name), label=upload.label, error=error)
