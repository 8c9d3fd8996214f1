"""A lab with drawn people; its pages without a browser, and in one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.fakes import FakeHub, Studio, studio_lab
from tests.ui.browsing import launched, opened
from yogalab.lab.lab import Lab
from yogalab.settings import Settings
from yogalab.ui.pages import build_app
from yogalab.ui.site import build_site


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def lab(tmp_path: Path, studio: Studio) -> Lab:
    return studio_lab(tmp_path / "lab", studio=studio, hub=FakeHub())[0]


@pytest.fixture
def client(lab: Lab, tmp_path: Path) -> TestClient:
    settings = Settings(home=tmp_path)
    return TestClient(build_site(build_app(lab, settings), lab, settings), base_url="http://127.0.0.1:7860")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as made:
        yield made


@pytest.fixture
def page(browser: Any, lab: Lab, tmp_path: Path) -> Iterator[Any]:
    with opened(browser, lab, tmp_path) as page:
        yield page
