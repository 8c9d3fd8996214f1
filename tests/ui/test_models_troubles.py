"""The models page while something is wrong: a damaged version, another encoder, a publish that failed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes import ColourTuner, FakeHub, Studio, studio_lab
from tests.labs import ANNA, fill, worked_off
from yogalab.errors import HubOffline
from yogalab.lab.lab import Lab
from yogalab.settings import Settings
from yogalab.ui.models import ModelsPage
from yogalab.words import say


class OfflineHub(FakeHub):
    def publish(self, *args: object, **kwargs: object) -> str:
        raise HubOffline


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "lab"


def taught(home: Path, **parts: Any) -> Lab:
    """A lab whose version 1 is in use."""
    studio = Studio()
    lab = studio_lab(home, studio=studio, **parts)[0]
    fill(lab, studio, each=4, labelled=True)
    worked_off(lab, lab.versions.train(ANNA).id)
    lab.versions.activate(ANNA, 1)
    return lab


def state_of(page: ModelsPage) -> dict[str, Any]:
    state = page.state(ANNA, {})
    assert isinstance(state, dict)
    return state


def test_from_a_damaged_version_one_can_still_go_back(home: Path) -> None:
    taught(home, hub=FakeHub()).close()
    (weights,) = home.glob("versions/*/model.safetensors")
    weights.chmod(0o600)
    weights.write_bytes(b"torn")
    # As after a restart: what was in memory would hide the damage.
    page = ModelsPage(studio_lab(home, studio=Studio(), hub=FakeHub())[0], Settings(home=home))
    state = state_of(page)
    assert state["plan"] == {"ready": False, "why": say("models.damaged", number=1)}
    assert [version["active"] for version in state["versions"]] == [True]
    assert page.rollback(ANNA, {}) == {"active": 0}
    assert state_of(page)["untrained"] is True


def test_a_version_made_with_another_encoder_waits_rather_than_being_in_use(home: Path) -> None:
    lab = taught(home)
    page = ModelsPage(lab, Settings(home=home))
    (version,) = state_of(page)["versions"]
    assert (version["active"], version["waits"]) == (True, False)
    job = lab.encoders.choose(ANNA, "colour/1")
    assert job is not None
    worked_off(lab, job.id)
    state = state_of(page)
    (version,) = state["versions"]
    assert (version["active"], version["waits"], state["untrained"]) == (False, True, True)


def test_a_publish_that_failed_says_which_version_and_when(home: Path) -> None:
    lab = taught(home, hub=OfflineHub())
    worked_off(lab, lab.versions.publish(ANNA, "me/poses", number=1).id)
    failed = state_of(ModelsPage(lab, Settings(home=home)))["publishing"]
    assert (failed["state"], failed["version"], failed["error"]) == ("failed", 1, say("hub.offline"))
    # The browser compares it with its own clock: it has to say its zone.
    assert failed["ended"].endswith("+00:00")


def test_training_deeper_says_what_is_missing_and_then_what_there_is(home: Path) -> None:
    studio = Studio()
    lab, parts = studio_lab(home, studio=studio, tuner=ColourTuner())
    page = ModelsPage(lab, Settings(home=home))
    assert state_of(page)["deeper"] == {"ready": False, "says": say("tuning.no_encoder"), "ways": []}
    fill(lab, studio, each=7, labelled=True)
    parts.encoders.use("colour/1")
    parts.store.put_setting("encoder", "colour/1")
    deeper = state_of(page)["deeper"]
    assert deeper["ready"] and [way["rung"] for way in deeper["ways"]] == ["R3", "R4"]
    job = page.tune(ANNA, {"rung": "R3"})
    while (running := state_of(page)["tuning"])["state"] in {"waiting", "running"}:
        assert running["id"] == job["id"]  # type: ignore[index]
    assert (running["state"], running["error"]) == ("done", "")
    tuned = say("encoder.tuned.R3", base="colour/1")
    assert running["result"]["encoder"] == tuned
    state = state_of(page)
    assert state["versions"][0]["encoder"] == tuned
    assert [one["label"].startswith(tuned) for one in state["encoders"]] == [False, True]
    assert state["encoder"] in {one["name"] for one in state["encoders"]}
