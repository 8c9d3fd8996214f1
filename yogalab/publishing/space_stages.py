"""Where a Space stands: waiting until it runs, and the end of its log."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from time import monotonic, sleep
from typing import Final

from huggingface_hub import HfApi, SpaceRuntime

from yogalab.errors import (
    HubError,
    HubForbidden,
    HubRepoNotFound,
    HubTokenMissing,
    SpaceBuildFailed,
    SpaceCrashed,
    SpaceFailed,
    SpaceSlow,
    SpaceStopped,
)
from yogalab.publishing.trouble import explained

BUILDING: Final = frozenset({"BUILDING", "RUNNING_BUILDING"})
_ON_THE_WAY: Final = BUILDING | {"APP_STARTING", "RUNNING_APP_STARTING"}
_RUNNING: Final = "RUNNING"
_FAILED: Final[Mapping[str, type[SpaceFailed]]] = {
    "BUILD_ERROR": SpaceBuildFailed,
    "RUNTIME_ERROR": SpaceCrashed,
    "CONFIG_ERROR": SpaceFailed,
    "NO_APP_FILE": SpaceFailed,
}
# Not running, and not about to without being told to.
RESTING: Final = frozenset({*_FAILED, "PAUSED", "STOPPED", "SLEEPING"})
# The Hub still tells the old stage for some seconds after a commit; said so often, it is meant.
_MEANT: Final = 5
# Looks at the Space that may fail one after the other before it counts as unreachable.
_MISSES: Final = 10
_LOG_LINES: Final = 40
# All that a terminal would obey rather than show.
_CONTROL: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Watch:
    """Looks at a Space again and again until it runs a commit, or will not.

    on_stage is called with (stage, seconds so far) at every change of the stage.
    """

    def __init__(
        self,
        api: HfApi,
        repo: str,
        *,
        on_stage: Callable[[str, float], None],
        minutes: float,
        poll_seconds: float,
    ) -> None:
        self._api = api
        self._repo = repo
        self._on_stage = on_stage
        self._minutes = minutes
        self._poll_seconds = poll_seconds
        self._stage = ""
        self._repeated = 0
        self._moved = False
        self._misses = 0

    def until_it_runs(self, commit: str) -> None:
        """Return when the Space runs the commit.

        Raises:
            SpaceBuildFailed, SpaceCrashed, SpaceFailed: it will not; with the end of its log.
            SpaceStopped: it is paused, asleep or being deleted.
            SpaceSlow: the time is up.
            HubOffline, HubError: the Hub does not answer, ten times over.
            HubForbidden, HubTokenMissing, HubRepoNotFound: at once.
        """
        begun = monotonic()
        while True:
            runtime = self._look()
            so_far = monotonic() - begun
            if runtime is not None:
                self._note(str(runtime.stage), so_far)
                if self._arrived(runtime, commit):
                    return
            if so_far > self._minutes * 60:
                raise SpaceSlow(repo=self._repo, minutes=f"{self._minutes:g}")
            sleep(self._poll_seconds)

    def _look(self) -> SpaceRuntime | None:
        """None where the Hub did not answer, or not sensibly: it may the next time."""
        try:
            with explained(self._repo):
                runtime = self._api.get_space_runtime(self._repo)
        except (HubForbidden, HubTokenMissing, HubRepoNotFound):
            raise
        except HubError:
            self._misses += 1
            if self._misses >= _MISSES:
                raise
            return None
        self._misses = 0
        return runtime

    def _note(self, stage: str, so_far: float) -> None:
        self._repeated = self._repeated + 1 if stage == self._stage else 1
        self._moved = self._moved or stage in _ON_THE_WAY
        if stage != self._stage:
            self._stage = stage
            self._on_stage(stage, so_far)

    def _arrived(self, runtime: SpaceRuntime, commit: str) -> bool:
        """Whether the commit runs; raises when it never will."""
        stage, runs = str(runtime.stage), runtime.raw.get("sha")
        if stage in _ON_THE_WAY:
            return False
        believed = runs == commit or self._moved or self._repeated >= _MEANT
        if stage == _RUNNING:
            # The version before runs on until the new one does.
            return believed and runs in (None, commit)
        if not believed:
            return False
        if stage in _FAILED:
            log = end_of_log(self._api, self._repo, build=stage == "BUILD_ERROR")
            reason = str(runtime.raw.get("errorMessage") or stage.lower().replace("_", " "))
            raise _FAILED[stage](repo=self._repo, reason=shown(reason), log=log)
        raise SpaceStopped(repo=self._repo, stage=stage.lower().replace("_", " "))


def end_of_log(api: HfApi, repo: str, *, build: bool, lines: int = _LOG_LINES) -> tuple[str, ...]:
    """Return the last lines of what the builder said, or the program; none where the Hub gives none."""
    kept: deque[str] = deque(maxlen=lines)
    try:
        for piece in api.fetch_space_logs(repo, build=build):
            kept.extend(line for line in shown(piece).splitlines() if line.strip())
    except Exception:
        # Whatever a log is wanted for is more important than why there is none.
        return tuple(kept)
    return tuple(kept)


def shown(text: str) -> str:
    """Return text without what would move a terminal's cursor or colour it."""
    return _CONTROL.sub("", text)
