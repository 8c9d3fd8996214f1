"""Running the lab on a Hugging Face Space: what travels there, and a copy to try it with."""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yogalab.errors import SourceMissing

# Everything that travels. The folder spaces/ itself must not: Gradio would take it for the package `spaces`.
_ROOT_FILES: Final = {
    "README.md": "spaces/README.md",
    "requirements.txt": "spaces/requirements.txt",
    "packages.txt": "spaces/packages.txt",
    "app.py": "app.py",
    "LICENSE": "LICENSE",
}
# By kind and not by folder alone: a photo or a database that strayed into one of them stays at home.
_FOLDERS: Final = {
    "yogalab": frozenset({".py", ".typed", ".js", ".css", ".svg", ".html", ".json", ".toml", ".woff2", ".po"}),
    "db": frozenset({".py", ".mako"}),
    "models": frozenset({".toml", ".md", ".json", ".safetensors", ".onnx", ".gz"}),
}


@dataclass(frozen=True, slots=True)
class SpaceFile:
    """One file of a Space: where it goes, and where it comes from."""

    path: str
    source: Path

    @property
    def size(self) -> int:
        """Bytes."""
        return self.source.stat().st_size


def plan(root: Path) -> tuple[SpaceFile, ...]:
    """Return exactly what would be uploaded from a checkout, by path.

    Raises:
        SourceMissing: `root` is not a checkout of YogaLab.
    """
    files = []
    for path, kept_at in _ROOT_FILES.items():
        if not (root / kept_at).is_file():
            raise SourceMissing(folder=str(root), missing=kept_at)
        files.append(SpaceFile(path, root / kept_at))
    for folder, kinds in _FOLDERS.items():
        if not (root / folder).is_dir():
            raise SourceMissing(folder=str(root), missing=folder)
        for source in (root / folder).rglob("*"):
            relative = source.relative_to(root)
            hidden = any(part.startswith(".") or part == "__pycache__" for part in relative.parts)
            if source.suffix in kinds and source.is_file() and not source.is_symlink() and not hidden:
                files.append(SpaceFile(relative.as_posix(), source))
    return tuple(sorted(files, key=lambda file: file.path))


def stage(root: Path, target: Path) -> Path:
    """Copy what would be uploaded into an empty or new folder and return it.

    Raises:
        SourceMissing: `root` is not a checkout of YogaLab.
        FileExistsError: `target` holds something already.
    """
    files = plan(root)
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise FileExistsError(target)
    for file in files:
        copy = target / file.path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.source, copy)
    return target


def dependency_digest(pyproject: Path) -> str:
    """Return a checksum of what pyproject.toml depends on: a test notices when the Space lags behind."""
    dependencies = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["dependencies"]
    return hashlib.sha256("\n".join(sorted(dependencies)).encode()).hexdigest()
