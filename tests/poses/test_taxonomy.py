"""What can be named: the poses that ship, and the files they are read from."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import astuple
from pathlib import Path

import pytest

from yogalab.errors import BadPoseFile
from yogalab.poses.taxonomy import builtin_poses, load_poses
from yogalab.words import sentence

POSES = builtin_poses()
SHARED = Path(__file__).parents[2].parent / "shared"

# Frozen: labels, versions and published models refer to these numbers for ever. Only ever add to the end.
SLUGS = (
    *("shooting_bow", "bharadvaja_twist", "boat", "bound_angle", "bow", "bridge", "camel", "cat_cow", "chair"),
    *("child", "cobra", "cockerel", "corpse", "cow_face", "crow", "dolphin_plank", "dolphin", "downward_dog"),
    *("eagle", "eight_angle", "puppy", "side_angle", "triangle", "feathered_peacock", "firefly", "fish"),
    *("four_limbed_staff", "frog", "garland", "gate", "half_lord_of_the_fishes", "half_moon", "handstand"),
    *("happy_baby", "head_to_knee", "heron", "intense_side_stretch", "legs_up_the_wall", "locust", "dancer"),
    *("low_lunge", "noose", "peacock", "kapotasana", "plank", "plow", "koundinya", "king_pigeon"),
    *("reclining_big_toe", "revolved_head_to_knee", "scale", "scorpion", "seated_forward_bend"),
    *("shoulder_pressing", "side_reclining_leg_lift", "side_crow", "side_plank", "sitting", "split", "staff"),
    *("standing_forward_bend", "standing_split", "standing_big_toe", "headstand", "shoulder_stand"),
    *("reclining_bound_angle", "reclining_hero", "tortoise", "tree", "wheel", "two_foot_staff", "upward_plank"),
    *("hero", "warrior_3", "warrior_2", "warrior_1", "wide_angle_seated", "wide_legged_forward_bend"),
    *("wild_thing", "wind_relieving", "yogic_sleep", "reverse_warrior"),
    *("goddess", "revolved_triangle", "revolved_side_angle", "mountain", "upward_dog"),
)


def test_ids_and_slugs_never_change() -> None:
    assert [(pose.id, pose.slug) for pose in POSES] == list(enumerate(SLUGS, 1))


def test_every_pose_is_described_in_six_phrases() -> None:
    for pose in POSES:
        for phrase in astuple(pose.descriptions):
            assert 2 <= len(phrase.split()) <= 20, (pose.slug, phrase)
            assert phrase[0].islower() and not phrase.endswith((".", ",", ";")), (pose.slug, phrase)


def test_no_phrase_serves_two_poses() -> None:
    phrases = Counter(phrase for pose in POSES for phrase in astuple(pose.descriptions))
    assert [phrase for phrase, times in phrases.items() if times > 1] == []


def test_every_pose_has_a_sanskrit_name_and_families_of_yoga_82() -> None:
    assert all(pose.sanskrit for pose in POSES)
    assert len({pose.family6 for pose in POSES}) == 6
    assert len({pose.family20 for pose in POSES}) == 20
    # A family of the second level lies in one of the first.
    assert len({(pose.family6, pose.family20) for pose in POSES}) == 20


def test_25_poses_have_a_template() -> None:
    assert len([pose for pose in POSES if pose.template]) >= 25


def test_families_are_yoga_82s() -> None:
    table = SHARED / "poses" / "yoga82_hierarchy.csv"
    if not table.exists():
        pytest.skip("the Yoga-82 hierarchy is not beside the project")
    by_id = {pose.id: pose for pose in POSES}
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    pairs6 = {(row["id6"], by_id[int(row["id82"]) + 1].family6) for row in rows}
    pairs20 = {(row["id20"], by_id[int(row["id82"]) + 1].family20) for row in rows}
    assert (len(pairs6), len(pairs20)) == (6, 20)


# --- hand-edited files ----------------------------------------------------------------------------

GOOD = """family = "standing"
[lizard]
id = 90
name = "Lizard"
group = "standing, other"
sided = true
head = "head up"
hands = "hands down"
arms = "arms straight"
torso = "trunk low"
legs = "legs apart"
feet = "feet flat"
"""


def test_a_new_pose_is_a_few_lines_of_toml(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD, encoding="utf-8")
    (pose,) = load_poses(tmp_path, {"lizard": {"trunk": 60.0}})
    assert (pose.id, pose.slug, pose.sided, pose.sanskrit) == (90, "lizard", True, "")
    assert pose.template == {"trunk": 60.0}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('family = "standing"', "", "family"),
        ("[lizard]", "[Lizard]", "small letters"),
        ("id = 90", 'id = "90"', "whole number"),
        ("id = 90", "id = 0", "whole number"),
        ("id = 90", "id = true", "whole number"),
        ("sided = true", 'sided = "yes"', "true or false"),
        ("sided = true", "", "true or false"),
        ('head = "head up"', 'haed = "head up"', "haed"),
        ('legs = "legs apart"', "", "legs"),
        ('legs = "legs apart"', 'legs = " "', "legs"),
        ('name = "Lizard"', 'name = "Lizard"\naliases = "Utthan"', "aliases"),
        ('name = "Lizard"', "name = Lizard", "line"),
        ("[lizard]", "lizard = 3\n[other]", "not a pose"),
    ],
)
def test_a_broken_file_is_named_with_what_to_mend(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    (tmp_path / "mine.toml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadPoseFile) as caught:
        load_poses(tmp_path)
    assert "mine.toml" in sentence(caught.value) and told in sentence(caught.value)


def test_two_poses_cannot_share_an_id(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.toml").write_text(GOOD.replace("[lizard]", "[newt]"), encoding="utf-8")
    with pytest.raises(BadPoseFile, match="id 90 already belongs to lizard"):
        load_poses(tmp_path)
