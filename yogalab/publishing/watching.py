"""A machine at work on the Hub, seen from here: how far it is, what it says, and how it ended."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Final

import httpx2
from huggingface_hub import HfApi, JobStatus
from huggingface_hub.errors import HfHubHTTPError, JobNotFoundError

from yogalab.errors import HubBusy, HubError, HubOffline, RentFailed, RentLost, RentTimeout
from yogalab.ports import JOB_LOG, Progress
from yogalab.publishing.hires import HireRecord
from yogalab.publishing.sent import read_progress
from yogalab.publishing.trouble import explained

_LOG: Final = logging.getLogger(JOB_LOG)

_DONE: Final = "COMPLETED"
_BROKEN: Final = "ERROR"
_GONE: Final = frozenset({"CANCELED", "DELETED"})
_RUNNING: Final = "RUNNING"
# Seconds between two questions how it is; between two looks at what it said; that the Hub may be silent; that
# a machine may go on beyond its time limit; that its last words may be on their way.
_ASK: Final = 3.0
_LOOK: Final = 0.5
_SILENT: Final = 600.0
_OVERTIME: Final = 300.0
_LAST_WORDS: Final = 5.0


class Watch:
    """Watches one machine to its end. minutes: its time limit."""

    def __init__(
        self,
        api: HfApi,
        hired: HireRecord,
        *,
        minutes: int,
        ask_seconds: float = _ASK,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._hired = hired
        self._minutes = minutes
        self._ask_seconds = ask_seconds
        self._now = now
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._share, self._stage, self._last = 0.0, "rent.wait", ""
        self._ear = threading.Thread(target=self._listen, name="rented machine's log", daemon=True)

    def to_the_end(self, progress: Progress) -> None:
        """Return when the work is done there.

        Raises RentFailed, RentTimeout, RentLost; Cancelled from `progress`.
        """
        self._ear.start()
        asked = heard = self._now()
        while True:
            self._tell(progress)
            if self._now() - asked >= self._ask_seconds:
                asked = self._now()
                try:
                    if self._is_over():
                        break
                    heard = asked
                except (HubOffline, HubBusy) as error:
                    # It goes on without us for a while.
                    if asked - heard > _SILENT:
                        raise RentLost from error
            time.sleep(_LOOK)
        self._hear_the_rest()
        progress(self._share, self._stage)

    def _is_over(self) -> bool:
        """Whether the work is done. Raises RentFailed, RentTimeout, RentLost, HubOffline, HubBusy."""
        status, seconds = self._asked()
        if status.stage == _DONE:
            return True
        if status.stage in _GONE:
            raise RentLost
        if "timeout" in (status.message or "").lower() or seconds > 60 * self._minutes + _OVERTIME:
            raise RentTimeout(minutes=self._minutes)
        if status.stage == _BROKEN:
            self._hear_the_rest()
            raise RentFailed(reason=self._last or status.message or "?")
        return False

    def _asked(self) -> tuple[JobStatus, float]:
        """How the machine is, and for how many seconds it has been running."""
        try:
            with explained(self._hired.repo):
                try:
                    info = self._api.inspect_job(job_id=self._hired.job, namespace=self._hired.account)
                except JobNotFoundError as error:
                    raise RentLost from error
        except (HubOffline, HubBusy):
            raise
        except HubError as error:
            raise RentLost from error
        return info.status, float((info.durations and info.durations.running_secs) or 0)

    def _hear_the_rest(self) -> None:
        self._ear.join(_LAST_WORDS)
        self._tell(lambda share, stage: None)

    def _tell(self, progress: Progress) -> None:
        while not self._said.empty():
            line = self._said.get()
            told = read_progress(line)
            if told is not None:
                self._share, self._stage = told
            elif line.strip():
                _LOG.info(line)
                self._last = line.strip()[:200]
        progress(self._share, self._stage)

    def _listen(self) -> None:
        """Hear what the machine says; a line that breaks is taken up again until the machine has ended."""
        try:
            for line in self._api.fetch_job_logs(
                job_id=self._hired.job, namespace=self._hired.account, follow=True
            ):
                self._said.put(line)
        except (HfHubHTTPError, httpx2.HTTPError, HubError, OSError, ValueError) as error:
            # What becomes of the work is asked for apart; only its words are lost.
            logging.getLogger("yogalab.publishing").warning("a rented machine is not heard: %s", error)
