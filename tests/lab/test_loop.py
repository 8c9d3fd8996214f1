"""The promise of the product: a coach corrects a photo, and the model is better at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import AGREED, Clock, FakeHub, Studio, studio_lab
from yogalab.errors import (
    BadRepoName,
    ConsentMissing,
    HubOffline,
    NotAllowed,
    NothingNew,
    NothingToUndo,
    OtherEncoder,
    PhotoNotFound,
    PoseNotFound,
    TooFewLabels,
)
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import Coach, JobState, LabelKind, Role, Upload

POSES = ("tree", "warrior_2", "downward_dog", "cobra", "boat")
ANNA = Coach(id="anna", name="Anna")
BEN = Coach(id="ben", name="Ben")


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def made(tmp_path: Path, studio: Studio) -> tuple[Lab, Parts]:
    return studio_lab(tmp_path, studio=studio)


@pytest.fixture
def lab(made: tuple[Lab, Parts]) -> Lab:
    return made[0]


def fill(lab: Lab, studio: Studio, *, each: int = 6, labelled: bool = False) -> list[int]:
    uploads = [
        studio.draw(slug, seed, label=slug if labelled else None) for seed in range(each) for slug in POSES
    ]
    return lab.photos.add(ANNA, uploads, consent=AGREED).new


def guess(lab: Lab, photo_id: int) -> str:
    prediction = lab.review.card(ANNA, photo_id).prediction
    assert prediction is not None
    return prediction.best.slug


def probabilities(lab: Lab, photo_id: int) -> dict[str, float]:
    prediction = lab.review.card(ANNA, photo_id).prediction
    assert prediction is not None
    return {scored.slug: scored.probability for scored in prediction.ranked}


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
    done = made_job(lab, job.id)
    assert done.state is JobState.DONE
    lab.versions.activate(ANNA, int(str(done.result["version"])))
    assert guess(lab, kept_back["tree"]) == "banyan"
    assert guess(lab, kept_back["cobra"]) == "sphinx_of_ours"


def made_job(lab: Lab, job_id: int):  # type: ignore[no-untyped-def]
    return lab._parts.jobs.run(job_id)


def test_the_same_photo_twice_is_one_photo(lab: Lab, studio: Studio) -> None:
    first = lab.photos.add(ANNA, [studio.draw("tree", 1)], consent=AGREED)
    again = lab.photos.add(ANNA, [studio.draw("tree", 1)], consent=AGREED)
    assert (len(first.new), len(again.new), again.known) == (1, 0, first.new)


def test_adding_again_reads_no_photo_again(made: tuple[Lab, Parts], studio: Studio) -> None:
    lab, parts = made
    fill(lab, studio, each=1)
    parts.reader.read.clear()  # type: ignore[attr-defined]
    fill(lab, studio, each=1)
    assert parts.reader.read == []  # type: ignore[attr-defined]


def test_a_file_that_is_no_photo_is_named_and_the_others_go_on(lab: Lab, studio: Studio) -> None:
    uploads = [studio.draw("tree", 1), Upload(name="notes.jpg", data=b"hello"), studio.draw("boat", 1)]
    added = lab.photos.add(ANNA, uploads, consent=AGREED)
    assert len(added.new) == 2
    assert [name for name, _ in added.errors] == ["notes.jpg"]


def test_photos_need_consent(lab: Lab, studio: Studio) -> None:
    with pytest.raises(ConsentMissing):
        lab.photos.add(ANNA, [studio.draw("tree", 1)], consent=None)


def test_labels_come_with_folder_names_and_unknown_names_become_poses(lab: Lab, studio: Studio) -> None:
    uploads = [studio.draw("tree", 1, label="Vrksasana"), studio.draw("boat", 1, label="kitchen_stretch")]
    added = lab.photos.add(ANNA, uploads, consent=AGREED)
    named = [lab.review.card(ANNA, i).label for i in added.new]
    slugs = [lab.poses.pose(ANNA, label.pose_id).slug for label in named if label and label.pose_id]
    assert slugs == ["tree", "kitchen_stretch"]


def test_importing_labels_again_adds_none(lab: Lab, studio: Studio) -> None:
    fill(lab, studio, each=1, labelled=True)
    uploads = [studio.draw(slug, 0, label=slug) for slug in POSES]
    assert lab.photos.add(ANNA, uploads, consent=AGREED).labelled == 0


def test_the_queue_asks_each_coach_for_different_photos(lab: Lab, studio: Studio) -> None:
    fill(lab, studio)
    hers = {card.photo.id for card in lab.review.queue(ANNA, 8)}
    his = {card.photo.id for card in lab.review.queue(BEN, 8)}
    assert len(hers) == len(his) == 8
    assert not hers & his


def test_a_labelled_or_skipped_photo_leaves_the_queue(lab: Lab, studio: Studio) -> None:
    fill(lab, studio)
    first, second = lab.review.queue(ANNA, 2)
    lab.review.label(ANNA, first.photo.id, "tree")
    lab.review.mark(ANNA, second.photo.id, LabelKind.SKIP)
    left = {card.photo.id for card in lab.review.queue(ANNA, 100)}
    assert not left & {first.photo.id, second.photo.id}


def test_every_asked_photo_says_why(lab: Lab, studio: Studio) -> None:
    from yogalab.words import say

    fill(lab, studio)
    for card in lab.review.queue(ANNA, 30):
        assert card.asked is not None
        assert say(card.asked.reason, **card.asked.data)


def test_a_resent_label_is_not_a_second_one(lab: Lab, studio: Studio) -> None:
    photo_id = fill(lab, studio, each=1)[0]
    first = lab.review.label(ANNA, photo_id, "tree", event_id="e-1")
    again = lab.review.label(ANNA, photo_id, "tree", event_id="e-1")
    assert (first.again, again.again) == (False, True)
    assert len(lab.review.history(ANNA, photo_id)) == 1


def test_undo_goes_back_as_far_as_there_are_labels(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    for photo_id in ids[:3]:
        lab.review.label(ANNA, photo_id, "tree")
    lab.review.label(BEN, ids[3], "boat")
    for photo_id in reversed(ids[:3]):
        assert lab.review.undo(ANNA).event.photo_id == photo_id
    with pytest.raises(NothingToUndo):
        lab.review.undo(ANNA)
    assert lab.review.tally(ANNA).labelled == 1


def test_two_coaches_who_disagree_make_a_dispute_that_is_not_trained_on(lab: Lab, studio: Studio) -> None:
    photo_id = fill(lab, studio, each=1)[0]
    lab.review.label(ANNA, photo_id, "tree")
    lab.review.label(BEN, photo_id, "boat")
    label = lab.review.card(ANNA, photo_id).label
    assert label is not None and label.disputed
    assert lab.review.tally(ANNA).disputed == 1


def test_renaming_keeps_labels_and_merging_joins_them(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    own = lab.poses.add(ANNA, "Stork")
    lab.review.label(ANNA, ids[0], own.id)
    assert lab.poses.rename(ANNA, own.id, "Heron on one leg").slug == "stork"
    lab.poses.merge(ANNA, own.id, "tree")
    assert lab.poses.pose(ANNA, "stork").slug == "tree"
    assert "stork" not in probabilities(lab, ids[1])


def test_hidden_poses_are_not_suggested(lab: Lab, studio: Studio) -> None:
    photo_id = fill(lab, studio, each=1)[0]
    lab.poses.keep_only(ANNA, ["tree", "boat"])
    assert set(probabilities(lab, photo_id)) == {"tree", "boat"}


def test_deleting_a_photo_leaves_nothing_of_it(made: tuple[Lab, Parts], studio: Studio) -> None:
    lab, parts = made
    photo_id = fill(lab, studio, each=1)[0]
    lab.review.label(ANNA, photo_id, "tree")
    lab.photos.picture(ANNA, photo_id, edge=320)
    keys = set(parts.files.keys())
    lab.photos.delete(ANNA, [photo_id])
    assert len(keys - set(parts.files.keys())) == 2
    assert parts.store.events(photo_id=photo_id) == []
    with pytest.raises(PhotoNotFound):
        lab.review.card(ANNA, photo_id)
    again = lab.photos.add(ANNA, [studio.draw("tree", 0)], consent=AGREED)
    assert (again.new, again.refused) == ([], ["tree_0.png"])


def test_training_needs_two_poses(lab: Lab, studio: Studio) -> None:
    fill(lab, studio, each=1)
    with pytest.raises(TooFewLabels):
        lab.versions.train(ANNA)


def test_the_same_labels_train_nothing_new(lab: Lab, studio: Studio) -> None:
    fill(lab, studio, labelled=True)
    made_job(lab, lab.versions.train(ANNA).id)
    with pytest.raises(NothingNew):
        lab.versions.train(ANNA)


def test_rolling_back_serves_what_was_served_before(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, labelled=True)
    made_job(lab, lab.versions.train(ANNA).id)
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
    made_job(lab, lab.versions.train(ANNA).id)
    for _ in range(2):
        job = made_job(lab, lab.versions.publish(ANNA, "anna/poses", number=1).id)
        assert job.result["tag"] == "v0001"
    assert set(hub.repos["anna/poses"]) == {"v0001"}
    with pytest.raises(BadRepoName):
        lab.versions.publish(ANNA, "nowhere", number=1)


def test_a_hub_that_does_not_answer_loses_nothing(tmp_path: Path, studio: Studio) -> None:
    hub = FakeHub()
    lab, _ = studio_lab(tmp_path, studio=studio, hub=hub)
    fill(lab, studio, labelled=True)
    made_job(lab, lab.versions.train(ANNA).id)
    hub.down = HubOffline(repo="anna/poses")
    job = made_job(lab, lab.versions.publish(ANNA, "anna/poses", number=1).id)
    assert (job.state, job.error) == (JobState.FAILED, "hub.offline")
    hub.down = None
    assert made_job(lab, lab.versions.publish(ANNA, "anna/poses", number=1).id).state is JobState.DONE


def test_a_pulled_version_can_be_served_elsewhere(tmp_path: Path, studio: Studio) -> None:
    hub = FakeHub()
    lab, _ = studio_lab(tmp_path / "a", studio=studio, hub=hub)
    ids = fill(lab, studio, labelled=True)
    made_job(lab, lab.versions.train(ANNA).id)
    lab.versions.activate(ANNA, 1)
    made_job(lab, lab.versions.publish(ANNA, "anna/poses").id)
    other, _ = studio_lab(tmp_path / "b", studio=studio, hub=hub)
    twin = other.photos.add(ANNA, [studio.draw("tree", 0)], consent=AGREED).new[0]
    pulled = other.versions.pull(BEN, "anna/poses")
    other.versions.activate(BEN, pulled.number)
    here, there = probabilities(lab, ids[0]), probabilities(other, twin)
    assert there == pytest.approx(here, abs=1e-4)


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


def test_an_unknown_pose_is_named_in_the_error(lab: Lab, studio: Studio) -> None:
    photo_id = fill(lab, studio, each=1)[0]
    with pytest.raises(PoseNotFound) as caught:
        lab.review.label(ANNA, photo_id, "flying spaghetti")
    assert caught.value.data == {"pose": "flying spaghetti"}


def test_labels_of_another_process_arrive(tmp_path: Path, studio: Studio) -> None:
    here, _ = studio_lab(tmp_path, studio=studio)
    ids = fill(here, studio, each=1)
    there, _ = studio_lab(tmp_path, studio=studio)
    there.review.label(BEN, ids[0], "tree")
    label = here.review.card(ANNA, ids[0]).label
    assert label is not None and label.coaches == ("ben",)


def test_a_lease_runs_out(made: tuple[Lab, Parts], studio: Studio) -> None:
    from datetime import timedelta

    lab, parts = made
    fill(lab, studio, each=1)
    assert len(lab.review.queue(ANNA, 10)) == 5
    assert lab.review.queue(BEN, 10) == []
    assert isinstance(parts.clock, Clock)
    parts.clock.now += timedelta(minutes=6)
    assert len(lab.review.queue(BEN, 10)) == 5


def test_an_encoder_is_used_after_a_click_and_only_then(made: tuple[Lab, Parts], studio: Studio) -> None:
    lab, parts = made
    ids = fill(lab, studio, each=3, labelled=True)
    made_job(lab, lab.versions.train(ANNA).id)
    lab.versions.activate(ANNA, 1)
    assert lab.encoder() is None
    job = lab.encoders.choose(ANNA, "colour/1")
    assert job is not None
    assert made_job(lab, job.id).state is JobState.DONE
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


def test_copies_stand_on_one_side_of_the_holdout_also_within_one_upload(lab: Lab, studio: Studio) -> None:
    import io

    from PIL import Image

    uploads = []
    for seed in range(12):
        whole = studio.draw("tree", seed)
        copy = io.BytesIO()
        Image.open(io.BytesIO(whole.data)).convert("RGB").save(copy, "JPEG", quality=60)
        twin = Upload(name=f"copy_{seed}.jpg", data=copy.getvalue())
        studio.remember_like(twin, whole)
        uploads += [whole, twin]
    ids = lab.photos.add(ANNA, uploads, consent=AGREED).new
    photos = [lab.review.card(ANNA, photo_id).photo for photo_id in ids]
    assert len(photos) == 24
    for first, second in zip(photos[::2], photos[1::2], strict=True):
        assert (first.group, first.holdout) == (second.group, second.holdout)
    assert len({photo.group for photo in photos}) == 12
