"""Training deeper on a rented machine: agreed to beforehand, judged like any other, and nothing is left behind.

The hub speaks HTTP and its machines are processes here, so everything travels for real.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import ColourTuner
from tests.hub_server import HubServer
from tests.lab.tuning import sent_work
from tests.lab.tuning.tinted import BASE, Open, finished, parts_of
from tests.labs import ANNA, BEN
from yogalab.errors import NotAllowed, RentChanged, RentNoImage, RentRefused
from yogalab.jobs.runner import JobRunner
from yogalab.lab.lab import Lab
from yogalab.lab.parts import TUNE
from yogalab.lab.renting import RETURN
from yogalab.publishing.renting import HubMachines
from yogalab.records import Consent, Job, JobState, Role, base_of
from yogalab.settings import Settings

COMMAND = ("python", "-m", "tests.lab.tuning.sent_work")
SPACE = "coach/lab"


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer() as server:
        yield server


@pytest.fixture
def rents(hub: HubServer, colourful: Open, tmp_path: Path) -> Callable[..., Lab]:
    """Opens a lab that may rent. seed: what happens on the machine."""

    def opened(seed: int = sent_work.WELL, *, space: str | None = SPACE) -> Lab:
        settings = Settings(home=tmp_path, hub_endpoint=hub.url, space=space)
        rented = HubMachines(settings, token="hf_coach", command=COMMAND, ask_seconds=0.2)
        parts = parts_of(colourful(tmp_path, ColourTuner()))
        jobs = JobRunner(parts.store, lease_seconds=2.0, beat_seconds=0.2, look_seconds=0.05)
        lab = Lab(replace(parts, rented=rented, seed=seed, jobs=jobs))
        jobs.register(TUNE, lab.tuning.tune_now, lane=TUNE)
        jobs.register(RETURN, lab.renting.return_now)
        return lab

    return opened


def rented(lab: Lab) -> Job:
    terms = lab.renting.terms(ANNA, "R3", machine="t4-small", minutes=30)
    return lab.renting.tune(ANNA, "R3", machine="t4-small", minutes=30, agreed=terms.mark)


def said(lab: Lab, job: Job) -> str:
    return "\n".join(line.code or line.text for line in lab.said(ANNA, job.id))


def left(hub: HubServer, lab: Lab) -> list[str]:
    """What is still on the hub: machines at work, pictures; and what the lab thinks is."""
    machines = [job.id for job in hub.machines.jobs.values() if job.stage == "RUNNING"]
    pictures = [name for kind, name in hub.repos._all if kind == "dataset"]
    return [*machines, *pictures, *parts_of(lab).rented.left()]  # type: ignore[union-attr]


def test_it_is_agreed_to_tuned_there_judged_here_and_waits_to_be_used(
    hub: HubServer, rents: Callable[..., Lab]
) -> None:
    lab = rents()
    assert [machine.name for machine in lab.renting.machines(ANNA)] == ["t4-small", "a10g-large"]
    # Whose consent was taken back is not sent away.
    taught = next(photo for photo in parts_of(lab).store.photos() if not photo.holdout)
    labels = lab.tuning.prospect(ANNA).labels
    lab.consents.record(ANNA, {taught.id: Consent.WITHDRAWN})
    terms = lab.renting.terms(ANNA, "R3", machine="t4-small", minutes=30)
    assert lab.tuning.prospect(ANNA).labels == labels - 1
    assert (terms.photos, terms.unsure, terms.account) == (labels - 1, 0, "coach")
    assert round(terms.dollars, 2) == 0.2
    job = finished(lab, rented(lab).id)
    assert job.state is JobState.DONE, (job.error, job.error_data, said(lab, job))
    name = str(job.result["encoder"])
    version = lab.versions.version(ANNA, int(str(job.result["version"])))
    # The gate's word is the same as for one made here, and nobody is served by it yet.
    assert job.result["candidate"] and version.verdict.promoted and version.encoder == name
    assert (lab.answering(ANNA), lab.encoder()) == (1, BASE)
    assert lab.versions.activate(ANNA, version.number) is None
    assert lab.encoder() == name and base_of(name) == BASE
    (machine,) = hub.machines.jobs.values()
    assert (machine.spec["spaceId"], machine.spec["flavor"]) == (SPACE, "t4-small")
    assert machine.spec["timeoutSeconds"] == 1800
    # The token is the machine's secret and nowhere else; what the machine said is kept here.
    assert machine.spec["secrets"] == {"HF_TOKEN": "hf_coach"}
    assert "hf_coach" not in str({**machine.spec, "secrets": None})
    assert f"tuning {terms.photos} photos" in said(lab, job) and "rent.pack" in said(lab, job)
    assert left(hub, lab) == []


def test_only_what_was_agreed_to_is_done(hub: HubServer, rents: Callable[..., Lab]) -> None:
    lab = rents()
    terms = lab.renting.terms(ANNA, "R3", machine="t4-small", minutes=30)
    for other in ({"machine": "a10g-large"}, {"minutes": 60}):
        with pytest.raises(RentChanged):
            lab.renting.tune(ANNA, "R3", **{"machine": "t4-small", "minutes": 30, **other}, agreed=terms.mark)  # type: ignore[arg-type]
    for wrong in ({"machine": "cpu-basic"}, {"machine": "mainframe"}, {"minutes": 1}, {"minutes": 100_000}):
        with pytest.raises(RentRefused):
            lab.renting.terms(ANNA, "R3", **{"machine": "t4-small", "minutes": 30, **wrong})  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        lab.renting.machines(replace(BEN, role=Role.COACH))
    with pytest.raises(RentNoImage):
        rents(space=None).renting.machines(ANNA)
    # The account has no credit: nothing stays there of what was sent before the hub said so.
    hub.machines.broke = True
    job = finished(lab, rented(lab).id)
    assert (job.state, job.error, job.error_data) == (
        JobState.FAILED,
        "rent.needs_credit",
        {"account": "coach"},
    )
    assert left(hub, lab) == [] and not hub.machines.jobs


def test_what_breaks_there_says_why(hub: HubServer, rents: Callable[..., Lab]) -> None:
    lab = rents(sent_work.BREAKS)
    job = finished(lab, rented(lab).id)
    assert (job.state, job.error) == (JobState.FAILED, "rent.failed")
    assert job.error_data["reason"] == "the card fell off the bus"
    assert "the card fell off the bus" in said(lab, job)
    assert (lab.encoder(), left(hub, lab)) == (BASE, [])


def test_a_machine_is_stopped_at_its_limit_by_hand_and_when_it_is_gone(
    hub: HubServer, rents: Callable[..., Lab]
) -> None:
    lab = rents(sent_work.HANGS)
    hub.machines.limit = 0.5
    job = finished(lab, rented(lab).id)
    assert (job.error, job.error_data) == ("rent.timeout", {"minutes": 30})
    hub.machines.limit = None

    job = rented(lab)
    until(lambda: "tuning " in said(lab, job))
    assert left(hub, lab)
    lab.versions.cancel(ANNA, job.id)
    assert finished(lab, job.id).state is JobState.CANCELLED
    assert left(hub, lab) == []

    job = rented(lab)
    until(lambda: len(hub.machines.jobs) == 3)
    (gone,) = [key for key, machine in hub.machines.jobs.items() if machine.stage == "RUNNING"]
    hub.machines.jobs.pop(gone).end("DELETED")
    assert finished(lab, job.id).error == "rent.lost"
    assert left(hub, lab) == []


def test_cut_off_it_goes_on_watching_the_same_machine_or_gives_it_back(
    hub: HubServer, rents: Callable[..., Lab]
) -> None:
    lab = rents(sent_work.HANGS)
    parts = parts_of(lab)
    machines = parts.rented
    assert machines is not None
    job = rented(lab)
    until(lambda: "tuning " in said(lab, job))
    # As after a power cut: the record and the machine are there, and nobody watches.
    (record,) = machines._book.all()  # type: ignore[attr-defined]
    lab.versions.cancel(ANNA, job.id)
    finished(lab, job.id)
    spec = {**hub.machines.jobs[record.job].spec, "command": ["python", "-c", "import time; time.sleep(60)"]}
    begun = hub.machines.begin("coach", spec, hub.url)
    machines._book.write(replace(record, job=str(begun["id"])))  # type: ignore[attr-defined]
    again = rented(lab)
    until(lambda: "Taken up again" in said(lab, again))
    assert len(hub.machines.jobs) == 2
    lab.versions.cancel(ANNA, again.id)
    finished(lab, again.id)
    # And where nobody goes on with it, it is given back when the lab is opened next.
    begun = hub.machines.begin("coach", spec, hub.url)
    machines._book.write(replace(record, job=str(begun["id"])))  # type: ignore[attr-defined]
    lab.tidy()
    until(lambda: not left(hub, lab))
    assert hub.machines.jobs[str(begun["id"])].stage == "CANCELED"


def until(condition: Callable[[], object]) -> None:
    while not condition():
        time.sleep(0.05)
