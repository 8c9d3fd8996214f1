"""A lab that sees colours, and one that can tune how it sees."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.fakes import AGREED, ColourTuner, FakeHub, studio_lab
from tests.lab.tuning.tinted import BASE, TINTS, Open, finished, tinted
from tests.labs import ANNA
from yogalab.lab.lab import Lab


@pytest.fixture(scope="session")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lab that sees colours, has labels and a version 1 in use; made once, copied for each test."""
    home: Path = tmp_path_factory.mktemp("taught")
    lab, _ = studio_lab(home)
    lab.photos.add(ANNA, [tinted(slug, seed) for seed in range(7) for slug in TINTS], consent=AGREED)
    job = lab.encoders.choose(ANNA, BASE)
    assert job is not None
    finished(lab, job.id)
    finished(lab, lab.versions.train(ANNA).id)
    lab.versions.activate(ANNA, 1)
    lab.close()
    return home


@pytest.fixture
def colourful(taught: Path) -> Open:
    """Opens a copy of that lab."""

    def opened(home: Path, tuner: ColourTuner, *, hub: FakeHub | None = None) -> Lab:
        shutil.copytree(taught, home, dirs_exist_ok=True)
        return studio_lab(home, tuner=tuner, hub=hub)[0]

    return opened


@pytest.fixture
def tuner() -> ColourTuner:
    return ColourTuner()


@pytest.fixture
def lab(tmp_path: Path, tuner: ColourTuner, colourful: Open) -> Lab:
    return colourful(tmp_path, tuner)
