"""What is served follows what coaches say, whoever else is at work on the lab."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import AGREED, FakeHub, Studio, studio_lab
from tests.labs import ANNA, BEN, fill, probabilities, worked_off
from yogalab.lab.lab import Lab
from yogalab.lab.ledger import Ledger
from yogalab.lab.parts import Parts
from yogalab.learning import ladder
from yogalab.records import Head, JobState, LabelKind, TrainingSet


def _ledger(parts: Parts) -> Ledger:
    ledger = Ledger(parts.store)
    ledger.catch_up(parts.store.pulse())
    return ledger


def test_a_correction_taken_back_after_training_is_learnt_since(
    made: tuple[Lab, Parts], studio: Studio
) -> None:
    lab, parts = made
    photo = fill(lab, studio, each=1)[0]
    lab.review.label(ANNA, photo, "tree")
    lab.review.label(ANNA, photo, "boat")
    taught = parts.store.pulse().seq
    assert _ledger(parts).learnt_since(taught) == {}
    lab.review.undo(ANNA)
    learnt = _ledger(parts).learnt_since(taught)
    assert learnt[photo].pose_id == lab.poses.pose(ANNA, "tree").id
    assert _ledger(parts).known_at(taught)[photo].pose_id == lab.poses.pose(ANNA, "boat").id


def test_skipping_or_agreeing_after_training_teaches_nothing(made: tuple[Lab, Parts], studio: Studio) -> None:
    lab, parts = made
    photo = fill(lab, studio, each=1)[0]
    lab.review.label(ANNA, photo, "tree")
    taught = parts.store.pulse().seq
    lab.review.mark(ANNA, photo, LabelKind.SKIP)
    lab.review.label(BEN, photo, "tree")
    assert _ledger(parts).learnt_since(taught) == {}
    assert set(_ledger(parts).learnt_since(0)) == {photo}


def test_coaches_who_named_poses_that_were_merged_agree(lab: Lab, studio: Studio) -> None:
    photo = fill(lab, studio, each=1)[0]
    lab.review.label(ANNA, photo, "tree")
    lab.review.label(BEN, photo, "boat")
    assert lab.review.tally(ANNA).disputed == 1
    lab.poses.merge(ANNA, "boat", "tree")
    assert lab.review.tally(ANNA).disputed == 0
    label = lab.review.card(ANNA, photo).label
    assert label is not None and label.pose_id == lab.poses.pose(ANNA, "tree").id


def test_the_log_is_read_while_it_grows(made: tuple[Lab, Parts], studio: Studio) -> None:
    lab, parts = made
    photos = fill(lab, studio, each=12)
    ledger, troubles = _ledger(parts), list[Exception]()
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            try:
                ledger.standing(ANNA.id)
            except Exception as error:
                troubles.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for photo in photos:
        lab.review.label(ANNA, photo, "tree")
        ledger.catch_up(parts.store.pulse())
    over.set()
    for reader in readers:
        reader.join()
    assert not troubles
    assert len(ledger.standing(ANNA.id)) == len(photos)


def test_every_state_has_a_number_of_its_own(lab: Lab, studio: Studio) -> None:
    fill(lab, studio, each=1)
    before = lab._served.snapshot().serial
    lab.encoders.choose(ANNA, None)
    assert lab._served.snapshot().serial > before


def test_a_step_that_fails_is_made_up_for(lab: Lab, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = fill(lab, studio, each=1)
    lab.review.queue(ANNA)
    ids += lab.photos.add(ANNA, [studio.draw("tree", 77)], consent=AGREED).new
    with monkeypatch.context() as broken:
        broken.setattr(ladder, "logits", _out_of_memory)
        for _ in range(2):
            with pytest.raises(MemoryError):
                lab.review.card(ANNA, ids[0])
    assert set(lab._served.snapshot().row) == set(ids)
    assert probabilities(lab, ids[-1])


def test_a_pose_of_another_lab_is_not_taken_for_one_of_ours(tmp_path: Path, studio: Studio) -> None:
    hub = FakeHub()
    theirs, _ = studio_lab(tmp_path / "theirs", studio=studio, hub=hub)
    ours, _ = studio_lab(tmp_path / "ours", studio=studio, hub=hub)
    crow, raven = theirs.poses.add(ANNA, "Crow of theirs"), ours.poses.add(ANNA, "Raven of ours")
    assert crow.id == raven.id
    uploads = [studio.draw("boat", n, label=crow.slug) for n in range(8)]
    uploads += [studio.draw("tree", n, label="tree") for n in range(8)]
    theirs.photos.add(ANNA, uploads, consent=AGREED)
    worked_off(theirs, theirs.versions.train(ANNA).id)
    worked_off(theirs, theirs.versions.publish(ANNA, "anna/poses", number=1).id)
    photo = ours.photos.add(ANNA, [studio.draw("boat", 0)], consent=AGREED).new[0]
    ours.versions.activate(ANNA, ours.versions.pull(ANNA, "anna/poses").number)
    answer = probabilities(ours, photo)
    assert max(answer, key=lambda slug: answer[slug]) != raven.slug
    # A pose of that name makes the version's own column speak.
    ours.poses.add(ANNA, "Crow of theirs")
    answer = probabilities(ours, photo)
    assert max(answer, key=lambda slug: answer[slug]) == crow.slug


def test_a_training_cut_off_before_its_version_served_is_finished(
    made: tuple[Lab, Parts], studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, parts = made
    fill(lab, studio, each=8, labelled=True)
    with monkeypatch.context() as cut:
        cut.setattr(parts.store, "activate", _out_of_memory)
        first = worked_off(lab, lab.versions.train(ANNA).id)
    assert first.state is JobState.FAILED
    version = lab.versions.version(ANNA, 1)
    assert version.verdict.promoted and not version.active
    again = worked_off(lab, parts.jobs.start("train", {}, who=ANNA.id).id)
    assert again.result == {"version": 1, "promoted": True}
    assert lab.versions.version(ANNA, 1).active


def test_a_label_taken_back_during_a_training_does_not_stop_it(
    lab: Lab, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = fill(lab, studio, labelled=True)
    worked_off(lab, lab.versions.train(ANNA).id)
    lab.versions.activate(ANNA, 1)
    lab.review.label(ANNA, ids[0], "boat")
    retrain = ladder.retrain

    def and_undo(train: TrainingSet, prior: Head, **how: Any) -> Head:
        lab.review.undo(ANNA)
        lab.review.undo(ANNA)
        lab.review.queue(ANNA)
        return retrain(train, prior, **how)

    monkeypatch.setattr(ladder, "retrain", and_undo)
    job = worked_off(lab, lab.versions.train(ANNA).id)
    assert job.state is JobState.DONE, job.error


def _out_of_memory(*_: object, **__: object) -> Mapping[str, object]:
    raise MemoryError
