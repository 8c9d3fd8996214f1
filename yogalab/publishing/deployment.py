"""Sending a checkout to a Space: its settings, its files in one commit, and the wait until it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.hf_api import RepoFile

from yogalab.errors import HubError, HubStale
from yogalab.publishing import space_setup, space_stages
from yogalab.publishing.commits import same
from yogalab.publishing.line import check_repo, refs, writer
from yogalab.publishing.space import SpaceFile, plan
from yogalab.publishing.trouble import explained
from yogalab.records import Deployed, SpaceItem, SpaceTurn, SpaceWish
from yogalab.settings import Settings

_HUBS_OWN: Final = frozenset({".gitattributes"})
_MINUTES: Final = 30.0
POLL_SECONDS: Final = 3.0


class SpaceDeployment:
    """Implements `ports.Space` for a checkout that goes there.

    Without a token, uses that of HF_TOKEN or `hf auth login`. Raises BadRepoName.
    """

    def __init__(
        self,
        root: Path,
        repo: str,
        *,
        settings: Settings,
        token: str | None = None,
        poll_seconds: float | None = None,
    ) -> None:
        check_repo(repo)
        self.repo = repo
        self._root = root
        self._settings = settings
        self._token = token
        self._poll_seconds = POLL_SECONDS if poll_seconds is None else poll_seconds

    def look(self, wish: SpaceWish, *, asking: bool = True) -> tuple[tuple[SpaceItem, ...], HubError | None]:
        """Return what deploying would change, and why the Hub could not say what is there, if so.

        asking: whether to ask it. Raises SourceMissing, SecretMissing.
        """
        files = plan(self._root)
        setup = space_setup.setup_of(wish, self._settings, self._token)
        unknown = (
            *space_setup.items(setup, None, asked=False),
            *(_item(file.path, file.size, SpaceTurn.UNKNOWN) for file in files),
        )
        if not asking:
            return unknown, None
        try:
            with explained(self.repo):
                api = writer(self._settings, self._token, self.repo)
                there = space_setup.setup_there(api, self.repo)
                tree = _tree(api, self.repo) if there else {}
        except HubError as trouble:
            return unknown, trouble
        settings = space_setup.items(setup, there, asked=True)
        return (*settings, *_compared(files, tree)), None

    def deploy(self, wish: SpaceWish) -> Deployed:
        """Create the Space or bring it up to date, in one commit.

        Cut off at any point, the same call again ends with the same settings and one commit.

        Raises:
            SourceMissing: the folder is no checkout of YogaLab.
            SecretMissing: a secret that is to be handed over is not set here.
            SpacePayment, ZeroGpuRefused: the account needs a paid plan for a Space of this kind.
            HubStale: somebody changed the Space in between.
            HubOffline, HubTokenMissing, HubForbidden, HubError: nothing was uploaded.
        """
        files = plan(self._root)
        setup = space_setup.setup_of(wish, self._settings, self._token)
        api = writer(self._settings, self._token, self.repo)
        with explained(self.repo):
            there = space_setup.setup_there(api, self.repo)
            if there is None:
                space_setup.create(api, self.repo, setup)
                there = space_setup.setup_there(api, self.repo)
            if there is None:
                raise HubStale(repo=self.repo)
            space_setup.bring_about(api, self.repo, setup, there)
            before, commit = self._send(api, files)
            if commit == before:
                self._wake(api)
        return Deployed(
            address=f"{api.endpoint}/spaces/{self.repo}",
            private=there.private if setup.private is None else setup.private,
            commit=commit,
            fresh=commit != before,
            secrets=frozenset({*there.secrets, *setup.secrets}),
            variables=frozenset({*there.variables, *setup.variables}),
        )

    def follow(self, commit: str, *, on_stage: Callable[[str, float], None], minutes: float = _MINUTES) -> None:
        """Wait until the Space runs the commit. Raises as `space_stages.Watch.until_it_runs`."""
        watch = space_stages.Watch(
            writer(self._settings, self._token, self.repo),
            self.repo,
            on_stage=on_stage,
            minutes=minutes,
            poll_seconds=self._poll_seconds,
        )
        watch.until_it_runs(commit)

    def log(self, *, lines: int) -> tuple[str, ...]:
        """Return the end of the log that tells most now: the builder's while it builds or when that failed.

        Raises HubOffline, HubTokenMissing, HubForbidden, HubRepoNotFound.
        """
        api = writer(self._settings, self._token, self.repo)
        with explained(self.repo):
            stage = str(api.get_space_runtime(self.repo).stage)
        build = stage in space_stages.BUILDING or stage == "BUILD_ERROR"
        return space_stages.end_of_log(api, self.repo, build=build, lines=lines)

    def _send(self, api: HfApi, files: tuple[SpaceFile, ...]) -> tuple[str, str]:
        """Return the commit before and the one that has exactly these files; the same if nothing changed."""
        head = refs(api, self.repo, kind="space")[0]
        if head is None:
            raise HubStale(repo=self.repo)
        wanted = {file.path for file in files}
        left_over = sorted(set(_tree(api, self.repo, head)) - wanted - _HUBS_OWN)
        commit = api.create_commit(
            self.repo,
            [
                *(CommitOperationAdd(file.path, file.source) for file in files),
                *(CommitOperationDelete(path) for path in left_over),
            ],
            repo_type="space",
            commit_message="Update YogaLab",
            parent_commit=head,
        )
        return head, commit.oid

    def _wake(self, api: HfApi) -> None:
        """A Space that gets no commit starts by itself only if it was told to."""
        stage = str(api.get_space_runtime(self.repo).stage)
        if stage in space_stages.RESTING:
            api.restart_space(self.repo, factory_reboot=stage == "BUILD_ERROR")


def _tree(api: HfApi, repo: str, revision: str | None = None) -> dict[str, RepoFile]:
    entries = api.list_repo_tree(repo, recursive=True, revision=revision, repo_type="space")
    return {entry.path: entry for entry in entries if isinstance(entry, RepoFile)}


def _compared(files: tuple[SpaceFile, ...], tree: Mapping[str, RepoFile]) -> Iterator[SpaceItem]:
    for file in files:
        there = tree.get(file.path)
        turn = SpaceTurn.SAME if there and same(there, file.source) else SpaceTurn.CHANGED
        yield _item(file.path, file.size, turn if there else SpaceTurn.NEW)
    for path in sorted(set(tree) - {file.path for file in files} - _HUBS_OWN):
        yield _item(path, None, SpaceTurn.GONE)


def _item(path: str, size: int | None, turn: SpaceTurn) -> SpaceItem:
    return SpaceItem(kind="file", name=path, value=size, turn=turn)
