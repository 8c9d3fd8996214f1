"""What processes run that work and serve no pages: beside the pages, on a cluster, on a rented machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from yogalab import wiring
from yogalab.jobs import working
from yogalab.jobs.runner import JobRunner
from yogalab.ports import Store
from yogalab.publishing import sent
from yogalab.settings import THREADS, Settings


def work(settings: Settings) -> None:
    """Do the long work of a lab whose pages run elsewhere, until stopped."""
    working.step_back()
    _, parts, here = wiring.open_to_work(_at_work(settings))
    try:
        working.work(parts.store, here)
    finally:
        here.give_back()


def work_for_pages() -> None:
    """As `work`, as the child of the process that serves the pages."""
    working.work_for_parent(_opened)


def do_job(order: str, job_id: int) -> None:
    """Do one job of the lab of these settings, packed: what a machine of a cluster runs."""
    lab, _, here = wiring.open_to_work(_at_work(Settings.unpacked(order)))
    try:
        here.run(job_id)
    finally:
        lab.close()


def tune_sent(repo: str, revision: str) -> None:
    """Tune what a lab has sent to this rented machine in a private data set, and send the result back."""
    settings = Settings.from_env()
    with TemporaryDirectory(prefix="yogalab-") as folder:
        tuner = wiring.LateTuner(settings)
        sent.tune_sent(settings, repo, revision, tuner=tuner, workplace=Path(folder))


def _opened(settings: Settings) -> tuple[Store, JobRunner]:
    lab, parts, here = wiring.open_to_work(_at_work(settings))
    # What any training needs first, while nobody waits for it yet.
    lab.photos.table()
    return parts.store, here


def _at_work(settings: Settings) -> Settings:
    """The settings of a process that does the work rather than handing it on."""
    return replace(settings, worker=THREADS, ray_address=None)
