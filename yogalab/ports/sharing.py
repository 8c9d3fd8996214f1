"""Versions on disk and on the Hub."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from yogalab.records import (
    Head,
)


class Versions(Protocol):
    """Versions on disk: written aside, then renamed, so that no half version exists."""

    def save(self, head: Head, *, fingerprint: str, facts: Mapping[str, object]) -> Path:
        """Keep a version under its fingerprint. `facts` go into training.json and the card."""

    def load(self, fingerprint: str) -> Head:
        """Raises VersionNotFound, DamagedVersion, UnknownFormat."""

    def folder(self, fingerprint: str) -> Path:
        """Raises VersionNotFound."""

    def facts(self, fingerprint: str) -> Mapping[str, object]:
        """What was saved beside the head. Raises VersionNotFound."""

    def adopt(self, folder: Path) -> str:
        """Take in a version that was downloaded and return its fingerprint. Raises DamagedVersion."""

    def archive(self, fingerprint: str, target: Path) -> Path:
        """Write the version as one zip file for download and return its path."""

    def sweep(self) -> None:
        """Remove what an interrupted write left behind."""


class Portable(Protocol):
    """A version as files for programs without YogaLab."""

    def write(self, head: Head, target: Path, *, name: str) -> float:
        """Write a new folder, whole or not at all; returns how far its answers are from the version's at most.

        Raises TargetTaken, ExportNeeds, ExportDiffers, DiskFull, EncoderError.
        """


class Hub(Protocol):
    """Where versions are published."""

    def publish(self, folder: Path, repo: str, *, tag: str, message: str, private: bool) -> str:
        """One commit with its parent, then the tag; returns the commit. Twice converges to one.

        Raises HubOffline, HubTokenMissing, HubForbidden, HubStale, HubBusy, BadRepoName.
        """

    def outline(self, folder: Path, repo: str, *, tag: str) -> Mapping[str, int]:
        """path -> bytes of exactly what `publish` would send, without asking anybody. Raises BadRepoName."""

    def publish_data(
        self, folder: Path, repo: str, *, tag: str, facts: Mapping[str, Any], private: bool
    ) -> str:
        """Publish a data set as `Exchange.write_shared` wrote it; twice converges to one commit and tag.

        facts: photos, test, poses, coaches, pictured (numbers), consent and consent_pictured (code -> photos),
        pose_model, licence. Raises as `publish`.
        """

    def digest(self, folder: Path) -> str:
        """The checksum of a data set as it was written."""

    def forget_history(self, repo: str, *, tag: str) -> str:
        """Leave of a data set only what it is now; returns the commit. Raises as `publish`."""

    def tags(self, repo: str, *, kind: str = "model") -> Mapping[str, str]:
        """tag -> commit; empty when the repository does not exist yet. kind: "model" or "dataset"."""

    def fetch(self, repo: str, *, revision: str | None) -> Path:
        """Download a version into the local cache and return its folder. Raises VersionNotFound, HubOffline."""
