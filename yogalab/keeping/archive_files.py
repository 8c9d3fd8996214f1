"""An archive of photos anywhere: a folder, or any storage that fsspec knows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from yogalab.errors import FileMissing
from yogalab.keeping.photo_storage import reached, storage_at

# What people call photos. Anything else lies beside them, or is opened by `yogalab add`: archives and clips.
PHOTO_ENDINGS: Final = frozenset(
    (
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".webp",
        ".heic",
        ".heif",
        ".tif",
        ".tiff",
        ".gif",
        ".bmp",
        ".avif",
    )
)


class StoredArchive:
    """See `yogalab.ports.ArchiveFiles`. Nothing is ever written there."""

    def __init__(self, address: str) -> None:
        """Raises StorageMissing, BadSetting, PhotosUnreachable."""
        self._storage, root, self._name = storage_at(address)
        self._root = root.rstrip("/")

    def found(self) -> Sequence[tuple[str, int]]:
        """As in the port. Raises FileMissing."""
        with reached(self._name):
            files = self._storage.find(self._root, detail=True)
            if not files and not self._storage.exists(self._root):
                raise FileMissing(name=self._name)
        prefix = f"{self._root}/"
        keys = ((path.removeprefix(prefix), int(facts.get("size") or 0)) for path, facts in files.items())
        return sorted((key, size) for key, size in keys if _is_photo(key))

    def read(self, key: str) -> bytes:
        with reached(self._name):
            return bytes(self._storage.cat_file(f"{self._root}/{key}"))


def _is_photo(key: str) -> bool:
    path = PurePosixPath(key)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() in PHOTO_ENDINGS and not hidden
