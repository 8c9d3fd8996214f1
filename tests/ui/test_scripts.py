"""The pages' scripts by themselves, run by node's own test runner."""

from __future__ import annotations

import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

NODE = shutil.which("node")
SCRIPTS = Path(__file__).parent / "js"


@pytest.mark.skipif(NODE is None, reason="node is not here")
@pytest.mark.parametrize("test", sorted(SCRIPTS.glob("*.test.mjs")), ids=lambda path: path.name)
def test_scripts(test: Path, tmp_path: Path) -> None:
    # Beside a package.json, so that node takes every script for the module that it is.
    shutil.copytree(SCRIPTS, tmp_path / "js")
    assets = tmp_path / "assets"
    assets.mkdir()
    for script in files("yogalab.ui").joinpath("assets").iterdir():
        if script.name.endswith(".js"):
            (assets / script.name).write_text(script.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    assert NODE is not None
    done = subprocess.run(
        [NODE, "--test", f"js/{test.name}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
