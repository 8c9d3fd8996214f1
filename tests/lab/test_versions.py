"""Train, compare, roll back, publish, pull, and change the encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import AGREED, FakeHub, Studio, studio_lab
from tests.labs import ANNA, BEN, fill, probabilities, worked_off
from yogalab.errors import BadRepoName, HubOffline, NothingNew, OtherEncoder, TooFewLabels
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import JobState


def test_training_needs_two_poses(lab: Lab, studio: Studio) -> None:
    fill(lab, studio, each=1)
    with pytest.raises(TooFewLabels):
        lab.versions.train(ANNA)


def test_the_same_labels_train_nothing_new(lab: Lab, studio: Studio) -> None:
    fill(lab, studio, labelled=True)
    worked_off(lab, lab.versions.train(ANNA).id)
    with pytest.raises(NothingNew):
        lab.versions.train(ANNA)


def test_rolling_back_serves_what_was_served_before(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, labelled=True)
    worked_off(lab, lab.versions.train(ANNA).id)
    lab.versions.activate(ANNA, 1)
    with_version = probabilities(lab, ids[0])
    lab.versions.activate(ANNA, 0)
    lab.versions.activate(ANNA, 1)
    assert probabilities(lab, ids[0]) == with_version
    assert lab.versions.rollback(ANNA) == 0


def test_publishing_gives_the_next_tag_and_publishing_again_the_same(tmp_path: Path, studio: Studio) -> None:
    hub = FakeHub()
    lab, _ = studio_lab(tmp_path, studio=studio, hub=hub)
    fill(lab, studio, labelled=True)
    worked_off(lab, lab.versions.train(ANNA).id)
    for _ in range(2):
        job = worked_off(lab, lab.versions.publish(ANNA, "anna/poses", number=1).id)
        assert job.result["tag"] == "v0001"
    assert set(hub.repos["anna/poses"]) == {"v0001"}
    with pytest.raises(BadRepoName):
        lab.versions.publish(ANNA, "nowhere", number=1)


def test_a_hub_that_does_not_answer_loses_nothing(tmp_path: Path, studio: Studio) -> None:
    hub = FakeHub()
    lab, _ = studio_lab(tmp_path, studio=studio, hub=hub)
    fill(lab, studio, labelled=True)
    worked_off(lab, lab.versions.train(ANNA).id)
    hub.down = HubOffline(repo="anna/poses")
    job = worked_off(lab, lab.versions.publish(ANNA, "anna/poses", number=1).id)
    assert (job.state, job.error) == (JobState.FAILED, "hub.offline")
    hub.down = None
    assert worked_off(lab, lab.versions.publish(ANNA, "anna/poses", number=1).id).state is JobState.DONE


def test_a_pulled_version_can_be_served_elsewhere(tmp_path: Path, studio: Studio) -> None:
    hub = FakeHub()
    lab, _ = studio_lab(tmp_path / "a", studio=studio, hub=hub)
    ids = fill(lab, studio, labelled=True)
    worked_off(lab, lab.versions.train(ANNA).id)
    lab.versions.activate(ANNA, 1)
    worked_off(lab, lab.versions.publish(ANNA, "anna/poses").id)
    other, _ = studio_lab(tmp_path / "b", studio=studio, hub=hub)
    twin = other.photos.add(ANNA, [studio.draw("tree", 0)], consent=AGREED).new[0]
    pulled = other.versions.pull(BEN, "anna/poses")
    other.versions.activate(BEN, pulled.number)
    here, there = probabilities(lab, ids[0]), probabilities(other, twin)
    assert there == pytest.approx(here, abs=1e-4)


def test_an_encoder_is_used_after_a_click_and_only_then(made: tuple[Lab, Parts], studio: Studio) -> None:
    lab, parts = made
    ids = fill(lab, studio, each=3, labelled=True)
    worked_off(lab, lab.versions.train(ANNA).id)
    lab.versions.activate(ANNA, 1)
    assert lab.encoder() is None
    job = lab.encoders.choose(ANNA, "colour/1")
    assert job is not None
    assert worked_off(lab, job.id).state is JobState.DONE
    assert lab.encoder() == "colour/1"
    assert set(parts.store.embeddings("colour/1", "full-1")) == set(ids)
    # The version was made without CLIP: it is not served beside it.
    prediction = lab.review.card(ANNA, ids[0]).prediction
    assert prediction is not None and prediction.version == 0
    with pytest.raises(OtherEncoder):
        lab.versions.activate(ANNA, 1)
    lab.encoders.choose(ANNA, None)
    prediction = lab.review.card(ANNA, ids[0]).prediction
    assert prediction is not None and prediction.version == 1
