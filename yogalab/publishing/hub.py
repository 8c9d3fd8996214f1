"""Publishing on the Hugging Face Hub: one atomic commit a version, then its tag."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx2
from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationDelete,
    HfApi,
    get_session,
    get_token,
    snapshot_download,
)
from huggingface_hub.utils.tqdm import tqdm

from yogalab.errors import BadRepoName, HubOffline, HubRepoNotFound, HubStale, HubTokenMissing, VersionNotFound
from yogalab.publishing import card, contents
from yogalab.publishing.trouble import explained
from yogalab.settings import Settings

# The client waits for ever by default: a hub that takes the call and says nothing would hold a coach's click.
_PATIENCE: Final = {"connect": 5.0, "read": 30.0, "write": 60.0, "pool": 10.0}
_REPO: Final = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?/[A-Za-z0-9](?:[\w.-]*\w)?", re.ASCII)
# What makes a version itself. The card also names the repository and the tag, and its wording may change.
_IDENTITY: Final = (contents.MODEL, contents.HEAD, contents.TRAINING, contents.ENCODER)


class HuggingFaceHub:
    """Implements `ports.Hub`. Without a token, uses the one of HF_TOKEN or `hf auth login`."""

    def __init__(self, settings: Settings, *, token: str | None = None) -> None:
        self._settings = settings
        self._token = token

    def publish(self, folder: Path, repo: str, *, tag: str, message: str, private: bool = True) -> str:
        """Publish the version in `folder` and return its commit.

        Killed or cut off at any point, the same call again ends with one commit and one tag: a commit that is
        already there is found by its content and only tagged. `private` is for a new repository; one that
        exists stays as visible as it is.

        Raises:
            HubStale: somebody published in between, or the tag belongs to another version.
            HubOffline, HubTokenMissing, HubForbidden, HubError, BadRepoName: nothing was published.
            VersionNotFound, DamagedVersion, UnknownFormat: the folder is no version to publish.
        """
        check_repo(repo)
        contents.read(folder)
        # Only a version whose encoder was tuned has a file of it.
        files = {name: (folder / name).read_bytes() for name in _IDENTITY if (folder / name).is_file()}
        files[contents.CARD] = card.render(folder, repo=repo, tag=tag).encode()
        api = writer(self._settings, self._token, repo)
        with explained(repo):
            api.create_repo(repo, private=private, exist_ok=True)
            head, tags = refs(api, repo)
            if tag in tags:
                if not _holds(api, repo, tags[tag], files):
                    raise HubStale(repo=repo, tag=tag)
                return tags[tag]
            mark = f"Fingerprint: {contents.read_fingerprint(folder)}"
            commit = _published_before(api, repo, head, files, mark)
            if commit is None:
                commit = api.create_commit(
                    repo,
                    _operations(api, repo, head, files),
                    commit_message=message,
                    commit_description=mark,
                    parent_commit=head,
                ).oid
            _tag(api, repo, tag, commit)
            return commit

    def tags(self, repo: str) -> Mapping[str, str]:
        """Return tag -> commit; empty when the repository does not exist yet, or is not ours to see.

        Raises HubOffline, HubTokenMissing, BadRepoName.
        """
        check_repo(repo)
        api = _client(self._settings, self._token, repo)
        try:
            with explained(repo):
                return refs(api, repo)[1]
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
        except HubOffline:
            # The client itself falls back only when it could not connect, not when the line went dead later.
            folder = self._snapshot(repo, revision, local=True)
        if not (folder / contents.HEAD).is_file():
            raise VersionNotFound(version=f"{repo} {revision}" if revision else repo)
        return folder

    def _snapshot(self, repo: str, revision: str | None, *, local: bool) -> Path:
        _lose_patience()
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
                    tqdm_class=_Silent,
                )
            )


def writer(settings: Settings, token: str | None, repo: str) -> HfApi:
    """Return a client that may try to write. Raises HubOffline, HubTokenMissing without asking anybody."""
    api = _client(settings, token, repo)
    if not (token or get_token()):
        raise HubTokenMissing(repo=repo)
    return api


def _client(settings: Settings, token: str | None, repo: str) -> HfApi:
    if settings.offline:
        raise HubOffline(repo=repo)
    _lose_patience()
    return HfApi(endpoint=settings.hub_endpoint, token=token, library_name="yogalab")


def check_repo(repo: str) -> None:
    """Raises BadRepoName unless `repo` looks like "owner/name" and the Hub would take it."""
    if not _REPO.fullmatch(repo) or "--" in repo or ".." in repo or repo.endswith(".git") or len(repo) > 96:
        raise BadRepoName(repo=repo)


def _lose_patience() -> None:
    """Give every request of the client's shared session a time limit.

    In a hook, because some of the client's calls pass "no limit" along, which overrides the session's own.
    """
    hooks = get_session().event_hooks["request"]
    if _limit not in hooks:
        hooks.append(_limit)


def _limit(request: httpx2.Request) -> None:
    asked = request.extensions.get("timeout") or {}
    limits = {**_PATIENCE, **{name: seconds for name, seconds in asked.items() if seconds is not None}}
    request.extensions = {**request.extensions, "timeout": limits}


def refs(api: HfApi, repo: str, *, kind: str = "model") -> tuple[str | None, dict[str, str]]:
    """Return the commit at the head of main, None in an empty repository, and tag -> commit."""
    listed = api.list_repo_refs(repo, repo_type=kind)
    head = next((branch.target_commit for branch in listed.branches if branch.name == "main"), None)
    return head, {tag.name: tag.target_commit for tag in listed.tags}


def _operations(
    api: HfApi, repo: str, head: str | None, files: Mapping[str, bytes]
) -> list[CommitOperationAdd | CommitOperationDelete]:
    """Return the changes that make a repository hold this version and nothing of the one before."""
    there = {entry.path for entry in api.list_repo_tree(repo, revision=head)} if head else set()
    stale = [name for name in _IDENTITY if name in there and name not in files]
    return [
        *(CommitOperationAdd(name, data) for name, data in files.items()),
        *(CommitOperationDelete(name) for name in stale),
    ]


def _published_before(
    api: HfApi, repo: str, head: str | None, files: Mapping[str, bytes], mark: str
) -> str | None:
    """Return the commit that holds these files already: of a publishing that was cut off before its tag."""
    if head is None or _holds(api, repo, head, files):
        return head
    marked = (commit.commit_id for commit in api.list_repo_commits(repo) if mark in commit.message)
    return next((commit for commit in marked if _holds(api, repo, commit, files)), None)


def _holds(api: HfApi, repo: str, commit: str, files: Mapping[str, bytes]) -> bool:
    """Return whether the commit has this version's files, by the hashes that git keeps of them."""
    there: dict[str, Any] = {
        entry.path: entry for entry in api.list_repo_tree(repo, revision=commit) if hasattr(entry, "blob_id")
    }
    for name in _IDENTITY:
        if (name in there) != (name in files):
            return False
        if name not in files:
            continue
        large = there[name].lfs
        same = large.sha256 == _sha256(files[name]) if large else there[name].blob_id == _git_oid(files[name])
        if not same:
            return False
    return True


def _tag(api: HfApi, repo: str, tag: str, commit: str) -> None:
    api.create_tag(repo, tag=tag, revision=commit, exist_ok=True)
    # exist_ok also passes over a tag that somebody else has just made, on another commit.
    if refs(api, repo)[1].get(tag) != commit:
        raise HubStale(repo=repo, tag=tag)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _git_oid(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


class _Silent(tqdm):
    """A bar that draws nothing: YogaLab's own progress says how far a download is."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "disable": True})  # type: ignore[no-untyped-call]
