"""Files that could not become photos."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError


class PhotoError(YogaLabError):
    """One file could not become a photo. Data: `name`."""


class UnreadablePhoto(PhotoError):
    """The bytes are no image, or a damaged one."""

    code = "photo.unreadable"


class UnsupportedPhoto(PhotoError):
    """The format is one we do not read. Data: `name`, `format`."""

    code = "photo.unsupported"


class EmptyFile(PhotoError):
    """Zero bytes."""

    code = "photo.empty"


class PhotoTooLarge(PhotoError):
    """More bytes or pixels than allowed. Data: `name`, `megabytes` or `megapixels`, `limit`."""

    code = "photo.too_large"


class PhotoWrongShape(PhotoError):
    """Too small or too elongated to show a person. Data: `name`, `width`, `height`."""

    code = "photo.wrong_shape"


class BadArchive(PhotoError):
    """A zip that cannot be unpacked; this very class: it is damaged. Data: `name`."""

    code = "photo.bad_archive"


class ArchiveLocked(BadArchive):
    """A zip that wants a password. Data: `name`."""

    code = "photo.archive_locked"


class ArchiveTooLarge(BadArchive):
    """A zip of more bytes than allowed, packed or unpacked. Data: `name`, `size`, `limit`."""

    code = "photo.archive_too_large"


class ArchiveTooMany(BadArchive):
    """A zip of more files than allowed. Data: `name`, `files`, `limit`."""

    code = "photo.archive_too_many"


class ArchiveBomb(BadArchive):
    """A zip that would unpack to far more than photos can. Data: `name`."""

    code = "photo.archive_bomb"


class BadVideo(PhotoError):
    """A clip without a picture that can be read: damaged, or of a format we do not know. Data: `name`."""

    code = "photo.bad_video"


class VideoTooLong(PhotoError):
    """A clip of more minutes than allowed. Data: `name`, `length`, `limit`."""

    code = "photo.video_too_long"


class VideoTooLarge(PhotoError):
    """A clip of more bytes than allowed. Data: `name`, `size`, `limit`."""

    code = "photo.video_too_large"


class VideoBreaksOff(PhotoError):
    """A clip that ends before it says; its frames until then were taken. Data: `name`, `at`."""

    code = "photo.video_breaks_off"


class ConsentMissing(YogaLabError):
    """Photos were offered without saying whether the people shown agree."""

    code = "photo.consent_missing"


class PhotoNotFound(YogaLabError):
    """No photo has this id (any more). Data: `photo_id`."""

    code = "photo.not_found"


class ConsentNotYours(YogaLabError):
    """A coach says for photos that they added who agreed. Data: `n`, how many of these others added."""

    code = "photo.consent_not_yours"


class NotYours(YogaLabError):
    """A coach deletes photos that they added and nobody else has labelled. Data: `n`, how many are not so."""

    code = "photo.not_yours"
