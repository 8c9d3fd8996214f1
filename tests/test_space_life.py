"""The Space from its first start to its last: deployed, signed in to, taught, published, killed, brought back.

`pytest tests/test_space_life.py --pip PYTHON` installs what spaces/requirements.txt names into an environment
of that Python, as the Space's builder does (gigabytes, minutes), and runs all of it there. A Python that has
them already, as an environment made so does, is used as it is.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import numpy as np
import pytest
from huggingface_hub import SpaceCard
from PIL import Image

from tests import oauth_server
from tests.hub_server import HubServer
from tests.oauth_server import User
from tests.staged_space import Browser, StagedSpace, fetched, free_port, gpu_lender, without_checkout
from yogalab.client import Lab, LabError
from yogalab.poses.figures import draw_person
from yogalab.poses.taxonomy import builtin_poses
from yogalab.publishing.deployment import SpaceDeployment
from yogalab.records import SpaceSecret, SpaceWish
from yogalab.settings import Settings

ROOT = Path(__file__).parents[1]
SPACE, VAULT, REPO = "coach/lab", "coach/lab-vault", "coach/poses"
POSES = ("tree", "warrior_2", "downward_dog", "triangle")
OWNER = User(subject="5f00", name="coach")
# More than the minute after which an answer is elsewhere, for machines that do much else.
KEPT_WITHIN_SECONDS = 180


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer() as server:
        yield server


@pytest.fixture
def python(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the Space's packages are: this environment, or a new one made as the builder makes it."""
    base = request.config.getoption("--pip")
    if not base:
        return sys.executable
    if not subprocess.run(
        [base, "-c", "import gradio, spaces.zero"], check=False, capture_output=True
    ).returncode:
        return str(base)
    gradio = SpaceCard((ROOT / "spaces/README.md").read_text()).data.to_dict()["sdk_version"]
    subprocess.run([base, "-m", "venv", tmp_path / "venv"], check=True)
    made = str(tmp_path / "venv/bin/python")
    wanted = [
        "-r",
        str(ROOT / "spaces/requirements.txt"),
        f"gradio[oauth,mcp]=={gradio}",
        "uvicorn",
        "websockets",
    ]
    subprocess.run([made, "-m", "pip", "install", "--no-input", "-q", *wanted], check=True)
    return made


@pytest.fixture
def space(hub: HubServer, python: str, tmp_path: Path) -> Iterator[StagedSpace]:
    """The Space as `deploy` left it: its files, its variables and its secrets, and nothing else."""
    settings = Settings(home=tmp_path, hub_endpoint=hub.url, vault=VAULT, hub_repo=REPO)
    sent = SpaceDeployment(ROOT, SPACE, settings=settings, token="hf_coach")
    sent.deploy(SpaceWish(secrets=frozenset({SpaceSecret.TOKEN}), variables={"YOGALAB_ENCODER": "none"}))
    there, port = hub.spaces.at(SPACE), free_port()
    (tmp_path / "repository").mkdir()
    with oauth_server.provider(OWNER) as provider:
        told = oauth_server.environment(provider, f"127.0.0.1:{port}")
        made = StagedSpace(
            folder=fetched(hub, SPACE, tmp_path / "repository"),
            disk=tmp_path / "disk",
            python=python,
            repo=SPACE,
            given={"HF_ENDPOINT": hub.url, **there.variables, **there.secrets, **told},
            port=port,
        )
        yield made
        made.kill()


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Drawn people, as photos: four poses in turn."""
    folder = tmp_path_factory.mktemp("photos")
    known = {pose.slug: pose for pose in builtin_poses()}
    paths = []
    for number in range(16):
        slug = POSES[number % len(POSES)]
        pixels, _ = draw_person(known[slug], np.random.default_rng([7, number]))
        paths.append(folder / f"{number:02d}_{slug}.png")
        Image.fromarray(pixels).save(paths[-1], "PNG")
    return paths


def slug_of(path: Path) -> str:
    return path.stem[3:]


def wait_for(true: Callable[[], bool], seconds: float, what: str) -> float:
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < seconds, what
        time.sleep(0.2)
    return time.monotonic() - begun


def kept(hub: HubServer, event: str) -> bool:
    """Whether an answer is in the journal that the vault holds."""
    repo = hub.repos.get("dataset", VAULT)
    if repo is None:
        return False
    tree = repo.head.tree
    return any(event.encode() in blob.data for path, blob in tree.items() if path.startswith("journal/"))


def answers(lab: Lab, photo: Path) -> list[tuple[str, float]]:
    return [(guess.slug, guess.probability) for guess in lab.predict(photo, top=5).poses]


def on_zero_gpu(space: StagedSpace, lender: str) -> dict[str, str]:
    """What such a Space has; where the package `spaces` is not installed, a stand-in for it."""
    path = without_checkout(space.folder.parent / "isolated")
    if space.python == sys.executable:
        (path / "spaces").mkdir(exist_ok=True)
        shutil.copy(ROOT / "tests/vision/lent_gpu.py", path / "spaces/__init__.py")
    return {"SPACES_ZERO_GPU": "true", "SPACES_ZERO_DEVICE_API_URL": lender, "PYTHONPATH": str(path)}


@pytest.mark.slow
def test_a_space_is_taught_killed_and_brought_back(
    hub: HubServer, space: StagedSpace, photos: list[Path], request: pytest.FixtureRequest
) -> None:
    took = {"first start": space.start()}
    assert not (space.folder / "spaces").exists()
    # Somebody who has not signed in may try the lab and sees nobody's photos; a wrong key opens nothing.
    anybody = httpx2.get(f"{space.address}/api/v1/queue", timeout=30)
    assert anybody.status_code in {401, 403, 405}
    with pytest.raises(LabError):
        Lab(space.address, token="yogalab_nobody").me()

    browser = Browser(space.address)
    came = browser.sign_in()
    assert came.status_code == 200 and came.url.path == "/", came.text[:500]
    lab = Lab(space.address, token=browser.make_token(), timeout=300)
    assert (lab.me().name, lab.me().role) == ("coach", "owner")

    added = lab.add(photos, consent="agreed", labels=[slug_of(path) for path in photos[:12]])
    assert (len(added.new), added.labelled) == (16, 12)
    for number, path in zip(added.new[12:15], photos[12:15], strict=True):
        last = lab.label(number, slug_of(path))
    job = lab.wait(lab.train(), every=0.1)
    assert job.state == "done", job
    version = lab.versions()[-1]
    browser.ask("yl-models", "publish", number=version.number, repo="")
    took["published"] = wait_for(
        lambda: bool((repo := hub.repos.get("model", REPO)) and repo.tags), 60, "no tag on the hub"
    )
    before = answers(lab, photos[0])
    assert before == answers(lab, photos[0])

    # Pulled out once the journal has the last answer.
    took["kept"] = wait_for(lambda: kept(hub, last.event), KEPT_WITHIN_SECONDS, space.said)
    space.kill()
    # This time on hardware that is lent by the call, and that ends a program which does not announce itself.
    with gpu_lender() as (lender, asked):
        took["brought back"] = space.start(**on_zero_gpu(space, lender))
    assert asked == ["/startup-report"]
    # The session outlived the machine: what signs it is the Space's, not the disk's.
    assert browser.http.get("/api/v1/me").json()["name"] == "coach"
    held = [lab.photo(number).label for number in added.new]
    assert [one.pose if one else None for one in held] == [*map(slug_of, photos[:15]), None]
    assert [one.fingerprint for one in lab.versions()] == [version.fingerprint]
    after = answers(lab, photos[0])
    assert [slug for slug, _ in after] == [slug for slug, _ in before]
    assert max(abs(a - b) for (_, a), (_, b) in zip(after, before, strict=True)) < 1e-4
    assert lab.picture(lab.photo(added.new[0]))[:2] == b"\xff\xd8"

    # Ended in the ordinary way, straight after an answer.
    later = lab.label(added.new[15], slug_of(photos[15]))
    assert space.stop() == 0, space.said
    assert kept(hub, later.event)
    assert "Traceback" not in space.said, space.said
    for secret in ("hf_coach", oauth_server.SECRET):
        assert secret not in space.said
    if request.config.getoption("--pip"):
        took["again"] = space.start()
        found = lab.photo(added.new[15]).label
        assert found is not None and found.pose == slug_of(photos[15])
    print({name: f"{seconds:.1f} s" for name, seconds in took.items()}, len(space.said.splitlines()))
