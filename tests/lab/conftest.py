from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import Studio, studio_lab
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def made(tmp_path: Path, studio: Studio) -> tuple[Lab, Parts]:
    return studio_lab(tmp_path, studio=studio)


@pytest.fixture
def lab(made: tuple[Lab, Parts]) -> Lab:
    return made[0]
