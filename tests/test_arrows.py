"""Which room may import which, and which room owns which library, read from every file's imports.

The rooms and the reasons are in README ("Where things are"). Imports under TYPE_CHECKING and inside functions
count like any other: a type that is only named still ties two rooms together.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "yogalab"

# Values and contracts: everybody may import these.
SHARED = {"records", "errors", "skeleton", "bounding", "ports", "resources", "overlay", "reports"}
OUTER = {"settings", "redaction"}
EDGE = {"lab", "settings", "redaction", "words", "wiring"}
ROOMS = {"vision", "learning", "training", "poses", "asking", "keeping", "publishing", "exchange", "jobs"}

MAY: dict[str, set[str]] = {
    "records": set(),
    "errors": set(),
    "skeleton": set(),
    "bounding": set(),
    "overlay": set(),
    "reports": set(),
    "ports": set(),
    "resources": set(),
    "client": set(),  # a folder that other programs may copy
    "settings": set(),
    "redaction": set(),
    "__init__": {"predictor"},
    "__main__": {"cli"},
    "words": set(),
    "poses": set(),
    "learning": {"poses"},
    "asking": set(),
    "lab": {"poses", "learning", "asking"},
    "vision": OUTER,
    "training": OUTER | {"learning", "poses"},  # teaches what learning then carries as plain arrays
    "keeping": OUTER,
    "publishing": OUTER,
    "exchange": OUTER,
    "jobs": OUTER,
    "wiring": {"lab", "settings", "workers", "portable"} | ROOMS,
    "predictor": {"settings"} | ROOMS,
    "workers": {"wiring", "settings", "jobs", "publishing"},  # what processes run that only work
    # Wiring for archives, without a lab.
    "archiving": {"settings", "lab", "keeping", "vision", "exchange", "jobs"},
    "portable": {"settings", "learning", "poses", "vision"},  # wiring for a version as one file
    "workbench": {"settings", "training", "vision", "poses"},  # wiring that loads PyTorch at once
    "ui": EDGE,
    "cli": EDGE | {"ui", "bench", "predictor", "workbench", "workers", "archiving"},
    "bench": EDGE | {"learning", "poses", "asking", "workbench", "archiving"},
}

ROOT_NAMES = {"__init__", "__version__", "load"}

# What is measured beside a lab, or on the way to one, must not pay for loading a whole lab.
EXCEPTIONS = {"bench/bare.py": {"vision"}, "bench/archive.py": {"vision"}, "bench/first_photo.py": {"vision"}}

# The package `spaces`, which only a Space has, and which looks for more than a folder of that name.
LENT = ("zero_gpu.py", "spaces")

# A library's one room. Others get what they need through a port.
OWNERS: dict[str, set[str]] = {
    "gradio": {"ui"},
    "gradio_client": {"ui"},
    "fastapi": {"ui"},
    "starlette": {"ui"},
    "uvicorn": {"ui"},
    "sqlalchemy": {"keeping"},
    "alembic": {"keeping"},
    "fsspec": {"keeping"},
    "sqlite3": {"keeping", "bench"},  # the bench commits by hand to know what a bare commit costs
    "open_clip": {"vision"},
    "mediapipe": {"vision"},
    "onnxruntime": {"vision"},
    "onnx": {"vision"},
    "ftfy": {"vision"},
    "cv2": {"vision", "training"},  # training turns photos about and paints people
    "pillow_heif": {"vision"},
    "torch": {"vision", "training"},
    "torchvision": {"vision", "training"},
    "huggingface_hub": {"publishing", "vision"},
    "sklearn": {"learning", "bench"},
    "scipy": {"learning", "asking", "poses", "bench"},
    "ray": {"jobs", "vision"},  # long work, and archives to be encoded
    "typer": {"cli"},
    "click": {"cli"},
    "rich": {"cli", "bench"},
    "pyarrow": {"exchange"},
    "jinja2": {"publishing"},
    "matplotlib": {"bench", "publishing"},
    "polib": {"words"},
}


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    """The room a file stands in: its folder below the package, or its own name at the top."""
    inside = path.relative_to(PACKAGE).with_suffix("").parts
    return inside[0]


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything a file imports, relative imports spelled out."""
    package = ("yogalab", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *([node.module] if node.module else [])))
            if module == "yogalab":
                yield from ((node.lineno, f"yogalab.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, module
        elif isinstance(node, ast.Call) and _name(node.func) in {"import_module", "__import__"}:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.lineno, first.value


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def wrong_arrows(path: Path) -> list[str]:
    room = room_of(path)
    wrong = []
    for line, name in imported(path):
        top, *rest = name.split(".")
        where = f"{path.relative_to(ROOT)}:{line}"
        if top == "yogalab":
            target = rest[0] if rest else "__init__"
            if target in ROOT_NAMES:
                continue  # what the package itself offers everybody
            allowed = MAY[room] | SHARED | {room} | EXCEPTIONS.get(path.relative_to(PACKAGE).as_posix(), set())
            if target not in allowed:
                wrong.append(f"{where}: {room} must not import {name}")
        elif room not in OWNERS.get(top, {room}):
            wrong.append(f"{where}: {top} belongs to {', '.join(sorted(OWNERS[top]))}")
    return wrong


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows_point_inwards(path: Path) -> None:
    assert room_of(path) in MAY, f"{path} stands in a room nobody knows"
    assert wrong_arrows(path) == []


def test_nothing_in_the_package_imports_the_folders_beside_it() -> None:
    beside = {"db", "models", "spaces", "tests", "app"}
    found = [
        f"{path}:{line}"
        for path in sources()
        for line, name in imported(path)
        if name.split(".")[0] in beside and (path.name, name.split(".")[0]) != LENT
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "import gradio",
        "from yogalab.keeping import store",
        "from yogalab import keeping",
        "from ..keeping.store import open_store",
        "from .. import keeping",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch",
        "def late():\n    import sqlalchemy.orm",
        "import importlib\nimportlib.import_module('mediapipe')",
    ],
)
def test_every_way_of_importing_is_seen(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader of imports itself: a forbidden import in the learning room is caught however it is written."""
    package = tmp_path / "yogalab"
    room = package / "learning"
    room.mkdir(parents=True)
    file = room / "sneaky.py"
    file.write_text(text)
    monkeypatch.setitem(globals(), "PACKAGE", package)
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert len(wrong_arrows(file)) == 1
