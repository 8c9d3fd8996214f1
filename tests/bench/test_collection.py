"""Data sets by whatever names: whose poses they show, and which photos are learnt from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.bench.bodies import drawn_bodies
from tests.bench.seen_photos import vectors_of
from tests.fakes import ColourEncoder
from yogalab import words
from yogalab.bench.collection import Collection, named, of_sights, poses_of
from yogalab.bench.dataset import Sample
from yogalab.bench.folds import Unseen
from yogalab.bench.lessons import photos_to_learn, refuse_unknown
from yogalab.errors import UnknownPoses
from yogalab.learning.texts import text_vectors
from yogalab.poses.taxonomy import builtin_poses


def called(*names: str) -> list[Sample]:
    return [Sample(path=Path(f"{k}.jpg"), pose=name) for k, name in enumerate(names)]


def renamed(bench: Collection, names: dict[str, str]) -> Collection:
    """The same photos in folders of other names, every other one an official test photo."""
    photos = [
        replace(photo, pose=names.get(photo.pose, photo.pose), split=("train", "test")[row % 2])
        for row, photo in enumerate(bench.photos)
    ]
    return of_sights(photos, bench.sights, "drawn/1")


def test_a_pose_that_we_know_keeps_its_slug_whatever_the_folder_is_called() -> None:
    photos = called("Warrior II", "Vrksasana", "My own pose", "tree")
    names = named(photos)
    assert {name: pose.slug for name, pose in names.items()} == {
        "Warrior II": "warrior_2",
        "Vrksasana": "tree",
        "tree": "tree",
        "My own pose": "My own pose",
    }
    ids = [pose.id for pose in poses_of(photos)]
    assert ids == [1, 2, 3] and names["tree"] == names["Vrksasana"]


def test_an_encoder_speaks_of_poses_it_was_taught_whatever_their_folders_are_called() -> None:
    encoder = ColourEncoder()
    encoder.taught = frozenset({"warrior_2", "tree"})
    poses = poses_of(called("Boat Pose", "Tree Pose", "Warrior II"))
    assert np.abs(text_vectors(encoder, poses)).any(axis=1).tolist() == [False, True, True]


def test_what_an_encoder_never_saw_is_found_under_any_name() -> None:
    unseen = Unseen(poses=frozenset({"warrior_2"}), photos=frozenset())
    assert unseen.of(called("Warrior II", "tree", "warrior_2")).tolist() == [True, False, True]


def test_an_encoder_is_taught_poses_by_their_slugs_and_no_test_photos() -> None:
    bench = renamed(drawn_bodies(4), {"tree": "Tree Pose", "boat": "Navasana"})
    learnt = photos_to_learn(bench, left_out=("boat",))
    assert sorted({slug for _, slug, _ in learnt}) == ["cobra", "tree"]
    assert len(learnt) == 2 * 2
    assert {slug for _, slug, _ in learnt} <= {pose.slug for pose in builtin_poses()}


def test_folders_that_no_pose_goes_by_are_named() -> None:
    bench = renamed(drawn_bodies(4), {"tree": "My own pose"})
    with pytest.raises(UnknownPoses) as error:
        photos_to_learn(bench)
    assert "My own pose" in words.sentence(error.value)
    with pytest.raises(UnknownPoses):
        refuse_unknown(called("boat", "My own pose"))
    refuse_unknown(called("Boat Pose", "tree"))


def test_of_poses_that_an_encoder_was_taught_only_official_test_photos_are_honest() -> None:
    bench = drawn_bodies(4)
    # Trees and boats have a split; cobras have none, and no template was tuned on them.
    split = np.where(np.arange(12) >= 8, "", np.where(np.arange(12) % 2, "test", "train"))
    bench = replace(bench, split=split)
    cobras, tests = bench.split == "", bench.split == "test"
    vectors = vectors_of(bench, noise=0.3, seed=0)
    assert bench.untuned.tolist() == bench.seen_by(vectors).untuned.tolist() == (cobras | tests).tolist()
    other = bench.seen_by(replace(vectors, taught=frozenset({"tree", "warrior_2"})))
    assert other.untuned.tolist() == (cobras | tests).tolist()
    taught = bench.seen_by(replace(vectors, taught=frozenset({"tree", "boat", "cobra"})))
    assert taught.untuned.tolist() == tests.tolist() and len(taught.taught_poses) == 3
    assert taught.only(np.flatnonzero(cobras)).untuned.tolist() == [False] * 4
