"""The Space itself: what lies in spaces/, and the app started from a copy of what would be uploaded."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from huggingface_hub import SpaceCard

from tests.staged_space import without_checkout
from yogalab.publishing.space import dependency_digest, plan, stage

ROOT = Path(__file__).parents[1]
SPACES = ROOT / "spaces"


def pins() -> dict[str, str]:
    lines = (SPACES / "requirements.txt").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][\w.]*", line) for line in wanted), (
        "exact, and without hashes"
    )
    return dict(line.split("==") for line in wanted)


def depended_on() -> set[str]:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    return {re.match(r"[\w.-]+", line).group() for line in dependencies}  # type: ignore[union-attr]


def test_no_python_lies_in_spaces() -> None:
    assert {path.name for path in SPACES.iterdir()} == {"README.md", "requirements.txt", "packages.txt"}


def test_the_requirements_keep_up_with_pyproject() -> None:
    digest = dependency_digest(ROOT / "pyproject.toml")
    assert f"sha256 {digest}" in (SPACES / "requirements.txt").read_text(), (
        f"pyproject changed: bring spaces/requirements.txt up to date, then write sha256 {digest} there"
    )
    # Gradio comes with the Space's sdk_version; OpenCV with MediaPipe, as the file says.
    assert depended_on() - set(pins()) == {"gradio", "opencv-python-headless"}
    assert set(pins()) - depended_on() == {"spaces", "torchvision", "psycopg", "psycopg-binary"}


def test_the_pins_are_within_pyprojects_ranges_and_zerogpus() -> None:
    for name, pinned in pins().items():
        if name not in {"spaces", "torch", "torchvision"}:
            # What the tests run with is what the Space gets.
            assert importlib.metadata.version(name) == pinned, name
    major, minor = (int(part) for part in pins()["torch"].split(".")[:2])
    assert (2, 8) <= (major, minor) < (2, 12)


def test_the_front_matter_is_what_the_hub_reads() -> None:
    data = SpaceCard((SPACES / "README.md").read_text()).data.to_dict()
    assert data["sdk"] == "gradio"
    assert data["sdk_version"] == importlib.metadata.version("gradio")
    assert data["python_version"] == "3.12"
    assert data["app_file"] == "app.py"
    assert data["license"] == "apache-2.0"
    assert len(data["short_description"]) <= 60
    assert data["hf_oauth"] is True
    # "openid" and "profile" come with it; nothing here acts in somebody's name on the Hub.
    assert "hf_oauth_scopes" not in data


def test_mediapipes_opencv_finds_its_libraries() -> None:
    assert (SPACES / "packages.txt").read_text().split() == ["libgl1", "libglib2.0-0"]


def test_nothing_that_git_ignores_would_travel() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    sources = {file.source.relative_to(ROOT).as_posix() for file in plan(ROOT)}
    ignored = subprocess.run(
        ["git", "check-ignore", "--no-index", *sources], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ignored.stdout == ""
    assert sources >= {"app.py", "yogalab/__init__.py", "models/card.md", "db/env.py"}
    # Everything in the package is needed there: pages, styles and languages as well as Python.
    inside = {one for one in tracked.stdout.splitlines() if one.startswith("yogalab/")}
    assert sorted(inside - sources) == []


# --- started as a Space starts it ----------------------------------------------------------------

START = """
import sys
import app, yogalab
assert yogalab.__file__.startswith(sys.argv[1]), yogalab.__file__
# What used to crash: Gradio takes a folder of this name for the package, at the first event.
for event in app.demo.fns.values():
    assert event.fn is None or callable(event.fn)
print("started", type(app.demo).__name__)
"""


def on_a_space(staged: Path, home: Path, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the staged copy, with nothing of this checkout in reach but the installed libraries."""
    ours = ("YOGALAB_", "GRADIO_SERVER")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    path = os.pathsep.join((str(staged), str(without_checkout(home / "isolated"))))
    clean |= {"SYSTEM": "spaces", "SPACE_ID": "coach/lab", "YOGALAB_HOME": str(home), "HF_HUB_OFFLINE": "1"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=staged,
        env=clean | {"PYTHONPATH": path, **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stage(ROOT, tmp_path_factory.mktemp("space") / "repository")


@pytest.mark.slow
def test_the_app_starts_from_what_would_be_uploaded(staged: Path, tmp_path: Path) -> None:
    done = on_a_space(staged, tmp_path, "-c", START, str(staged), YOGALAB_PASSWORD="open sesame")
    assert done.returncode == 0, done.stderr
    assert "started" in done.stdout
    assert not (staged / "spaces").exists()


@pytest.mark.slow
def test_without_a_password_it_does_not_start(staged: Path, tmp_path: Path) -> None:
    done = on_a_space(staged, tmp_path, "app.py")
    assert done.returncode != 0
    assert "YOGALAB_PASSWORD" in done.stderr
    assert "Traceback" not in done.stderr
