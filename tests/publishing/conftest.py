"""A hub to publish to, and two versions to publish."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.heads import FACTS, random_head
from tests.hub_server import HubServer
from tests.publishing.spaces import small_checkout
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.publishing.versions import FolderVersions
from yogalab.settings import Settings


class Hurried:
    """Stands in for the client's clock: it would wait seconds before it tries again."""

    @staticmethod
    def sleep(seconds: float) -> None:
        return None


def small_package() -> tuple[str, bytes]:
    """Stands in for YogaLab as a wheel, eleven megabytes of it."""
    return "yogalab-0.1.0-py3-none-any.whl", b"PK, a little"


@pytest.fixture(autouse=True)
def own_cache_and_no_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.utils._http.time", Hurried)


@pytest.fixture
def server() -> Iterator[HubServer]:
    with HubServer() as hub:
        yield hub


@pytest.fixture
def hub(server: HubServer, tmp_path: Path) -> HuggingFaceHub:
    return HuggingFaceHub(
        Settings(home=tmp_path, hub_endpoint=server.url), token="hf_coach", package=small_package
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return FolderVersions(tmp_path / "versions").save(random_head(), fingerprint="first1", facts=FACTS)


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return FolderVersions(tmp_path / "versions").save(random_head(seed=2), fingerprint="second2", facts=FACTS)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return small_checkout(tmp_path / "checkout")
