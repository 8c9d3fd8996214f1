"""What every test starts from: no network, no caches, no token of whoever runs the tests.

huggingface_hub reads these variables when it is imported, so they are set before anything else is.
"""

from __future__ import annotations

import os
import tempfile

import pytest

_SCRATCH = tempfile.mkdtemp(prefix="yogalab-tests-")

os.environ.update(
    {
        "HF_HOME": _SCRATCH,
        # Nothing listens there: a test that forgot its own hub fails at once instead of asking the real one.
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "GRADIO_ANALYTICS_ENABLED": "False",
        # The encoder that ships has tests of its own; the others are about skeletons, and quicker without it.
        "YOGALAB_ENCODER": "none",
    }
)
for name in (
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "HF_HUB_OFFLINE",
    "HF_HUB_CACHE",
    "HF_TOKEN_PATH",
    "TRANSFORMERS_OFFLINE",
    "SPACE_ID",
    "SYSTEM",
    "DATABASE_URL",
    "YOGALAB_HOME",
    "YOGALAB_PASSWORD",
    "YOGALAB_PHOTOS",
    "YOGALAB_POSE_MODEL",
    "YOGALAB_REPO",
    "YOGALAB_SECRET",
):
    os.environ.pop(name, None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=8, help="how often tests/test_killed.py kills the lab")
    parser.addoption(
        "--outage", type=float, default=4, help="how many seconds tests/ui/test_outage.py cuts the network"
    )
    parser.addoption(
        "--pip", metavar="PYTHON", help="which Python tests/test_space_life.py installs a Space's packages for"
    )
    parser.addoption("--fuzz", type=int, default=300, help="how many odd requests tests/ui/test_fuzz.py sends")
    parser.addoption("--captures", help="where tests/ui/test_newcomer.py keeps a picture of each step")


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--kills"))


@pytest.fixture
def outage(request: pytest.FixtureRequest) -> float:
    return float(request.config.getoption("--outage"))


@pytest.fixture
def fuzz(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--fuzz"))
