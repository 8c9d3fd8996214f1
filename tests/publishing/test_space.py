"""What travels to a Space, and how: nothing of a coach's, never the folder spaces/, one commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hub_server import HubServer
from yogalab.errors import (
    BadRepoName,
    HubForbidden,
    HubOffline,
    HubPayment,
    HubStale,
    HubTokenMissing,
    SourceMissing,
)
from yogalab.publishing.space import deploy, plan, stage
from yogalab.settings import Settings
from yogalab.words import sentence

SPACE = "coach/lab"
README = "---\nsdk: gradio\n---\nthe Space's own"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in small, with everything lying about in it that must stay at home."""
    root = tmp_path / "checkout"
    travels = ("app.py", "LICENSE", "yogalab/lab/lab.py", "yogalab/ui/assets/review.js", "db/env.py")
    travels += ("yogalab/words/languages/de.po",)
    travels += ("models/poses/standing.toml", "models/mini/weights.safetensors", "models/card.md")
    spaces = ("spaces/README.md", "spaces/requirements.txt", "spaces/packages.txt")
    stays = (
        "README.md",
        ".env",
        ".git/config",
        ".venv/lib/x.py",
        "tests/test_x.py",
        "lab.db",
        "yogalab/photo.jpg",
    )
    stays += ("models/ann.png", "db/lab.db", "yogalab/.secret.py", "yogalab/__pycache__/x.py", "spaces/evil.py")
    stays += ("yogalab/_data/.hidden/x.py", "models/pickle.pt", "uv.lock", "pyproject.toml")
    for name in (*travels, *spaces, *stays):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (root / "spaces/README.md").write_text(README)
    (root / "models/link.toml").symlink_to(root / ".env")
    return root


TRAVELS = [
    "LICENSE",
    "README.md",
    "app.py",
    "db/env.py",
    "models/card.md",
    "models/mini/weights.safetensors",
    "models/poses/standing.toml",
    "packages.txt",
    "requirements.txt",
    "yogalab/lab/lab.py",
    "yogalab/ui/assets/review.js",
    "yogalab/words/languages/de.po",
]


@pytest.fixture
def settings(server: HubServer, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, hub_endpoint=server.url)


def test_only_what_a_space_needs_travels(checkout: Path) -> None:
    assert [file.path for file in plan(checkout)] == TRAVELS
    readme = next(file for file in plan(checkout) if file.path == "README.md")
    assert readme.source.read_text() == README
    assert readme.size == len(README)


def test_a_staged_copy_is_the_plan(checkout: Path, tmp_path: Path) -> None:
    target = stage(checkout, tmp_path / "staged")
    staged = [path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()]
    assert sorted(staged) == TRAVELS
    with pytest.raises(FileExistsError):
        stage(checkout, target)


def test_a_folder_that_is_no_checkout_is_said_so(checkout: Path, tmp_path: Path) -> None:
    for missing in ("app.py", "spaces/README.md"):
        (checkout / missing).unlink()
        with pytest.raises(SourceMissing) as caught:
            plan(checkout)
        assert missing in sentence(caught.value)
        (checkout / missing).write_text("back")
    with pytest.raises(SourceMissing):
        plan(tmp_path)


def test_a_space_is_made_in_one_commit_with_its_password(
    server: HubServer, settings: Settings, checkout: Path
) -> None:
    url = deploy(checkout, SPACE, settings=settings, token="hf_coach", password="open sesame")
    space = server.repos.get("space", SPACE)
    assert space is not None
    assert url == f"{server.url}/spaces/{SPACE}"
    assert space.private
    assert len(space.commits) == 2
    assert sorted(space.head.tree) == sorted([".gitattributes", *TRAVELS])
    assert space.head.tree["app.py"].data == b"app.py"
    assert space.secrets == {"YOGALAB_PASSWORD": "open sesame"}


def test_an_update_takes_away_what_is_gone(server: HubServer, settings: Settings, checkout: Path) -> None:
    deploy(checkout, SPACE, settings=settings, token="hf_coach", password="open sesame")
    (checkout / "yogalab/lab/lab.py").rename(checkout / "yogalab/lab/desk.py")
    deploy(checkout, SPACE, settings=settings, token="hf_coach")
    space = server.repos.get("space", SPACE)
    assert space is not None
    assert len(space.commits) == 3
    assert "yogalab/lab/desk.py" in space.head.tree
    assert "yogalab/lab/lab.py" not in space.head.tree
    assert space.secrets == {"YOGALAB_PASSWORD": "open sesame"}


def test_nothing_new_is_no_commit(server: HubServer, settings: Settings, checkout: Path) -> None:
    for _ in range(2):
        deploy(checkout, SPACE, settings=settings, token="hf_coach")
    space = server.repos.get("space", SPACE)
    assert space is not None
    assert len(space.commits) == 2


def test_an_account_that_must_pay_is_told_what_to_do(
    server: HubServer, settings: Settings, checkout: Path
) -> None:
    server.fail("POST /api/repos/create", 402)
    with pytest.raises(HubPayment) as caught:
        deploy(checkout, SPACE, settings=settings, token="hf_coach")
    assert "ZeroGPU" in sentence(caught.value)


@pytest.mark.parametrize(
    ("match", "how", "error"),
    [
        ("POST /api/repos/create", "cut", HubOffline),
        ("POST .*/commit/", 412, HubStale),
        ("POST .*/commit/", 403, HubForbidden),
    ],
)
def test_refusals_are_told_apart(
    server: HubServer, settings: Settings, checkout: Path, match: str, how: int | str, error: type[Exception]
) -> None:
    server.fail(match, how)
    with pytest.raises(error):
        deploy(checkout, SPACE, settings=settings, token="hf_coach")
    deploy(checkout, SPACE, settings=settings, token="hf_coach")


def test_nobody_is_asked_without_a_token_or_a_name(
    server: HubServer, settings: Settings, checkout: Path
) -> None:
    with pytest.raises(HubTokenMissing):
        deploy(checkout, SPACE, settings=settings)
    with pytest.raises(BadRepoName):
        deploy(checkout, "lab", settings=settings, token="hf_coach")
    assert server.requests == []
