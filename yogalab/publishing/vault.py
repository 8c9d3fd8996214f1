"""A vault in a private dataset repository on the Hub: each step is one commit upon the one before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, hf_hub_download
from huggingface_hub.errors import EntryNotFoundError
from huggingface_hub.hf_api import RepoFile

from yogalab.errors import HubRepoNotFound, HubStale, VaultMoved, VaultPublic
from yogalab.publishing.line import check_repo, writer
from yogalab.publishing.trouble import explained
from yogalab.settings import Settings

_KIND: Final = "dataset"
_MAIN: Final = "main"
# Each small file is a request, and waiting for its answer is no work.
_READERS: Final = 8


class HubVault:
    """Implements `ports.Vault`. Without a token, uses the one of HF_TOKEN or `hf auth login`.

    Beside what the port says, every method raises HubOffline, HubTokenMissing, HubForbidden, HubBusy, HubError,
    and VaultPublic where the repository is one that anybody can read.
    """

    def __init__(self, settings: Settings, repo: str, *, token: str | None = None) -> None:
        check_repo(repo)
        self._settings = settings
        self._repo = repo
        self._token = token
        self._head: str | None = None
        # path -> sha256 of what is kept as a large file, "" for others.
        self._there: dict[str, str] = {}

    @property
    def place(self) -> str:
        return self._repo

    def names(self) -> Collection[str]:
        try:
            with self._asking() as api:
                self._learn(api)
        except HubRepoNotFound:
            self._head, self._there = None, {}
        return list(self._there)

    def get(self, name: str) -> bytes:
        with TemporaryDirectory(prefix="yogalab-vault-") as folder:
            self.fetch([name], Path(folder))
            return (Path(folder) / name).read_bytes()

    def fetch(self, names: Sequence[str], folder: Path) -> None:
        """As in the port. Past the client's cache: what is deleted here must not live on there."""

        def one(name: str) -> None:
            with self._asking() as api:
                hf_hub_download(
                    self._repo,
                    name,
                    repo_type=_KIND,
                    revision=self._head or _MAIN,
                    local_dir=folder,
                    endpoint=self._settings.hub_endpoint,
                    token=api.token,
                    etag_timeout=5,
                )

        if len(names) == 1:
            one(names[0])
            return
        with ThreadPoolExecutor(_READERS) as pool:
            list(pool.map(one, names))

    def change(self, puts: Mapping[str, bytes | Path], drops: Collection[str], *, why: str) -> None:
        """As in the port: one commit, or none. A repository that is not there is made, for its owner alone."""
        with self._asking() as api:
            before = self._head
            if before is None:
                api.create_repo(self._repo, repo_type=_KIND, private=True, exist_ok=True)
                self._learn(api)
            elif self._commit(api) != before:
                raise VaultMoved(place=self._repo)
            operations: list[CommitOperationAdd | CommitOperationDelete] = [
                *(CommitOperationAdd(name, data) for name, data in puts.items()),
                *(CommitOperationDelete(name) for name in drops if name in self._there),
            ]
            if not operations:
                return
            done = api.create_commit(
                self._repo, operations, repo_type=_KIND, commit_message=why, parent_commit=self._head
            )
            self._head = done.oid
        self._there.update(dict.fromkeys(puts, ""))
        for name in drops:
            self._there.pop(name, None)

    def forget(self) -> None:
        """Make all commits one, and delete what only older ones named."""
        with self._asking() as api:
            api.super_squash_history(self._repo, repo_type=_KIND, branch=_MAIN, commit_message="kept")
            self._learn(api)
            kept = set(self._there.values())
            old = [
                file for file in api.list_lfs_files(self._repo, repo_type=_KIND) if file.file_oid not in kept
            ]
            if old:
                # There is no history left to rewrite.
                api.permanently_delete_lfs_files(self._repo, old, rewrite_history=False, repo_type=_KIND)

    def _learn(self, api: HfApi) -> None:
        """Find out where the branch stands and what is there."""
        head = self._commit(api)
        tree = api.list_repo_tree(self._repo, recursive=True, revision=head, repo_type=_KIND)
        self._there = {
            file.path: file.lfs.sha256 if file.lfs else "" for file in tree if isinstance(file, RepoFile)
        }
        self._head = head

    def _commit(self, api: HfApi) -> str:
        """The newest commit. Raises VaultPublic."""
        told = api.repo_info(self._repo, repo_type=_KIND)
        if not told.private:
            raise VaultPublic(place=self._repo)
        return str(told.sha)

    @contextmanager
    def _asking(self) -> Iterator[HfApi]:
        try:
            with explained(self._repo):
                try:
                    yield writer(self._settings, self._token, self._repo)
                except EntryNotFoundError as error:
                    raise FileNotFoundError(str(error)) from None
        except HubStale as error:
            raise VaultMoved(place=self._repo) from error
