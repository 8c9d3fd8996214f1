"""Photos in: once each, with consent, copies on one side, gone for good when deleted."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from tests.fakes import AGREED, Studio, StudioReader, studio_lab
from tests.labs import ANNA, POSES, fill, probabilities, worked_off
from yogalab.errors import ConsentMissing, PhotoNotFound
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.lab.siblings import Siblings
from yogalab.records import LabelKind, Upload


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


def test_folders_whose_names_are_no_names(lab: Lab, studio: Studio) -> None:
    names = ("!!!", "???", "a" * 300, "a" * 299)
    uploads = [studio.draw("boat", seed, label=name) for seed, name in enumerate(names)]
    known = {pose.slug for pose in lab.poses.list(ANNA, hidden=True)}
    assert lab.photos.add(ANNA, uploads, consent=AGREED).labelled == 2
    assert {pose.slug for pose in lab.poses.list(ANNA, hidden=True)} - known == {"a" * 60}


def test_importing_labels_again_adds_none(lab: Lab, studio: Studio) -> None:
    fill(lab, studio, each=1, labelled=True)
    uploads = [studio.draw(slug, 0, label=slug) for slug in POSES]
    assert lab.photos.add(ANNA, uploads, consent=AGREED).labelled == 0


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


def test_a_deleted_photo_does_not_come_back_as_another_file(lab: Lab, studio: Studio) -> None:
    upload = studio.draw("tree", 0)
    photo_id = lab.photos.add(ANNA, [upload], consent=AGREED).new[0]
    lab.photos.delete(ANNA, [photo_id])
    # The same pixels, packed otherwise.
    with io.BytesIO() as file:
        Image.open(io.BytesIO(upload.data)).save(file, "PNG", compress_level=9)
        packed = Upload(name="packed.png", data=file.getvalue())
    assert packed.data != upload.data
    again = lab.photos.add(ANNA, [packed], consent=AGREED)
    assert (again.new, again.refused) == ([], ["packed.png"])


def test_a_photo_deleted_while_its_thumbnail_is_made_leaves_none(
    made: tuple[Lab, Parts], studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, parts = made
    photo_id = fill(lab, studio, each=1)[0]
    thumbnail = StudioReader.thumbnail

    def and_delete(reader: StudioReader, data: bytes, edge: int) -> bytes:
        lab.photos.delete(ANNA, [photo_id])
        return thumbnail(reader, data, edge)

    monkeypatch.setattr(StudioReader, "thumbnail", and_delete)
    with pytest.raises(PhotoNotFound):
        lab.photos.picture(ANNA, photo_id, edge=320)
    assert not [key for key in iter(parts.files.keys()) if key.startswith("thumbs/")]


def test_copies_stand_on_one_side_of_the_holdout_also_within_one_upload(lab: Lab, studio: Studio) -> None:
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


def test_a_deleted_photo_is_taken_out_of_trained_versions_too(made: tuple[Lab, Parts], studio: Studio) -> None:
    lab, parts = made
    ids = fill(lab, studio, labelled=True)
    worked_off(lab, lab.versions.train(ANNA).id)
    lab.versions.activate(ANNA, 1)
    taught = next(i for i in ids if not lab.review.card(ANNA, i).photo.holdout)
    version = lab.versions.version(ANNA, 1)
    before = parts.versions.load(version.fingerprint).arrays["support"]
    assert lab.photos.delete(ANNA, [taught, 999_999]) == 1
    after = parts.versions.load(version.fingerprint).arrays["support"]
    assert len(after) == len(before) - 1
    # The others are there as before, and the lab goes on with what is left.
    assert {row.tobytes() for row in after} < {row.tobytes() for row in before}
    other = next(i for i in ids if i != taught)
    assert sum(probabilities(lab, other).values()) == pytest.approx(1, abs=1e-4)


def taught_photo(lab: Lab, ids: list[int]) -> int:
    return next(i for i in ids if not lab.review.card(ANNA, i).photo.holdout)


def kept_of(parts: Parts) -> int:
    """How many photos the one version keeps."""
    (version,) = parts.store.versions()
    return len(parts.versions.load(version.fingerprint).arrays["support"])


def test_a_deleted_photo_whose_skeleton_was_called_wrong_after_training_is_taken_out_too(
    made: tuple[Lab, Parts], studio: Studio
) -> None:
    lab, parts = made
    ids = fill(lab, studio, labelled=True)
    worked_off(lab, lab.versions.train(ANNA).id)
    taught, before = taught_photo(lab, ids), kept_of(parts)
    lab.review.mark(ANNA, taught, LabelKind.WRONG_SKELETON)
    lab.photos.delete(ANNA, [taught])
    assert kept_of(parts) == before - 1


def test_a_deleted_photo_is_taken_out_of_versions_of_another_pose_model_too(
    tmp_path: Path, studio: Studio
) -> None:
    lab, parts = studio_lab(tmp_path, studio=studio)
    ids = fill(lab, studio, labelled=True)
    worked_off(lab, lab.versions.train(ANNA).id)
    taught, before = taught_photo(lab, ids), kept_of(parts)
    lab.close()
    after_upgrade = Studio()
    after_upgrade.name = "studio/2"
    lab, parts = studio_lab(tmp_path, studio=after_upgrade)
    with closing(lab):
        lab.photos.delete(ANNA, [taught])
        assert kept_of(parts) == before - 1


def test_a_photo_deleted_while_a_version_is_trained_is_not_in_it(
    made: tuple[Lab, Parts], studio: Studio
) -> None:
    lab, parts = made
    ids = fill(lab, studio, labelled=True)
    taught = taught_photo(lab, ids)
    planned = len(lab.versions.plan(ANNA).train)

    def and_delete(share: float, stage: str) -> None:
        if stage == "train.judge":
            lab.photos.delete(ANNA, [taught])

    lab.versions.train_now({}, ANNA.id, and_delete)
    assert kept_of(parts) == planned - 1


def test_a_photo_that_links_both_sides_of_the_holdout_brings_them_to_one(
    made: tuple[Lab, Parts], studio: Studio
) -> None:
    lab, parts = made
    ids = fill(lab, studio, each=4)
    photos = {photo.id: photo for photo in parts.store.photos()}
    held = next(i for i in ids if photos[i].holdout)
    taught = next(i for i in ids if not photos[i].holdout)
    siblings = Siblings(parts)
    siblings.catch_up()
    siblings._joined({photos[held].group, photos[taught].group})
    now = {photo.id: photo for photo in parts.store.photos()}
    assert now[held].group == now[taught].group
    assert now[taught].holdout and now[held].holdout
    assert all(now[i].group == photos[i].group for i in ids if i not in {held, taught})
