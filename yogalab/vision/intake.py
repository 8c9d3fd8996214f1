"""Many files to photos with skeletons: on all cores, in order, one bad file never stopping the rest."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from yogalab.errors import UnreadablePhoto
from yogalab.records import CanonicalPhoto, Framing, Intake, Upload
from yogalab.vision import archive, photo
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.look import look, refused
from yogalab.vision.names import display_name
from yogalab.vision.worker import Worker, WorkerDied

# Starting processes takes as long as looking at about this many photos does.
HANDFUL: Final = 16
# Enough in flight to keep the workers busy while whoever asks writes a batch to disk.
_AHEAD_PER_WORKER: Final = 16
_AHEAD_BYTES: Final = 64 * 2**20


class ParallelReader:
    """Reads photos here while they are a handful, else in processes of their own.

    processes: how many; by default one per core, because BlazePose keeps one core busy.
    """

    def __init__(self, landmarker: BlazePose, *, processes: int | None = None, handful: int = HANDFUL) -> None:
        self._landmarker = landmarker
        self._processes = processes or _cores()
        self._handful = handful

    def canonical(self, name: str, data: bytes) -> CanonicalPhoto:
        """Return the photo in a file. Raises PhotoError."""
        return photo.canonical(name, data)

    def frame(self, name: str, data: bytes) -> photo.Pixels:
        """Return the pixels of a camera's frame. Raises PhotoError."""
        return photo.frame(name, data)

    def thumbnail(self, data: bytes, edge: int) -> bytes:
        """Return a kept photo as a WebP whose longer side is at most `edge` pixels."""
        return photo.thumbnail(data, edge)

    def unpack(self, upload: Upload) -> Iterator[Upload]:
        """Yield the files in a zip, or the file itself. Raises BadArchive."""
        return archive.unpack(upload)

    def unpack_file(self, path: Path, *, label: str | None = None, folders: bool = False) -> Iterator[Upload]:
        """Yield the files in a zip on disk, or the file itself. Raises BadArchive."""
        return archive.unpack_file(path, label=label, folders=folders)

    def read_many(self, uploads: Iterable[Upload], *, framing: Framing | None = None) -> Iterator[Intake]:
        """Yield one Intake per file, in order; lazily, holding at most 64 MB of files beside one.

        framing: of the encoder that will look at them: its pictures are made where the photo is decoded.

        Raises:
            PoseModelMissing: BlazePose cannot be loaded.
        """
        coming = iter(uploads)
        head: list[Upload] = []
        size = 0
        for upload in coming:
            head.append(upload)
            size += len(upload.data)
            if len(head) > self._handful or size > _AHEAD_BYTES:
                yield from self._in_processes(chain(head, coming), framing)
                return
        for upload in head:
            yield look(upload, self._landmarker, framing)

    def _in_processes(self, uploads: Iterator[Upload], framing: Framing | None) -> Iterator[Intake]:
        workers = [Worker(self._landmarker.folder, self._landmarker.model) for _ in range(self._processes)]
        free: SimpleQueue[Worker] = SimpleQueue()
        for worker in workers:
            free.put(worker)
        threads = ThreadPoolExecutor(max_workers=len(workers), thread_name_prefix="photos")
        ahead: deque[tuple[int, Future[Intake]]] = deque()
        size = 0
        try:
            for upload in uploads:
                ahead.append((len(upload.data), threads.submit(_look_apart, free, upload, framing)))
                size += len(upload.data)
                while ahead and (len(ahead) > _AHEAD_PER_WORKER * len(workers) or size > _AHEAD_BYTES):
                    done, future = ahead.popleft()
                    size -= done
                    yield future.result()
            while ahead:
                yield ahead.popleft()[1].result()
        finally:
            threads.shutdown(wait=True, cancel_futures=True)
            for worker in workers:
                worker.close()


def _look_apart(free: SimpleQueue[Worker], upload: Upload, framing: Framing | None) -> Intake:
    """Look at one file in the next free process; a file that ends two processes is refused."""
    worker = free.get()
    try:
        for _ in range(2):
            try:
                return worker.look(upload, framing)
            except WorkerDied:
                continue
        return refused(upload, UnreadablePhoto(name=display_name(upload.name)))
    finally:
        free.put(worker)


def _cores() -> int:
    """Return how many cores this process may use, which in a container is fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
