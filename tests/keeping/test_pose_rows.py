"""The lab's poses: a taxonomy that is put at every start, and what coaches add."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.keeping.things import POSES
from yogalab.errors import PoseExists, PoseNotFound
from yogalab.keeping.store import SqlStore
from yogalab.records import Descriptions, Pose


def test_a_pose_comes_back_whole(store: SqlStore) -> None:
    pose = Pose(
        id=3,
        slug="crow",
        name="Crow",
        sanskrit="Bakāsana",
        aliases=("Crane",),
        family6="balancing",
        family20="arm balance",
        sided=True,
        descriptions=Descriptions(head="looks ahead", arms="bent"),
        template={"left_knee": 0.6},
    )
    assert store.put_pose(pose) == pose
    assert store.poses() == [pose]


def test_a_coach_s_pose_gets_an_id_above_the_taxonomy(store: SqlStore) -> None:
    store.put_poses(POSES)
    assert store.put_pose(Pose(id=0, slug="flying_tree", name="Flying tree")).id == 1001
    assert store.put_pose(Pose(id=0, slug="falling_tree", name="Falling tree")).id == 1002
    assert store.put_pose(Pose(id=83, slug="new_built_in", name="New")).id == 83


def test_a_rename_keeps_the_id(store: SqlStore) -> None:
    store.put_poses(POSES)
    store.put_pose(replace(POSES[0], name="Arbre", hidden=True))
    assert store.poses() == [replace(POSES[0], name="Arbre", hidden=True), POSES[1]]


def test_a_slug_belongs_to_one_pose(store: SqlStore) -> None:
    store.put_poses(POSES)
    with pytest.raises(PoseExists) as caught:
        store.put_pose(Pose(id=0, slug="tree", name="My tree"))
    assert caught.value.data == {"name": "My tree", "existing": "Tree"}
    assert store.poses() == POSES


def test_poses_merge_into_one_that_exists(store: SqlStore) -> None:
    # The first refers to the second, which is put after it.
    merged = [replace(POSES[0], merged_into=2), POSES[1]]
    assert store.put_poses(merged) == merged == store.poses()
    with pytest.raises(PoseNotFound):
        store.put_pose(replace(POSES[0], merged_into=404))
    assert store.poses() == merged


def test_poses_never_merge_in_a_ring(store: SqlStore) -> None:
    store.put_poses(POSES)
    store.put_pose(replace(POSES[0], merged_into=2))
    # A second coach pressed the button before the first one's merge was seen.
    with pytest.raises(PoseExists):
        store.put_pose(replace(POSES[1], merged_into=1))
    assert store.poses() == [replace(POSES[0], merged_into=2), POSES[1]]


def test_putting_what_is_there_already_changes_nothing(store: SqlStore) -> None:
    store.put_poses(POSES)
    before = store.pulse()
    assert store.put_poses(POSES) == POSES
    assert store.pulse() == before
    store.put_pose(replace(POSES[0], name="Arbre"))
    assert store.pulse().poses > before.poses
