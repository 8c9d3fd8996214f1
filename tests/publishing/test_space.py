"""What travels to a Space: nothing of a coach's, never the folder spaces/."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.publishing.spaces import README, TRAVELS
from yogalab.errors import SourceMissing
from yogalab.publishing.space import plan, stage
from yogalab.words import sentence


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
