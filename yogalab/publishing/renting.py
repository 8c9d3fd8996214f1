"""Machines rented from Hugging Face Jobs: a tuning goes there and comes back, and leaves nothing behind.

Nothing stays on the Hub: pictures travel in a private data set of their own, made for one tuning and deleted
after it, and the account's token is known to the machine as a secret. What is rented is written down first and
struck out last, so that whoever is cut off in between can find it again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from huggingface_hub import CommitOperationAdd, HfApi, get_token, snapshot_download
from huggingface_hub.errors import JobNotFoundError

from yogalab.errors import (
    HubError,
    HubPayment,
    HubRepoNotFound,
    RentFailed,
    RentLost,
    RentNeedsCredit,
    RentNoImage,
)
from yogalab.ports import JOB_LOG, Pixels, Progress
from yogalab.publishing import parcel
from yogalab.publishing.hires import HireBook, HireRecord
from yogalab.publishing.line import Silent, check_repo, writer
from yogalab.publishing.trouble import explained
from yogalab.publishing.watching import Watch
from yogalab.records import Hire, Machine, Tuned, TuningRequest
from yogalab.settings import Settings

_LOG: Final = logging.getLogger(JOB_LOG)
_NAME: Final = "yogalab-tuning-{mark}"
_LABEL: Final = "yogalab"
_DATASET: Final = "dataset"
_BROUGHT: Final = "brought"
# A Space's programs lie there in its image; where a job starts is the Hub's to choose.
_SENT: Final = (
    "import sys; sys.path[:0] = ['/home/user/app', '.']; "
    "from yogalab.workers import tune_sent; tune_sent(*sys.argv[1:])"
)
COMMAND: Final = ("python", "-c", _SENT)
_OPEN: Final = frozenset({"SCHEDULING", "RUNNING"})
_PER_HOUR: Final = {"minute": 60.0, "hour": 1.0, "second": 3600.0}
# Where each stretch of the work ends, as a share of the whole.
_PACKED: Final = 0.06
_SENT_OFF: Final = 0.1
_WORKED: Final = 0.97


class HubMachines:
    """Implements `ports.RentedMachines`. command: what a machine runs, before the data set and its commit."""

    def __init__(
        self,
        settings: Settings,
        *,
        token: str | None = None,
        command: Sequence[str] = COMMAND,
        ask_seconds: float = 3.0,
    ) -> None:
        self._settings = settings
        self._token = token
        self._command = tuple(command)
        self._ask_seconds = ask_seconds
        self._book = HireBook(settings.home / "rented")

    def account(self) -> str:
        with explained(""):
            return str(self._api().whoami()["name"])

    def image(self) -> str:
        space = self._settings.space
        if space is None:
            raise RentNoImage
        check_repo(space)
        return space

    def machines(self) -> Sequence[Machine]:
        with explained(""):
            offered = self._api().list_jobs_hardware()
        found = [
            Machine(
                name=one.name,
                label=one.pretty_name,
                accelerator=(one.accelerator.model or "") if one.accelerator else "",
                dollars_per_hour=one.unit_cost_usd * _PER_HOUR[one.unit_label],
            )
            for one in offered
            if one.unit_label in _PER_HOUR
        ]
        return sorted(found, key=lambda one: (one.dollars_per_hour, one.name))

    def tuner(self, hire: Hire) -> RentedTuner:
        return RentedTuner(
            self._api,
            self._book,
            hire,
            space=self.image(),
            command=self._command,
            secret=self._token or get_token() or "",
            endpoint=self._settings.hub_endpoint,
            ask_seconds=self._ask_seconds,
        )

    def left(self) -> Collection[str]:
        return [one.fingerprint for one in self._book.all()]

    def give_back(self, *, but: str | None = None) -> int:
        left = [one for one in self._book.all() if one.fingerprint != but]
        return sum(not _returned(self._api, self._book, one) for one in left)

    def _api(self) -> HfApi:
        return writer(self._settings, self._token, "")


class RentedTuner:
    """Implements `ports.Tuner` on a machine that is rented for it. secret: the token that it is given."""

    def __init__(
        self,
        api: Callable[[], HfApi],
        book: HireBook,
        hire: Hire,
        *,
        space: str,
        command: Sequence[str],
        secret: str,
        endpoint: str | None,
        ask_seconds: float,
    ) -> None:
        self._api = api
        self._book = book
        self._hire = hire
        self._space = space
        self._command = command
        self._secret = secret
        self._endpoint = endpoint
        self._ask_seconds = ask_seconds

    def tune(
        self,
        request: TuningRequest,
        *,
        pixels: Callable[[int], Pixels],
        folder: Path,
        progress: Progress,
    ) -> Tuned:
        """As the port says; raises RentFailed, RentLost, RentTimeout, RentNeedsCredit, HubError besides."""
        with suppress(ValueError):
            # Brought here before something cut this off: it is not paid for twice.
            return parcel.read_result(folder / _BROUGHT, request)
        hired = self._book.read(request.fingerprint)
        if hired is None or not hired.job:
            hired = self._started(request, pixels, folder, progress)
        else:
            _LOG.info("Taken up again: %s", hired.job)
        try:
            watch = Watch(self._api(), hired, minutes=self._hire.minutes, ask_seconds=self._ask_seconds)
            watch.to_the_end(_part(progress, _SENT_OFF, _WORKED))
            progress(_WORKED, "rent.bring")
            return self._brought(hired, request, folder / _BROUGHT)
        finally:
            _returned(self._api, self._book, hired)

    def _started(
        self, request: TuningRequest, pixels: Callable[[int], Pixels], folder: Path, progress: Progress
    ) -> HireRecord:
        api = self._api()
        with explained(""):
            account = str(api.whoami()["name"])
        repo = f"{account}/{_NAME.format(mark=request.fingerprint[:12])}"
        hired = HireRecord(fingerprint=request.fingerprint, account=account, repo=repo)
        self._book.write(hired)
        try:
            with explained(""):
                job = next(iter(_running(api, hired)), None)
            if job is None:
                with TemporaryDirectory(prefix="parcel-", dir=folder) as parcels:
                    tell = _part(progress, 0.0, _PACKED)
                    files = parcel.pack(request, pixels, Path(parcels), lambda share: tell(share, "rent.pack"))
                    progress(_PACKED, "rent.send")
                    revision = _sent(api, repo, files)
                job = self._begun(api, hired, revision)
            hired = replace(hired, job=job)
            self._book.write(hired)
            return hired
        except BaseException:
            _returned(self._api, self._book, hired)
            raise

    def _begun(self, api: HfApi, hired: HireRecord, revision: str) -> str:
        try:
            with explained(self._space):
                job = api.run_job(
                    image=f"hf.co/spaces/{self._space}",
                    command=[*self._command, hired.repo, revision],
                    env={"HF_ENDPOINT": self._endpoint} if self._endpoint else None,
                    secrets={"HF_TOKEN": self._secret},
                    flavor=self._hire.machine,
                    timeout=60 * self._hire.minutes,
                    labels={_LABEL: _mark(hired)},
                    namespace=hired.account,
                )
        except HubPayment as error:
            raise RentNeedsCredit(account=hired.account) from error
        _LOG.info("%s for at most %s min: %s", self._hire.machine, self._hire.minutes, job.url)
        return str(job.id)

    def _brought(self, hired: HireRecord, request: TuningRequest, folder: Path) -> Tuned:
        with explained(hired.repo):
            snapshot_download(
                hired.repo,
                repo_type=_DATASET,
                allow_patterns=f"{parcel.RESULT}/*",
                local_dir=folder,
                endpoint=self._endpoint,
                token=self._secret,
                tqdm_class=Silent,
            )
        try:
            return parcel.read_result(folder, request)
        except ValueError as error:
            raise RentFailed(reason=str(error)) from error


def _sent(api: HfApi, repo: str, files: dict[str, Path]) -> str:
    """Put the pictures into a private data set of their own and return its commit."""
    with explained(repo):
        api.create_repo(repo, repo_type=_DATASET, private=True, exist_ok=True)
        if not api.dataset_info(repo).private:
            # Somebody made one of this name before: pictures of people never go into a public place.
            raise RentLost
        additions = [CommitOperationAdd(path, file) for path, file in files.items()]
        return str(api.create_commit(repo, additions, repo_type=_DATASET, commit_message="To be tuned").oid)


def _mark(hired: HireRecord) -> str:
    """What a machine is labelled with, to be known again."""
    return hired.fingerprint[:12]


def _running(api: HfApi, hired: HireRecord) -> Sequence[str]:
    """Machines at work for this, one that was rented and not written down included: the power may be cut."""
    jobs = api.list_jobs(namespace=hired.account, labels={_LABEL: _mark(hired)})
    return [job.id for job in jobs if job.status.stage in _OPEN]


def _returned(api: Callable[[], HfApi], book: HireBook, hired: HireRecord) -> bool:
    """Stop the machine and take the pictures away; False where the Hub did not answer: it is tried again."""
    try:
        with explained(hired.repo):
            client = api()
            for job in [hired.job] if hired.job else _running(client, hired):
                # What the Hub knows nothing of any more need not be stopped.
                with suppress(JobNotFoundError):
                    if client.inspect_job(job_id=job, namespace=hired.account).status.stage in _OPEN:
                        client.cancel_job(job_id=job, namespace=hired.account)
            client.delete_repo(hired.repo, repo_type=_DATASET, missing_ok=True)
    except HubRepoNotFound:
        pass
    except HubError as error:
        _LOG.warning("Not taken away yet, tried again later: %s (%s)", hired.repo, error)
        return False
    book.forget(hired.fingerprint)
    return True


def _part(progress: Progress, start: float, end: float) -> Progress:
    return lambda share, stage: progress(start + (end - start) * share, stage)
