"""Encodes the parts of an archive, one after another: read, looked at, embedded, written down."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Protocol

from yogalab.errors import FileMissing, YogaLabError
from yogalab.ports import ArchiveFiles, Encoder, PhotoFiles, Pixels
from yogalab.records import ArchivePart, EncodedFile, Framing, Intake, Matrix, PartDone, Upload, persons

# So many files are held at once, and as many again on their way: memory is flat, whatever the archive holds.
BATCH: Final = 16
_READERS: Final = 4


class Looks(Protocol):
    """What sees a file."""

    def look(self, upload: Upload, framing: Framing | None = None) -> Intake: ...

    def close(self) -> None: ...


class Clerk:
    """Does one part at a time. Each worker has one of its own; the same part is always the same bytes.

    looker: sees the files. encoder: sees the photos, None for skeletons alone.
    sheet: files of a part -> the bytes of its table.
    """

    def __init__(
        self,
        source: ArchiveFiles,
        target: PhotoFiles,
        looker: Looks,
        encoder: Encoder | None,
        sheet: Callable[[Sequence[EncodedFile]], bytes],
    ) -> None:
        self._source = source
        self._target = target
        self._looker = looker
        self._encoder = encoder
        self._sheet = sheet
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="archive")

    def __call__(self, order: str) -> str:
        """As `encode`, for workers on other machines: JSON in, JSON out."""
        return self.encode(ArchivePart.from_json(order)).to_json()

    def encode(self, part: ArchivePart) -> PartDone:
        """Write one part's file, whole, in place of any before.

        Raises PoseModelMissing, PhotosUnreachable, DiskFull, EncoderError.
        """
        start = time.perf_counter()
        rows = [row for batch in self._read(part.keys) for row in self._encoded(batch)]
        self._target.put(part.name, self._sheet(rows))
        photos = [row for row in rows if row.sha256]
        return PartDone(
            number=part.number,
            photos=len(photos),
            nobody=sum(not persons(row.people) for row in photos),
            refused=len(rows) - len(photos),
            seconds=time.perf_counter() - start,
            pid=os.getpid(),
        )

    def close(self) -> None:
        """Let go of the looker's process."""
        self._readers.shutdown(cancel_futures=True)
        self._looker.close()

    def _read(self, keys: Sequence[str]) -> Iterator[list[Upload]]:
        """Batches of files; while one is looked at, the next is read."""
        batches = [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]
        ahead = self._asked(batches[0]) if batches else []
        for number in range(len(batches)):
            here = ahead
            ahead = self._asked(batches[number + 1]) if number + 1 < len(batches) else []
            yield [one.result() for one in here]

    def _asked(self, keys: Sequence[str]) -> list[Future[Upload]]:
        return [self._readers.submit(self._upload, key) for key in keys]

    def _upload(self, key: str) -> Upload:
        try:
            return Upload(name=key, data=self._source.read(key))
        except FileNotFoundError:
            return Upload(name=key, data=b"", error=FileMissing(name=key))

    def _encoded(self, uploads: Sequence[Upload]) -> list[EncodedFile]:
        framing = self._encoder.framing if self._encoder else None
        intakes = [self._looker.look(upload, framing) for upload in uploads]
        seen = [intake for intake in intakes if intake.photo is not None]
        vectors = iter(self._encoder.encode_photos([self._shown(one) for one in seen]) if self._encoder else ())
        return [
            _row(upload, intake, next(vectors, None) if intake.photo else None)
            for upload, intake in zip(uploads, intakes, strict=True)
        ]

    def _shown(self, intake: Intake) -> Pixels:
        """What the encoder looks at: made where the photo was decoded, where it was told how."""
        assert self._encoder is not None
        assert intake.photo is not None
        if intake.picture is not None:
            return intake.picture
        return self._encoder.picture(intake.photo.pixels, intake.people[0] if intake.people else None)


def _row(upload: Upload, intake: Intake, embedding: Matrix | None) -> EncodedFile:
    """Numbers alone: a part's photos would not all fit into memory."""
    digest = hashlib.sha256(upload.data).hexdigest() if upload.data else ""
    if intake.photo is None:
        return EncodedFile(key=upload.name, source_sha256=digest, error=_code(intake.error))
    return EncodedFile(
        key=upload.name,
        source_sha256=digest,
        sha256=intake.photo.sha256,
        width=intake.photo.width,
        height=intake.photo.height,
        people=intake.people,
        image_hash=intake.image_hash,
        embedding=embedding,
    )


def _code(error: Exception | None) -> str:
    return error.code if isinstance(error, YogaLabError) else "error"
