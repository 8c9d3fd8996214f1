"""Finished steps of a long measurement, kept so that a cut-off run goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import yogalab
from yogalab.bench.collection import Collection
from yogalab.resources import resource

# What measured values depend on: whoever changes the code measures anew.
_ROOMS: Final = ("learning", "poses", "asking", "bench")
_LIBRARIES: Final = ("numpy", "scipy", "scikit-learn")
# Older measurements than these are no longer of use to anybody.
_KEPT: Final = 6


class Ledger:
    """step -> its result, one line of JSON each, in a file of its own for all that shares a key.

    A line that a cut-off run left half written is measured again.
    """

    def __init__(self, folder: Path, name: str, key: str, *, anew: bool = False) -> None:
        self._path = folder / f"{name}-{key}.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        if anew:
            self._path.unlink(missing_ok=True)
        self.done: dict[str, Any] = dict(self._lines())
        _drop_old(folder, f"{name}-*.jsonl")

    def add(self, step: str, result: object) -> None:
        """Keep a step's result."""
        line = json.dumps({"step": step, "result": result})
        # Begins with a new line: what a cut-off run left half written spoils only itself.
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
        self.done[step] = json.loads(line)["result"]

    def _lines(self) -> Iterable[tuple[str, Any]]:
        if not self._path.is_file():
            return
        for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                kept = json.loads(line)
                yield kept["step"], kept["result"]
            except (ValueError, KeyError, TypeError):
                continue


def key_of(bench: Collection, *settings: object) -> str:
    """Return what names a measurement: the photos and what was seen in them, the settings, the code."""
    digest = hashlib.sha256(repr(settings).encode())
    for array in (bench.x, bench.y, bench.groups, bench.split):
        digest.update(repr((array.shape, array.dtype.str)).encode() + array.tobytes())
    digest.update(repr([pose.slug for pose in bench.poses]).encode())
    for name, array in sorted(bench.prior.arrays.items()):
        digest.update(name.encode() + array.tobytes())
    # No array of the prior, but a part of it: made anew, it answers otherwise.
    digest.update(resource("models", "drawn.safetensors").read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}".encode())
    digest.update(code_of(*_ROOMS).encode())
    return digest.hexdigest()[:16]


def code_of(*rooms: str) -> str:
    """Return the SHA-256 of the source of some rooms."""
    digest = hashlib.sha256()
    package = Path(yogalab.__file__).parent
    for room in rooms:
        for source in sorted((package / room).rglob("*.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()


def _drop_old(folder: Path, pattern: str) -> None:
    newest = sorted(folder.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest[_KEPT:]:
        path.unlink(missing_ok=True)
