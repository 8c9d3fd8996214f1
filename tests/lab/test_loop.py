"""The promise of the product: a coach corrects a photo, and the model is better at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import AGREED, Studio, studio_lab
from tests.labs import ANNA, BEN, POSES, fill, guess, probabilities, worked_off
from yogalab.errors import NotAllowed, NothingToUndo
from yogalab.lab.lab import Lab
from yogalab.records import Coach, JobState, Role


def test_photos_are_predicted_before_any_label(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio)
    truth = [slug for _ in range(6) for slug in POSES]
    right = sum(guess(lab, i) == slug for i, slug in zip(ids, truth, strict=True))
    assert right >= 0.7 * len(ids)


def test_probabilities_sum_to_one(lab: Lab, studio: Studio) -> None:
    for photo_id in fill(lab, studio, each=1):
        assert sum(probabilities(lab, photo_id).values()) == pytest.approx(1, abs=1e-4)


def test_a_label_makes_the_model_better_at_once_and_undo_takes_it_back_exactly(
    lab: Lab, studio: Studio
) -> None:
    ids = fill(lab, studio)
    mine = [i for i in ids if not lab.review.card(ANNA, i).photo.holdout]
    own = lab.poses.add(ANNA, "Our own balance")
    before = probabilities(lab, mine[-1])
    lab.review.label(ANNA, mine[0], own.id)
    after = probabilities(lab, mine[0])
    assert after["our_own_balance"] > 0.3
    lab.review.undo(ANNA)
    assert probabilities(lab, mine[-1]) == before


def test_after_labels_and_training_a_wrong_photo_is_right(lab: Lab, studio: Studio) -> None:
    """Two poses the templates cannot tell from the built-in ones: only labels can."""
    ids = fill(lab, studio, each=8)
    own = {"tree": lab.poses.add(ANNA, "Banyan"), "cobra": lab.poses.add(ANNA, "Sphinx of ours")}
    truth = dict(zip(ids, [slug for _ in range(8) for slug in POSES], strict=True))
    asked = [i for i in ids if truth[i] in own and not lab.review.card(ANNA, i).photo.holdout]
    kept_back = {slug: [i for i in asked if truth[i] == slug][-1] for slug in own}
    assert guess(lab, kept_back["tree"]) != "banyan"
    for photo_id in asked:
        if photo_id not in kept_back.values():
            lab.review.label(ANNA, photo_id, own[truth[photo_id]].id)
    job = lab.versions.train(ANNA)
    done = worked_off(lab, job.id)
    assert done.state is JobState.DONE
    lab.versions.activate(ANNA, int(str(done.result["version"])))
    assert guess(lab, kept_back["tree"]) == "banyan"
    assert guess(lab, kept_back["cobra"]) == "sphinx_of_ours"


def test_a_viewer_looks_and_touches_nothing(lab: Lab, studio: Studio) -> None:
    photo_id = fill(lab, studio, each=1)[0]
    guest = Coach(id="guest", name="Guest", role=Role.VIEWER)
    assert lab.review.card(guest, photo_id).photo.id == photo_id
    for forbidden in (
        lambda: lab.photos.add(guest, [studio.draw("tree", 9)], consent=AGREED),
        lambda: lab.photos.delete(guest, [photo_id]),
        lambda: lab.review.label(guest, photo_id, "tree"),
        lambda: lab.review.undo(guest),
        lambda: lab.poses.add(guest, "Mine"),
        lambda: lab.versions.train(guest),
        lambda: lab.versions.activate(guest, 0),
        lambda: lab.versions.publish(guest, "a/b"),
    ):
        with pytest.raises((NotAllowed, NothingToUndo)):
            forbidden()


def test_labels_of_another_process_arrive(tmp_path: Path, studio: Studio) -> None:
    here, _ = studio_lab(tmp_path, studio=studio)
    ids = fill(here, studio, each=1)
    there, _ = studio_lab(tmp_path, studio=studio)
    there.review.label(BEN, ids[0], "tree")
    label = here.review.card(ANNA, ids[0]).label
    assert label is not None and label.coaches == ("ben",)
