"""A new folder that is there whole or not at all."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yogalab.errors import DiskFull, TargetTaken


@contextmanager
def written_aside(target: Path) -> Iterator[Path]:
    """Give a folder to fill beside `target`; renamed to it at the end, removed when anything goes wrong.

    Raises TargetTaken, DiskFull.
    """
    if target.is_symlink() or (target.exists() and not (target.is_dir() and not any(target.iterdir()))):
        raise TargetTaken(folder=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    # mkdtemp lets nobody else look in, and that stays so: these are photos of people.
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield aside
        if target.exists():
            target.rmdir()
        aside.rename(target)
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        free = shutil.disk_usage(target.parent).free // 2**20
        raise DiskFull(folder=str(target.parent), free_megabytes=free) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
