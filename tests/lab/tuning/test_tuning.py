"""Training deeper: the encoder learns, the gate decides, and nothing is lost whatever happens on the way."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import AGREED, ColourTuner, FakeHub, studio_lab
from tests.lab.tuning.tinted import BASE, TINTS, Open, finished, parts_of, payload, tinted, tuned
from tests.labs import ANNA, BEN, guess
from yogalab.errors import (
    DiskFull,
    NotAllowed,
    NothingNew,
    NothingToTune,
    TooFewToTune,
    TrainingBusy,
    TuningFailed,
)
from yogalab.lab.close_ups import RECIPE_OF_EMBEDDING
from yogalab.lab.lab import Lab
from yogalab.lab.parts import TUNE
from yogalab.records import Coach, JobState, Role, Tuned, base_of


def test_a_tuned_encoder_that_is_no_worse_is_used_with_its_version(lab: Lab, tuner: ColourTuner) -> None:
    parts = parts_of(lab)
    prospect = lab.tuning.prospect(ANNA)
    job = tuned(lab)
    name = str(job.result["encoder"])
    assert job.result["promoted"] and lab.encoder() == name and base_of(name) == BASE
    assert lab.answering(ANNA) == 2
    version = lab.versions.version(ANNA, 2)
    assert (version.encoder, version.parent) == (name, 1)
    held = {photo.id for photo in parts.store.photos() if photo.holdout}
    (request,) = tuner.asked
    assert held and not held & set(request.photo_ids.tolist())
    assert (prospect.encoder, prospect.labels, prospect.poses) == (BASE, len(request.y), 3)
    # Every pose has its sentences, those without a label too.
    assert len(request.captions) > 3 and all(request.captions)
    head = parts.versions.load(version.fingerprint)
    assert head.rung == "R3" and head.change is not None and head.change.name == name
    everybody = {photo.id for photo in parts.store.photos()}
    assert parts.store.embeddings(name, RECIPE_OF_EMBEDDING).keys() == everybody
    new = lab.photos.add(ANNA, [tinted("boat", 99, label=False)], consent=AGREED).new[0]
    assert guess(lab, new) == "boat"
    with pytest.raises(NothingNew):
        lab.tuning.tune(ANNA, "R3")


def test_every_process_meets_version_and_encoder_together(
    tmp_path: Path, tuner: ColourTuner, colourful: Open
) -> None:
    lab = colourful(tmp_path, tuner)
    other, _ = studio_lab(tmp_path)
    assert (other.answering(BEN), other.encoder()) == (1, BASE)
    name = tuned(lab).result["encoder"]
    assert (other.answering(BEN), other.encoder()) == (2, name)
    lab.versions.activate(ANNA, 1)
    assert (other.answering(BEN), other.encoder()) == (1, BASE)


def test_an_encoder_that_has_learnt_its_photos_by_heart_is_not_used(tmp_path: Path, colourful: Open) -> None:
    class ByHeart(ColourTuner):
        """Right on every photo it was tuned on; on those left out it knows nothing."""

        def tune(self, request, **how):  # type: ignore[no-untyped-def]
            made = super().tune(request, **how)
            rng = np.random.default_rng(0)
            return Tuned(
                change=made.change, left_out=rng.standard_normal(made.left_out.shape).astype(np.float32)
            )

    lab = colourful(tmp_path, ByHeart())
    photo = parts_of(lab).store.photos()[0].id
    before = guess(lab, photo)
    job = tuned(lab)
    assert job.result["promoted"] is False
    assert (lab.encoder(), lab.answering(ANNA)) == (BASE, 1)
    assert guess(lab, photo) == before
    kept = lab.versions.version(ANNA, 2)
    assert not kept.verdict.promoted and kept.report.top1 < kept.baseline.top1
    # Its owner may use it all the same, and go back.
    assert lab.versions.activate(ANNA, 2) is None
    assert lab.encoder() == kept.encoder
    assert lab.versions.rollback(ANNA) == (1, None)
    assert (lab.encoder(), lab.answering(ANNA)) == (BASE, 1)


def test_a_tuning_that_gains_nothing_changes_nothing(tmp_path: Path, colourful: Open) -> None:
    class Idle(ColourTuner):
        def tune(self, request, **how):  # type: ignore[no-untyped-def]
            made = super().tune(request, **how)
            object.__setattr__(made.change, "arrays", {})
            return made

    lab = colourful(tmp_path, Idle())
    job = tuned(lab)
    assert (job.result["version"], job.result["promoted"]) == (None, False)
    assert (lab.encoder(), len(lab.versions.list(ANNA))) == (BASE, 1)
    assert parts_of(lab).changes.names() == []


def test_cut_off_and_taken_up_again_it_goes_on_and_loses_no_label(
    tmp_path: Path, tuner: ColourTuner, colourful: Open
) -> None:
    lab = colourful(tmp_path, tuner)
    tuner.trouble = SystemExit()  # type: ignore[assignment]
    job_id = parts_of(lab).store.add_job(TUNE, payload(lab), who=ANNA.id).id
    # Whoever took it is gone, without a word.
    parts_of(lab).store.take_job("gone", lease_seconds=0.0, job_id=job_id)
    with pytest.raises(SystemExit):
        lab.tuning.tune_now(parts_of(lab).store.job(job_id).payload, ANNA.id, lambda share, stage: None)
    late = lab.photos.add(ANNA, [tinted("boat", 50, label=False)], consent=AGREED).new[0]
    lab.review.label(ANNA, late, "boat")
    lab.close()
    again = ColourTuner()
    lab, parts = studio_lab(tmp_path, tuner=again)
    job = finished(lab, job_id)
    assert job.state is JobState.DONE, job.error
    assert (tuner.done, again.done) == ([0, 1], [2, 3])
    assert again.asked[0].fingerprint == tuner.asked[0].fingerprint
    assert late not in again.asked[0].photo_ids
    version = lab.versions.version(ANNA, int(str(job.result["version"])))
    assert version.labels == len(again.asked[0].y) + (not parts.store.photo(late).holdout)
    assert version.seq == parts.store.pulse().seq
    assert late in parts.store.embeddings(str(version.encoder), RECIPE_OF_EMBEDDING)
    assert not list((tmp_path / "encoders").glob(".tuning-*"))


def test_cut_off_after_the_tuning_it_is_not_tuned_again(lab: Lab, tuner: ColourTuner) -> None:
    first = lab.tuning.tune_now(payload(lab), ANNA.id, lambda share, stage: None)
    second = lab.tuning.tune_now(payload(lab), ANNA.id, lambda share, stage: None)
    assert (first["version"], second["version"], second["promoted"]) == (2, 2, True)
    assert len(tuner.asked) == 1 and len(lab.versions.list(ANNA)) == 2


def test_cancelled_it_changes_nothing_and_labels_are_learnt_meanwhile(lab: Lab, tuner: ColourTuner) -> None:
    def stop(step: int) -> None:
        if step == 1:
            lab.review.label(ANNA, parts_of(lab).store.photos()[0].id, "boat")
            quick = lab.versions.train(ANNA)
            assert finished(lab, quick.id).state is JobState.DONE
            (running,) = lab.work(ANNA, TUNE)
            with pytest.raises(TrainingBusy):
                lab.tuning.tune(ANNA, "R4")
            lab.versions.cancel(ANNA, running.id)
            # The next beat hears of it.
            time.sleep(0.5)

    tuner.meanwhile = stop
    job = finished(lab, lab.tuning.tune(ANNA, "R3").id)
    assert job.state is JobState.CANCELLED
    assert (lab.encoder(), [v.number for v in lab.versions.list(ANNA)]) == (BASE, [2, 1])
    assert tuner.done == [0, 1]


@pytest.mark.parametrize(
    "trouble", [DiskFull(folder="/", free_megabytes=0), TuningFailed(reason="nan"), MemoryError()]
)
def test_in_trouble_the_old_version_serves_on(lab: Lab, tuner: ColourTuner, trouble: Exception) -> None:
    tuner.trouble = trouble
    job = finished(lab, lab.tuning.tune(ANNA, "R3").id)
    known = {
        "DiskFull": "keeping.disk_full",
        "TuningFailed": "tuning.failed",
        "MemoryError": "keeping.out_of_memory",
    }
    assert (job.state, job.error) == (JobState.FAILED, known[type(trouble).__name__])
    assert (lab.encoder(), lab.answering(ANNA), len(lab.versions.list(ANNA))) == (BASE, 1, 1)
    # Once there is room it goes on from where it was.
    tuner.trouble = None
    assert tuned(lab).result["promoted"]
    assert tuner.done == [0, 1, 2, 3]


def test_training_again_goes_on_with_the_tuned_encoder(lab: Lab, tuner: ColourTuner) -> None:
    name = tuned(lab).result["encoder"]
    new = lab.photos.add(ANNA, [tinted("tree", seed) for seed in (60, 61)], consent=AGREED)
    assert new.labelled
    made = finished(lab, lab.versions.train(ANNA).id)
    version = lab.versions.version(ANNA, int(str(made.result["version"])))
    head = parts_of(lab).versions.load(version.fingerprint)
    assert (version.encoder, head.rung, head.change.name if head.change else None) == (name, "R2", name)
    # Tuned again, it is the encoder of the table that is tuned, with all labels: changes do not pile up.
    again = tuned(lab, "R4").result["encoder"]
    assert tuner.asked[-1].encoder == BASE and base_of(str(again)) == BASE and again != name


def test_going_back_to_another_encoder_lets_it_see_first_what_it_missed(lab: Lab) -> None:
    name = tuned(lab).result["encoder"]
    lab.photos.add(ANNA, [tinted("tree", 70, label=False)], consent=AGREED)
    number, job = lab.versions.rollback(ANNA)
    # The work that this very click began, whatever other encoding goes on.
    assert number == 1 and job is not None and job.payload == {"encoder": BASE, "version": 1}
    assert finished(lab, job.id).state is JobState.DONE
    assert (lab.encoder(), lab.answering(ANNA)) == (BASE, 1)
    assert lab.versions.activate(ANNA, 2) is None
    assert (lab.encoder(), lab.answering(ANNA)) == (name, 2)
    # Before any training no encoder was tuned either.
    assert lab.versions.activate(ANNA, 0) is None
    assert (lab.encoder(), lab.answering(ANNA)) == (BASE, 0)


def test_a_published_tuned_version_is_served_in_another_lab(
    tmp_path: Path, tuner: ColourTuner, colourful: Open
) -> None:
    hub = FakeHub()
    lab = colourful(tmp_path / "a", tuner, hub=hub)
    name = tuned(lab).result["encoder"]
    finished(lab, lab.versions.publish(ANNA, "anna/poses").id)
    other, parts = studio_lab(tmp_path / "b", hub=hub)
    (photo,) = other.photos.add(BEN, [tinted("cobra", 0, label=False)], consent=AGREED).new
    pulled = other.versions.pull(BEN, "anna/poses")
    job = other.versions.activate(BEN, pulled.number)
    assert job is not None and finished(other, job.id).state is JobState.DONE
    assert (other.encoder(), other.answering(BEN), guess(other, photo)) == (name, pulled.number, "cobra")
    # A lab that was packed brings versions alone: its encoders come out of these. So does one that is torn.
    for damage in (None, b"torn"):
        other.close()
        for file in (tmp_path / "b" / "encoders").rglob("*.*" if damage is None else "*.safetensors"):
            file.unlink() if damage is None else file.write_bytes(damage)
        other, parts = studio_lab(tmp_path / "b", hub=hub)
        assert parts.changes.names() == [name]
        assert parts.changes.load(str(name)).name == name
        assert guess(other, photo) == "cobra"


def test_it_is_offered_only_where_it_makes_sense_and_to_owners(tmp_path: Path, tuner: ColourTuner) -> None:
    lab, _ = studio_lab(tmp_path, tuner=tuner)
    lab.photos.add(ANNA, [tinted(slug, seed) for seed in range(3) for slug in TINTS], consent=AGREED)
    with pytest.raises(NothingToTune):
        lab.tuning.prospect(ANNA)
    job = lab.encoders.choose(ANNA, BASE)
    assert job is not None
    finished(lab, job.id)
    with pytest.raises(TooFewToTune):
        lab.tuning.tune(ANNA, "R3")
    for role in (Role.VIEWER, Role.COACH):
        with pytest.raises(NotAllowed):
            lab.tuning.tune(Coach(id="carl", name="Carl", role=role), "R3")
