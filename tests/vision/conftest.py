"""One real BlazePose for all tests of this room: loading it takes seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from yogalab.vision.blazepose import BlazePose


@pytest.fixture(scope="session")
def blazepose(tmp_path_factory: pytest.TempPathFactory) -> BlazePose:
    return BlazePose(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def person() -> np.ndarray:
    """Eileen Collins, NASA (public domain), as scikit-image ships her."""
    from skimage import data

    pixels: np.ndarray = data.astronaut()
    return pixels


@pytest.fixture(scope="session")
def photos() -> list[Path]:
    """The real photos beside the project, which are not part of it."""
    folder = Path(__file__).parents[3] / "shared" / "photos"
    if not folder.is_dir():
        pytest.skip("the real photos are not beside the project (../shared/photos)")
    return sorted(folder.glob("*/*.jpg"))
