"""Photos that are deleted, or whose file is lost, while an encoder is tuned on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import ColourTuner
from tests.lab.tuning.tinted import finished, parts_of, payload, tuned
from tests.labs import ANNA
from yogalab.errors import (
    NothingNew,
    PhotoNotFound,
    TuningFailed,
)
from yogalab.lab.close_ups import RECIPE_OF_EMBEDDING
from yogalab.lab.lab import Lab
from yogalab.lab.parts import TUNE
from yogalab.records import JobState


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
