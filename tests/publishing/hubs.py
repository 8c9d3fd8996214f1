"""Shorthands for tests that publish."""

from __future__ import annotations

from pathlib import Path

from tests.hub_server import HubServer
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.settings import Settings

REPO = "coach/poses"


def publish(hub: HuggingFaceHub, folder: Path, tag: str = "v0001") -> str:
    return hub.publish(folder, REPO, tag=tag, message="Version", private=True)


def published(server: HubServer) -> int:
    """How many commits there are beyond the hub's own first one."""
    return len(server.repos.model(REPO).commits) - 1


def stranger(server: HubServer, home: Path, token: str | None = None) -> HuggingFaceHub:
    """Somebody else's hub: another token, or none."""
    settings = Settings(home=home, hub_endpoint=server.url)
    return HuggingFaceHub(settings, token=token, package=lambda: ("yogalab-0.1.0-py3-none-any.whl", b"PK"))
