"""YogaLab itself as one file that pip installs: it lies beside each published version.

So whoever is given a version needs no checkout, no package index that knows YogaLab, and neither git nor
git-lfs: a wheel comes over plain HTTPS from the repository's own address, and is the code that published the
version. Its bare requirements are what naming poses takes; the extra `clip` is for versions that see through
open_clip, `lab` for the pages and everything else.

Format: https://packaging.python.org/specifications/binary-distribution-format
"""

from __future__ import annotations

import hashlib
import io
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from yogalab import __version__
from yogalab.resources import resource

PYTHON: Final = ">=3.11,<3.13"
# As in pyproject.toml, letter by letter. OpenCV is left out: MediaPipe brings its own build of it.
REQUIRES: Final = (
    *("filelock>=3.16,<5", "ftfy>=6.3,<7", "httpx2>=2,<3", "huggingface_hub>=2.4,<3", "mediapipe==0.10.21"),
    *("numpy>=1.26,<2", "onnxruntime>=1.20,<2", "pillow>=11,<13", "pillow-heif>=1.0,<2"),
    *(
        "platformdirs>=4.3,<5",
        "regex>=2024.11",
        "safetensors>=0.5,<1",
        "scipy>=1.14,<2",
        "threadpoolctl>=3.5,<4",
    ),
)
EXTRAS: Final = {
    "clip": ("open_clip_torch>=3.3,<4", "torch>=2.8,<3"),
    "lab": (
        *(
            "alembic>=1.20,<2",
            "argon2-cffi>=23.1,<26",
            "authlib>=1.6,<2",
            "fsspec>=2025.3",
            "gradio[mcp]>=6.31,<7",
        ),
        *(
            "jinja2>=3.1,<4",
            "joserfc>=1,<2",
            "matplotlib>=3.9,<4",
            "open_clip_torch>=3.3,<4",
            "polib>=1.2,<2",
            "pyarrow>=18,<25",
        ),
        *("rich>=13.9,<16", "scikit-learn>=1.6,<2", "sqlalchemy>=2.1,<2.2", "torch>=2.8,<3", "typer>=0.15,<1"),
    ),
}
_PACKAGE: Final = Path(__file__).resolve().parents[1]
# By kind and not by folder alone: a photo that strayed into one of them stays at home.
_KINDS: Final = frozenset(
    {".py", ".typed", ".js", ".css", ".svg", ".html", ".json", ".toml", ".woff2", ".po", ".mako"}
    | {".md", ".safetensors", ".onnx", ".gz"}
)
# Packed anyway: deflating them again takes most of the time and saves nothing.
_DENSE: Final = frozenset({".safetensors", ".gz", ".woff2"})


def name() -> str:
    """Return the wheel's file name, by which pip knows it."""
    return f"yogalab-{__version__}-py3-none-any.whl"


def build() -> tuple[str, bytes]:
    """Return the wheel's name and its bytes; the same code gives the same bytes."""
    file, records = io.BytesIO(), []
    with ZipFile(file, "w") as archive:
        for path, content in _contents():
            # A fixed date, so that the same code is the same file.
            entry = ZipInfo(path)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, ZIP_STORED if Path(path).suffix in _DENSE else ZIP_DEFLATED)
            digest = urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            records.append(f"{path},sha256={digest},{len(content)}")
        record = f"{_info()}/RECORD"
        archive.writestr(ZipInfo(record), "\n".join([*records, f"{record},,"]) + "\n", ZIP_DEFLATED)
    return name(), file.getvalue()


def _contents() -> Iterator[tuple[str, bytes]]:
    """(path inside, bytes) in order of path."""
    found = dict(_below(_PACKAGE, "yogalab"))
    for folder in ("db", "models"):
        found |= dict(_below(resource(folder), f"yogalab/_data/{folder}"))
    for path in sorted(found):
        yield path, found[path].read_bytes()
    yield f"{_info()}/METADATA", _metadata().encode()
    yield (
        f"{_info()}/WHEEL",
        b"Wheel-Version: 1.0\nGenerator: yogalab\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    )
    yield f"{_info()}/entry_points.txt", b"[console_scripts]\nyogalab = yogalab.cli:main\n"


def _below(folder: Path, inside: str) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        hidden = any(part.startswith((".", "_data", "__pycache__")) for part in relative.parts)
        if path.suffix in _KINDS and not hidden and path.is_file() and not path.is_symlink():
            yield f"{inside}/{relative.as_posix()}", path


def _info() -> str:
    return f"yogalab-{__version__}.dist-info"


def _metadata() -> str:
    lines = [
        "Metadata-Version: 2.3",
        "Name: yogalab",
        f"Version: {__version__}",
        "Summary: Names the yoga pose in a photo, as a yoga coach taught it.",
        "License-Expression: Apache-2.0",
        f"Requires-Python: {PYTHON}",
        *(f"Requires-Dist: {one}" for one in REQUIRES),
    ]
    for extra, requires in EXTRAS.items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {one}; extra == "{extra}"' for one in requires]
    return "\n".join(lines) + "\n"
