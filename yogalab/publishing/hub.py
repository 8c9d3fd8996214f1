"""Publishing on the Hugging Face Hub: one atomic commit a version, then its tag."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from huggingface_hub import snapshot_download

from yogalab.errors import HubBusy, HubOffline, HubRepoNotFound, VersionNotFound
from yogalab.publishing import card, contents, data_sets, wheel
from yogalab.publishing.commits import Content, Publication, published, size_of
from yogalab.publishing.line import Silent, check_repo, client, lose_patience, refs, writer
from yogalab.publishing.trouble import explained
from yogalab.settings import Settings

__all__ = ["HuggingFaceHub", "check_repo", "refs", "writer"]

# What makes a version itself. The card also names the repository and the tag, and its wording may change.
_IDENTITY: Final = (contents.MODEL, contents.HEAD, contents.TRAINING, contents.ENCODER)
# What the version before may have had and this one has not.
_REPLACES: Final = (*_IDENTITY, f"{card.PLOTS}/*.png", "*.whl")


class HuggingFaceHub:
    """Implements `ports.Hub`. Without a token, uses the one of HF_TOKEN or `hf auth login`."""

    def __init__(
        self,
        settings: Settings,
        *,
        token: str | None = None,
        package: Callable[[], tuple[str, bytes]] = wheel.build,
    ) -> None:
        """package: makes what others install to use a version, the name of a wheel and its bytes."""
        self._settings = settings
        self._token = token
        self._package = package

    def publish(self, folder: Path, repo: str, *, tag: str, message: str, private: bool = True) -> str:
        """Publish the version in `folder` and return its commit.

        Killed or cut off at any point, the same call again ends with one commit and one tag: a commit that is
        already there is found by its content and only tagged. `private` is for a new repository; one that
        exists stays as visible as it is.

        Raises:
            HubStale: somebody published in between, or the tag belongs to another version.
            HubBusy: the Hub asks to be left alone for a while.
            HubOffline, HubTokenMissing, HubForbidden, HubError, BadRepoName: nothing was published.
            VersionNotFound, DamagedVersion, UnknownFormat: the folder is no version to publish.
        """
        check_repo(repo)
        contents.read(folder)
        api = writer(self._settings, self._token, repo)
        publication = Publication(
            repo=repo,
            files=self._files(folder, repo, tag),
            identity=_IDENTITY,
            replaces=_REPLACES,
            tag=tag,
            message=message,
            mark=f"Fingerprint: {contents.read_fingerprint(folder)}",
            private=private,
        )
        with explained(repo):
            return published(api, publication)

    def outline(self, folder: Path, repo: str, *, tag: str) -> Mapping[str, int]:
        """Return path -> bytes of exactly what `publish` would send, without asking anybody.

        Raises BadRepoName, VersionNotFound, DamagedVersion, UnknownFormat.
        """
        check_repo(repo)
        contents.read(folder)
        return {path: size_of(content) for path, content in self._files(folder, repo, tag).items()}

    def _files(self, folder: Path, repo: str, tag: str) -> dict[str, Content]:
        # Only a version whose encoder was tuned has a file of it.
        files: dict[str, Content] = {
            name: (folder / name).read_bytes() for name in _IDENTITY if (folder / name).is_file()
        }
        package, data = self._package()
        pictures = card.pictures(folder)
        place = card.Place(
            repo=repo,
            tag=tag,
            package=package,
            endpoint=self._settings.hub_endpoint or card.HUB,
            plots=tuple(pictures),
        )
        return {**files, contents.CARD: card.render(folder, place).encode(), **pictures, package: data}

    def publish_data(
        self, folder: Path, repo: str, *, tag: str, facts: Mapping[str, Any], private: bool = True
    ) -> str:
        """As `data_sets.publish`."""
        return data_sets.publish(
            self._settings, self._token, folder, repo, tag=tag, facts=facts, private=private
        )

    def digest(self, folder: Path) -> str:
        """As `data_sets.digest`."""
        return data_sets.digest(folder)

    def forget_history(self, repo: str, *, tag: str) -> str:
        """As `data_sets.forget_history`."""
        return data_sets.forget_history(self._settings, self._token, repo, tag=tag)

    def tags(self, repo: str, *, kind: str = "model") -> Mapping[str, str]:
        """Return tag -> commit; empty when the repository does not exist yet, or is not ours to see.

        Raises HubOffline, HubTokenMissing, BadRepoName.
        """
        check_repo(repo)
        api = client(self._settings, self._token, repo)
        try:
            with explained(repo):
                return refs(api, repo, kind=kind)[1]
        except HubRepoNotFound:
            return {}

    def fetch(self, repo: str, *, revision: str | None = None) -> Path:
        """Return a local folder with a published version; the newest one when `revision` is None.

        Cached revisions are found again without a network.

        Raises:
            VersionNotFound: no such repository or revision, or it holds no YogaLab version.
            HubOffline: the Hub does not answer and the revision is not in the cache.
            BadRepoName, HubTokenMissing, HubForbidden, HubError.
        """
        check_repo(repo)
        try:
            folder = self._snapshot(repo, revision, local=self._settings.offline)
        except (HubOffline, HubBusy):
            # The client itself falls back only when it could not connect, not when the line went dead later.
            folder = self._snapshot(repo, revision, local=True)
        if not (folder / contents.HEAD).is_file():
            raise VersionNotFound(version=f"{repo} {revision}" if revision else repo)
        return folder

    def _snapshot(self, repo: str, revision: str | None, *, local: bool) -> Path:
        lose_patience()
        with explained(repo, revision):
            return Path(
                snapshot_download(
                    repo,
                    revision=revision,
                    allow_patterns=list(contents.ALL_FILES),
                    endpoint=self._settings.hub_endpoint,
                    token=self._token,
                    etag_timeout=5,
                    local_files_only=local,
                    library_name="yogalab",
                    tqdm_class=Silent,
                )
            )
