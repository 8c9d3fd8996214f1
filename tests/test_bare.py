"""A published version, used as its card says where nothing of YogaLab is: the card's lines, not ours."""

from __future__ import annotations

import importlib.metadata as metadata
import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from packaging.requirements import Requirement
from PIL import Image

from tests.drawn_heads import POSES, taught
from tests.hub_server import HubServer
from yogalab.poses.figures import draw_person
from yogalab.predictor import load
from yogalab.publishing import wheel
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.publishing.versions import FolderVersions
from yogalab.settings import Settings

ROOT = Path(__file__).parents[1]
SITE = sysconfig.get_paths()["purelib"]
REPO = "coach/poses"


@dataclass(frozen=True)
class Published:
    """A version on a test hub: its folder here, and its card as anybody reads it there."""

    server: HubServer
    folder: Path
    card: str

    def lines(self, language: str) -> list[str]:
        return re.findall(rf"```{language}\n(.*?)```", self.card, re.DOTALL)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    home = tmp_path_factory.mktemp("lab")
    folder = FolderVersions(home / "versions").save(taught(), fingerprint="abc123", facts={"labels": 12})
    with HubServer() as server:
        hub = HuggingFaceHub(Settings(home=home, hub_endpoint=server.url), token="hf_coach")
        hub.publish(folder, REPO, tag="v0001", message="Version 1", private=False)
        card = server.repos.model(REPO).head.tree["README.md"].data.decode()
        yield Published(server, folder, card)


def test_the_wheel_asks_for_what_pyproject_says() -> None:
    depended = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"])
    # OpenCV comes with MediaPipe, in its own build.
    depended = {one for one in depended if not one.startswith("opencv")}
    asked = {*wheel.REQUIRES, *(one for some in wheel.EXTRAS.values() for one in some)}
    assert asked == depended, "pyproject changed: bring yogalab/publishing/wheel.py up to date"
    assert wheel.build() == wheel.build()


def test_the_cards_first_line_installs_yogalab_from_the_repository(
    published: Published, tmp_path: Path
) -> None:
    site = installed(published, tmp_path, published.lines("bash")[0])
    assert (site / "yogalab" / "predictor.py").is_file()
    assert (site / "yogalab" / "_data" / "models" / "drawn.safetensors").is_file()


def test_a_private_version_works_by_its_cards_own_lines_where_nothing_else_is(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(published.server.repos.model(REPO), "private", True)
    site = installed(published, tmp_path, published.lines("bash")[1])
    photo = Image.fromarray(draw_person(POSES[0], np.random.default_rng(9))[0])
    photo.save(tmp_path / "photo.jpg", quality=95)
    told = run(published, tmp_path, site, published.lines("python")[0])

    assert Path(told["from"]).is_relative_to(site)
    assert told["loaded"] == []
    assert told["found"]
    here = load(published.folder, settings=Settings(home=tmp_path / "here")).predict(tmp_path / "photo.jpg")
    expected = {scored.slug: scored.probability for scored in here.poses}
    assert told["poses"] == pytest.approx(expected, abs=1e-4)
    with capsys.disabled():
        most = max(abs(told["poses"][slug] - share) for slug, share in expected.items())
        print(f"\nin a bare environment: off by {most:.1e}; seconds {told['seconds']}")


def installed(published: Published, folder: Path, lines: str) -> Path:
    """Run a card's lines for the shell; return where YogaLab lies then.

    What pip would fetch from a package index is here already: only YogaLab itself is installed.
    """
    site = folder / "site"
    pip = {"PIP_TARGET": str(site), "PIP_NO_DEPS": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    # This line would fetch the client that brings the command `hf`, which is here.
    ours = [line for line in lines.splitlines() if line != "pip install huggingface_hub"]
    shell = ["bash", "-euc", "\n".join(ours)]
    subprocess.run(shell, env=bare(published, folder) | pip, cwd=folder, check=True, capture_output=True)
    return site


def run(published: Published, folder: Path, site: Path, lines: str) -> dict[str, Any]:
    """Run a card's lines for Python with nothing but what the wheel asks for; return what `bare` tells."""
    script = [str(ROOT / "tests" / "bare.py"), str(forbidden(site, folder)), str(site), SITE]
    done = subprocess.run(
        [sys.executable, "-I", "-S", *script],
        input=lines,
        env=bare(published, folder),
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def bare(published: Published, home: Path) -> dict[str, str]:
    """An environment with this Python's programs, the test hub, and nothing of ours."""
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {"PATH": programs, "HOME": str(home), "HF_ENDPOINT": published.server.url, "HF_HUB_DISABLE_XET": "1"}
    return env | {"HF_TOKEN": "hf_coach"}


def forbidden(site: Path, folder: Path) -> Path:
    """A file naming the modules of everything installed here that the wheel does not ask for."""
    (wanted,) = metadata.distributions(path=[str(site)])
    allowed, waiting = set(), [Requirement(one) for one in wanted.requires or []]
    while waiting:
        one = waiting.pop()
        name = canonical(one.name)
        if (one.marker is None or one.marker.evaluate({"extra": ""})) and name not in allowed:
            allowed.add(name)
            try:
                waiting += [Requirement(text) for text in metadata.requires(name) or []]
            except metadata.PackageNotFoundError:
                continue  # such as the OpenCV that stands in for MediaPipe's here
    assert "gradio" not in allowed
    assert "sqlalchemy" not in allowed
    names = [
        module
        for module, distributions in metadata.packages_distributions().items()
        if module not in {"cv2", "yogalab"} and not allowed & {canonical(one) for one in distributions}
    ]
    file = folder / "forbidden.json"
    file.write_text(json.dumps(names))
    assert {"gradio", "sqlalchemy", "torch", "typer", "jinja2"} <= set(names)
    return file


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
