"""A checkout in small, and what of it goes to a Space."""

from __future__ import annotations

from pathlib import Path

from tests.hub_server import HubServer

SPACE = "coach/lab"
README = "---\nsdk: gradio\n---\nthe Space's own"
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


def small_checkout(root: Path) -> Path:
    """Make a checkout in small, with everything lying about in it that must stay at home."""
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


def tree_of(server: HubServer) -> list[str]:
    """Paths at the head of the Space."""
    repo = server.repos.get("space", SPACE)
    assert repo is not None
    return sorted(repo.head.tree)
