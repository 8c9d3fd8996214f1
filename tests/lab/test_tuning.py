"""Training deeper: the encoder learns, the gate decides, and nothing is lost whatever happens on the way."""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fakes import AGREED, ColourTuner, FakeHub, studio_lab
from tests.labs import ANNA, BEN, guess
from yogalab.errors import (
    DiskFull,
    NotAllowed,
    NothingNew,
    NothingToTune,
    PhotoNotFound,
    TooFewToTune,
    TrainingBusy,
    TuningFailed,
)
from yogalab.lab.close_ups import RECIPE_OF_EMBEDDING
from yogalab.lab.lab import Lab
from yogalab.lab.parts import TUNE, Parts
from yogalab.records import Coach, Job, JobState, Role, Tuned, Upload, base_of

TINTS = {"tree": (1.0, 0.2, 0.2), "boat": (0.2, 0.2, 1.0), "cobra": (0.2, 1.0, 0.2)}
BASE = "colour/1"
Open = Callable[..., Lab]


def tinted(slug: str, seed: int, *, label: bool = True) -> Upload:
    """A photo without anybody in it, of which only the colour says what it is."""
    rng = np.random.default_rng([seed, *slug.encode()])
    blocks = (rng.integers(60, 256, (8, 8, 3)) * np.array(TINTS[slug])).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(blocks).resize((128, 128), Image.Resampling.NEAREST).save(file, "PNG")
    return Upload(name=f"{slug}_{seed}.png", data=file.getvalue(), label=slug if label else None)


@pytest.fixture(scope="module", autouse=True)
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lab that sees colours, has labels and a version 1 in use; made once, copied for each test."""
    home: Path = tmp_path_factory.mktemp("taught")
    lab, _ = studio_lab(home)
    lab.photos.add(ANNA, [tinted(slug, seed) for seed in range(7) for slug in TINTS], consent=AGREED)
    job = lab.encoders.choose(ANNA, BASE)
    assert job is not None
    finished(lab, job.id)
    finished(lab, lab.versions.train(ANNA).id)
    lab.versions.activate(ANNA, 1)
    lab.close()
    return home


@pytest.fixture
def colourful(taught: Path) -> Open:
    """Opens a copy of that lab."""

    def opened(home: Path, tuner: ColourTuner, *, hub: FakeHub | None = None) -> Lab:
        shutil.copytree(taught, home, dirs_exist_ok=True)
        return studio_lab(home, tuner=tuner, hub=hub)[0]

    return opened


def parts_of(lab: Lab) -> Parts:
    return lab._parts


def finished(lab: Lab, job_id: int) -> Job:
    """The job, done by the lab's own worker: a second one would take it away from a slow one."""
    parts = parts_of(lab)
    while (job := parts.store.job(job_id)).state in {JobState.WAITING, JobState.RUNNING}:
        parts.jobs.wake()
        time.sleep(0.02)
    return job


def tuned(lab: Lab, rung: str = "R3") -> Job:
    """A tuning from click to end."""
    job = finished(lab, lab.tuning.tune(ANNA, rung).id)
    assert job.state is JobState.DONE, job.error
    return job


@pytest.fixture
def tuner() -> ColourTuner:
    return ColourTuner()


@pytest.fixture
def lab(tmp_path: Path, tuner: ColourTuner, colourful: Open) -> Lab:
    return colourful(tmp_path, tuner)


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


def payload(lab: Lab) -> dict[str, object]:
    return {"rung": "R3", "seq": parts_of(lab).store.pulse().seq, "encoder": BASE}


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


def test_of_a_photo_deleted_meanwhile_nothing_is_learnt(lab: Lab, tuner: ColourTuner, tmp_path: Path) -> None:
    gone: list[int] = []

    def delete(step: int) -> None:
        if not gone:
            gone.append(int(tuner.asked[0].photo_ids[0]))
            lab.photos.delete(ANNA, gone)

    tuner.meanwhile = delete
    version = lab.versions.version(ANNA, int(str(tuned(lab).result["version"])))
    first, second = tuner.asked
    assert gone[0] in first.photo_ids and gone[0] not in second.photo_ids
    assert str(version.encoder).endswith(second.fingerprint[:12])
    assert gone[0] not in parts_of(lab).store.embeddings(str(version.encoder), RECIPE_OF_EMBEDDING)


def checkpoints(home: Path) -> list[Path]:
    return list((home / "encoders").glob(".tuning-*"))


def test_given_up_after_a_photo_was_deleted_it_leaves_nothing_made_from_that(
    lab: Lab, tuner: ColourTuner, tmp_path: Path
) -> None:
    def delete_and_stop(step: int) -> None:
        if step == 1:
            assert checkpoints(tmp_path)
            lab.photos.delete(ANNA, [int(tuner.asked[0].photo_ids[0])])
            tuner.trouble = TuningFailed(reason="nan")

    tuner.meanwhile = delete_and_stop
    assert finished(lab, lab.tuning.tune(ANNA, "R3").id).state is JobState.FAILED
    assert tuner.done == [0, 1] and checkpoints(tmp_path) == []


def test_cancelled_while_nobody_is_at_it_it_leaves_nothing_of_a_deleted_photo_either(
    lab: Lab, tuner: ColourTuner, tmp_path: Path
) -> None:
    tuner.trouble = SystemExit()  # type: ignore[assignment]
    jobs = []
    for _ in range(2):
        jobs.append(parts_of(lab).store.add_job(TUNE, payload(lab), who=ANNA.id).id)
        parts_of(lab).store.take_job("gone", lease_seconds=0.0, job_id=jobs[-1])
        with pytest.raises(SystemExit):
            lab.tuning.tune_now(payload(lab), ANNA.id, lambda share, stage: None)
        if len(jobs) == 2:
            lab.photos.delete(ANNA, [int(tuner.asked[0].photo_ids[0])])
        # With all its photos there it may go on another time.
        assert checkpoints(tmp_path)
        lab.versions.cancel(ANNA, jobs[-1])
        assert bool(checkpoints(tmp_path)) is (len(jobs) == 1)


def test_a_photo_whose_file_is_lost_is_left_out_and_told_of(lab: Lab, tuner: ColourTuner) -> None:
    parts = parts_of(lab)
    lost, held = (next(p for p in parts.store.photos() if p.holdout is side) for side in (False, True))
    parts.files.delete(lost.key)
    parts.files.delete(held.key)
    job = tuned(lab)
    (request,) = tuner.asked
    assert job.result["lost"] == 1 and lost.id not in request.photo_ids
    with pytest.raises(NothingNew):
        lab.tuning.tune(ANNA, "R3")


def test_a_file_that_gets_lost_meanwhile_is_left_out_too(lab: Lab, tuner: ColourTuner) -> None:
    parts = parts_of(lab)

    def lose(step: int) -> None:
        if len(tuner.asked) == 1:
            photo_id = int(tuner.asked[0].photo_ids[0])
            parts.files.delete(parts.store.photo(photo_id).key)
            raise PhotoNotFound(photo_id=photo_id)

    tuner.meanwhile = lose
    tuned(lab)
    first, second = tuner.asked
    assert set(first.photo_ids.tolist()) - set(second.photo_ids.tolist()) == {int(first.photo_ids[0])}


def test_a_photo_that_cannot_be_found_whatever_is_done_ends_it(lab: Lab, tuner: ColourTuner) -> None:
    tuner.trouble = PhotoNotFound(photo_id=1)
    job = finished(lab, lab.tuning.tune(ANNA, "R3").id)
    assert (job.state, job.error, len(tuner.asked)) == (JobState.FAILED, "photo.not_found", 2)


def test_whoever_deletes_a_photo_learns_what_of_it_stays(lab: Lab, tuner: ColourTuner) -> None:
    everything = [photo.id for photo in parts_of(lab).store.photos()]
    assert lab.photos.shaped(ANNA, everything) == 0
    tuned(lab)
    (request,) = tuner.asked
    lab.versions.activate(ANNA, 1)
    assert lab.photos.shaped(ANNA, everything) == len(request.photo_ids) < len(everything)
    one = int(request.photo_ids[0])
    assert lab.photos.shaped(ANNA, [one]) == 1
    assert lab.photos.delete(ANNA, [one]) == 1
    tuned(lab)
    assert one not in tuner.asked[-1].photo_ids


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
