"""The sharing desk: what publishing a version would send, looked at before anything goes."""

from __future__ import annotations

from pathlib import Path

from yogalab.errors import BadRepoName, ExportNeeds, HubError
from yogalab.lab.parts import Parts, require
from yogalab.lab.tags import next_tag
from yogalab.lab.versions import VersionDesk
from yogalab.records import Coach, ModelVersion, Role, VersionOutline

# Stands in for a tag that is not known while the Hub cannot be asked.
_SOME_TAG = "v0001"


class SharingDesk:
    """A version on its way to others."""

    def __init__(self, parts: Parts, versions: VersionDesk) -> None:
        self._parts = parts
        self._versions = versions

    def outline(self, who: Coach, repo: str | None = None, *, number: int | None = None) -> VersionOutline:
        """What `versions.publish` would send, file by file; nothing is sent or written down.

        Raises BadRepoName, VersionNotFound, DamagedVersion.
        """
        require(who, Role.OWNER)
        version = self._versions.version(who, number or self._parts.store.active())
        target = repo or self._parts.hub_repo or ""
        if target.count("/") != 1 or not all(target.split("/")):
            raise BadRepoName(repo=target)
        tag = self._tag(version, target)
        folder = self._parts.versions.folder(version.fingerprint)
        files = self._parts.hub.outline(folder, target, tag=tag or _SOME_TAG)
        return VersionOutline(number=version.number, repo=target, tag=tag, files=files)

    def export_onnx(self, who: Coach, target: Path, *, number: int | None = None) -> float:
        """Write a version as a folder with one ONNX file; returns how far its answers are off at most.

        Raises VersionNotFound, DamagedVersion, TargetTaken, ExportNeeds, ExportDiffers, EncoderError.
        """
        require(who, Role.VIEWER)
        version = self._versions.version(who, number or self._parts.store.active())
        if self._parts.portable is None:
            raise ExportNeeds(package="onnx")
        head = self._parts.versions.load(version.fingerprint)
        return self._parts.portable.write(head, target, name=f"YogaLab {version.tag or version.number}")

    def _tag(self, version: ModelVersion, repo: str) -> str | None:
        if version.hub_repo == repo and version.tag:
            return version.tag
        try:
            return next_tag(self._parts, repo)
        except BadRepoName:
            raise
        except HubError:
            return None
