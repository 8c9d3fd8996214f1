"""One real BlazePose for all tests of this room: loading it takes seconds."""

from __future__ import annotations

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
