"""What importing costs, and how long files and functions may grow."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = {
    *("torch", "torchvision", "open_clip", "mediapipe", "gradio", "sqlalchemy", "huggingface_hub", "sklearn"),
    *("scipy", "numpy", "PIL", "cv2", "pyarrow"),
}
# Generous beside what we hold to (300 and 40): this catches what got out of hand, not one line too many.
LONGEST_FILE = 350
LONGEST_FUNCTION = 60
# A test that tells one long story reads better whole.
LONGEST_TEST_FILE, LONGEST_TEST = 400, 100


def loaded_by(statement: str) -> set[str]:
    """Names of the libraries in memory after a fresh interpreter ran the statement."""
    code = f"{statement}\nimport sys, json\nprint(json.dumps(sorted({{n.split('.')[0] for n in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_package_loads_no_heavy_library() -> None:
    assert loaded_by("import yogalab") & HEAVY == set()


def test_help_loads_no_model_and_no_page() -> None:
    statement = (
        "import sys; sys.argv = ['yogalab', '--help']\n"
        "from yogalab.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )
    heavy = {"torch", "open_clip", "mediapipe", "gradio", "sqlalchemy", "huggingface_hub", "sklearn", "scipy"}
    assert loaded_by(statement) & heavy == set()


def code_files() -> list[Path]:
    folders = ("yogalab", "tests", "db")
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", code_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    is_test = path.is_relative_to(ROOT / "tests")
    assert len(text.splitlines()) <= (LONGEST_TEST_FILE if is_test else LONGEST_FILE)
    longest = LONGEST_TEST if is_test else LONGEST_FUNCTION
    assert [name for name, lines in functions(text) if lines > longest] == []


def functions(text: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
