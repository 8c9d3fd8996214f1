"""Train, compare, roll back, publish, pull, and change the encoder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.fakes import AGREED, ColourEncoder, FakeHub, Studio, studio_lab
from tests.labs import ANNA, BEN, fill, probabilities, worked_off
from yogalab.errors import (
    BadRepoName,
    EncoderDamaged,
    EncoderUnknown,
    HubOffline,
    NothingNew,
    TooFewLabels,
)
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.ports import Pixels
from yogalab.records import JobState, Matrix
from yogalab.settings import Settings
from yogalab.vision.encoders import read_encoders
from yogalab.wiring import open_lab


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
    assert lab.versions.rollback(ANNA) == (0, None)


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
    # Asked for, it brings the lab's eyes of then along, at once.
    assert lab.versions.activate(ANNA, 1) is None
    assert lab.encoder() is None
    prediction = lab.review.card(ANNA, ids[0]).prediction
    assert prediction is not None and prediction.version == 1


def test_photos_added_or_deleted_while_others_are_encoded(
    made: tuple[Lab, Parts], studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, parts = made
    ids = fill(lab, studio, each=4)
    late: list[int] = []
    encode = ColourEncoder.encode_photos

    def meanwhile(encoder: ColourEncoder, photos: Sequence[Pixels]) -> Matrix:
        if not late:
            late.extend(lab.photos.add(ANNA, [studio.draw("tree", 50)], consent=AGREED).new)
            lab.photos.delete(ANNA, ids[-1:])
        return encode(encoder, photos)

    monkeypatch.setattr(ColourEncoder, "encode_photos", meanwhile)
    job = lab.encoders.choose(ANNA, "colour/1")
    assert job is not None
    job = worked_off(lab, job.id)
    assert job.state is JobState.DONE, job.error
    assert set(parts.store.embeddings("colour/1", "full-1")) == {*ids[:-1], *late}


def test_an_encoder_without_its_weights_leaves_the_skeletons(
    made: tuple[Lab, Parts], studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, _ = made
    job = lab.encoders.choose(ANNA, "colour/1")
    assert job is not None
    worked_off(lab, job.id)

    def damaged(*_: object) -> Matrix:
        raise EncoderDamaged(encoder="colour/1", file="weights")

    monkeypatch.setattr(ColourEncoder, "encode_photos", damaged)
    monkeypatch.setattr(ColourEncoder, "encode_texts", damaged)
    added = lab.photos.add(ANNA, [studio.draw("tree", 1)], consent=AGREED)
    assert added.new and added.encoder_trouble is not None
    assert probabilities(lab, added.new[0])
    upload = studio.draw("tree", 2)
    assert lab.photos.look(ANNA, upload.name, upload.data).encoder is None


def test_the_setting_names_the_encoder_of_a_new_lab_only(tmp_path: Path) -> None:
    first, second = [row.name for row in read_encoders().rows if row.hub][:2]

    def encoder(setting: str | None) -> str | None:
        lab = open_lab(Settings(home=tmp_path, encoder=setting, offline=True))
        try:
            return lab.encoder()
        finally:
            lab.close()

    with pytest.raises(EncoderUnknown):
        encoder("no such encoder")
    assert encoder(first) == first
    assert encoder(second) == first
    lab = open_lab(Settings(home=tmp_path, encoder=first, offline=True))
    lab.encoders.choose(ANNA, None)
    lab.close()
    assert encoder(first) is None


def test_publishing_cut_off_before_it_was_written_down_asks_for_the_same_tag_again(
    tmp_path: Path, studio: Studio
) -> None:
    hub = FakeHub()
    lab, _ = studio_lab(tmp_path, studio=studio, hub=hub)
    fill(lab, studio, labelled=True)
    worked_off(lab, lab.versions.train(ANNA).id)
    published = lab.versions.publish_now

    class CutOff(Exception):
        pass

    real = hub.publish

    def publish_then_die(*args: object, **options: object) -> str:
        real(*args, **options)  # type: ignore[arg-type]
        raise CutOff

    hub.publish = publish_then_die  # type: ignore[method-assign]
    with pytest.raises(CutOff):
        published({"version": 1, "repo": "anna/poses"}, "anna", lambda share, stage: None)
    hub.publish = real  # type: ignore[method-assign]
    again = published({"version": 1, "repo": "anna/poses"}, "anna", lambda share, stage: None)
    assert again["tag"] == "v0001"
    assert set(hub.repos["anna/poses"]) == {"v0001"}
