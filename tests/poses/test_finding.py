"""How a name finds its pose: folders, spellings, and what somebody types."""

from __future__ import annotations

from dataclasses import replace

import pytest

from yogalab.poses.taxonomy import builtin_poses, match, search, slugify
from yogalab.records import Pose

POSES = builtin_poses()

# The folders the photos come in.
FOLDERS = (
    *(
        "bharadvaja_twist",
        "boat",
        "bound_angle",
        "bow",
        "bridge",
        "camel",
        "cat_cow",
        "chair",
        "child",
        "cobra",
    ),
    *("cockerel", "corpse", "cow_face", "crow", "dancer", "downward_dog", "goddess", "half_moon"),
    *("shooting_bow", "shoulder_stand", "sitting", "tree", "triangle", "warrior_1", "warrior_2"),
)

# Yoga-82's class names (arXiv 2004.10362) in the order of its class numbers.
YOGA_82 = (
    "Akarna_Dhanurasana",
    "Bharadvaja's_Twist_pose_or_Bharadvajasana_I_",
    "Boat_Pose_or_Paripurna_Navasana_",
    "Bound_Angle_Pose_or_Baddha_Konasana_",
    "Bow_Pose_or_Dhanurasana_",
    "Bridge_Pose_or_Setu_Bandha_Sarvangasana_",
    "Camel_Pose_or_Ustrasana_",
    "Cat_Cow_Pose_or_Marjaryasana_",
    "Chair_Pose_or_Utkatasana_",
    "Child_Pose_or_Balasana_",
    "Cobra_Pose_or_Bhujangasana_",
    "Cockerel_Pose",
    "Corpse_Pose_or_Savasana_",
    "Cow_Face_Pose_or_Gomukhasana_",
    "Crane_(Crow)_Pose_or_Bakasana_",
    "Dolphin_Plank_Pose_or_Makara_Adho_Mukha_Svanasana_",
    "Dolphin_Pose_or_Ardha_Pincha_Mayurasana_",
    "Downward-Facing_Dog_pose_or_Adho_Mukha_Svanasana_",
    "Eagle_Pose_or_Garudasana_",
    "Eight-Angle_Pose_or_Astavakrasana_",
    "Extended_Puppy_Pose_or_Uttana_Shishosana_",
    "Extended_Revolved_Side_Angle_Pose_or_Utthita_Parsvakonasana_",
    "Extended_Revolved_Triangle_Pose_or_Utthita_Trikonasana_",
    "Feathered_Peacock_Pose_or_Pincha_Mayurasana_",
    "Firefly_Pose_or_Tittibhasana_",
    "Fish_Pose_or_Matsyasana_",
    "Four-Limbed_Staff_Pose_or_Chaturanga_Dandasana_",
    "Frog_Pose_or_Bhekasana",
    "Garland_Pose_or_Malasana_",
    "Gate_Pose_or_Parighasana_",
    "Half_Lord_of_the_Fishes_Pose_or_Ardha_Matsyendrasana_",
    "Half_Moon_Pose_or_Ardha_Chandrasana_",
    "Handstand_pose_or_Adho_Mukha_Vrksasana_",
    "Happy_Baby_Pose_or_Ananda_Balasana_",
    "Head-to-Knee_Forward_Bend_pose_or_Janu_Sirsasana_",
    "Heron_Pose_or_Krounchasana_",
    "Intense_Side_Stretch_Pose_or_Parsvottanasana_",
    "Legs-Up-the-Wall_Pose_or_Viparita_Karani_",
    "Locust_Pose_or_Salabhasana_",
    "Lord_of_the_Dance_Pose_or_Natarajasana_",
    "Low_Lunge_pose_or_Anjaneyasana_",
    "Noose_Pose_or_Pasasana_",
    "Peacock_Pose_or_Mayurasana_",
    "Pigeon_Pose_or_Kapotasana_",
    "Plank_Pose_or_Kumbhakasana_",
    "Plow_Pose_or_Halasana_",
    "Pose_Dedicated_to_the_Sage_Koundinya_or_Eka_Pada_Koundinyanasana_I_and_II",
    "Rajakapotasana",
    "Reclining_Hand-to-Big-Toe_Pose_or_Supta_Padangusthasana_",
    "Revolved_Head-to-Knee_Pose_or_Parivrtta_Janu_Sirsasana_",
    "Scale_Pose_or_Tolasana_",
    "Scorpion_pose_or_vrischikasana",
    "Seated_Forward_Bend_pose_or_Paschimottanasana_",
    "Shoulder-Pressing_Pose_or_Bhujapidasana_",
    "Side-Reclining_Leg_Lift_pose_or_Anantasana_",
    "Side_Crane_(Crow)_Pose_or_Parsva_Bakasana_",
    "Side_Plank_Pose_or_Vasisthasana_",
    "Sitting pose 1 (normal)",
    "Split pose",
    "Staff_Pose_or_Dandasana_",
    "Standing_Forward_Bend_pose_or_Uttanasana_",
    "Standing_Split_pose_or_Urdhva_Prasarita_Eka_Padasana_",
    "Standing_big_toe_hold_pose_or_Utthita_Padangusthasana",
    "Supported_Headstand_pose_or_Salamba_Sirsasana_",
    "Supported_Shoulderstand_pose_or_Salamba_Sarvangasana_",
    "Supta_Baddha_Konasana_",
    "Supta_Virasana_Vajrasana",
    "Tortoise_Pose",
    "Tree_Pose_or_Vrksasana_",
    "Upward_Bow_(Wheel)_Pose_or_Urdhva_Dhanurasana_",
    "Upward_Facing_Two-Foot_Staff_Pose_or_Dwi_Pada_Viparita_Dandasana_",
    "Upward_Plank_Pose_or_Purvottanasana_",
    "Virasana_or_Vajrasana",
    "Warrior_III_Pose_or_Virabhadrasana_III_",
    "Warrior_II_Pose_or_Virabhadrasana_II_",
    "Warrior_I_Pose_or_Virabhadrasana_I_",
    "Wide-Angle_Seated_Forward_Bend_pose_or_Upavistha_Konasana_",
    "Wide-Legged_Forward_Bend_pose_or_Prasarita_Padottanasana_",
    "Wild_Thing_pose_or_Camatkarasana_",
    "Wind_Relieving_pose_or_Pawanmuktasana",
    "Yogic_sleep_pose",
    "viparita_virabhadrasana_or_reverse_warrior_pose",
)


def found(name: str, poses: tuple[Pose, ...] = POSES) -> str | None:
    pose = match(name, poses)
    return pose.slug if pose else None


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_photo_folder_is_the_pose_of_that_slug(folder: str) -> None:
    assert found(folder) == folder


@pytest.mark.parametrize(("number", "name"), list(enumerate(YOGA_82)))
def test_a_yoga_82_folder_is_the_pose_of_that_number(number: int, name: str) -> None:
    pose = match(name, POSES)
    assert pose is not None and pose.id == number + 1


@pytest.mark.parametrize("pose", POSES, ids=lambda pose: pose.slug)
def test_every_name_of_a_pose_finds_it_however_it_is_written(pose: Pose) -> None:
    for name in (pose.slug, pose.name, pose.sanskrit, *pose.aliases):
        for written in (
            name,
            name.upper(),
            f"{name} pose",
            f"  {name.replace(' ', '_')}_",
            name.replace("-", " "),
        ):
            assert found(written) == pose.slug, written


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Warrior 2", "warrior_2"),
        ("warrior two pose", "warrior_2"),
        ("VIRABHADRASANA II", "warrior_2"),
        ("Vīrabhadrāsana II", "warrior_2"),
        ("Vrikshasana", "tree"),
        ("vriksasana", "tree"),
        ("Vrksāsana", "tree"),
        ("Childs Pose", "child"),
        ("child’s pose", "child"),
        ("DownwardDog", "downward_dog"),
        ("down-dog", "downward_dog"),
        ("Utthitha Trikonasana", "triangle"),
        ("supported shoulderstand", "shoulder_stand"),
        ("Kakasana / Crow", "crow"),
        ("Revolved Triangle", "revolved_triangle"),
        ("Pigeon", "king_pigeon"),
        ("Kapotasana", "kapotasana"),
    ],
)
def test_other_spellings_are_forgiven(name: str, slug: str) -> None:
    assert found(name) == slug


@pytest.mark.parametrize("name", ["", "  ", "pose", "asana", "_or_", "Lizard", "warrior", "Tree of life", "🧘"])
def test_a_name_of_no_pose_finds_none(name: str) -> None:
    assert found(name) is None


def test_a_merged_pose_gives_what_it_became() -> None:
    tree = match("tree", POSES)
    assert tree is not None
    oak = Pose(id=500, slug="oak", name="Oak", merged_into=tree.id)
    assert found("oak pose", (*POSES, oak)) == "tree"


def test_a_name_a_coach_gave_comes_before_an_alias() -> None:
    mine = Pose(id=500, slug="easy", name="Easy")
    assert found("Easy Pose", (*POSES, mine)) == "easy"


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("tree", "tree"),
        ("tri", "triangle"),
        ("WARRIOR 3", "warrior_3"),
        ("down d", "downward_dog"),
        ("vrksa", "tree"),
        ("half moo", "half_moon"),
        ("stand shou", "shoulder_stand"),
        ("cobar", "cobra"),
        ("shoudler stand", "shoulder_stand"),
        ("warior two", "warrior_2"),
        ("tre", "tree"),
    ],
)
def test_search_puts_what_is_meant_first(typed: str, slug: str) -> None:
    assert search(typed, POSES, 5)[0].slug == slug


def test_search_finds_nothing_where_nothing_is_near() -> None:
    assert search("", POSES, 5) == []
    assert search("pose", POSES, 5) == []
    assert search("qqqqq", POSES, 5) == []


def test_search_leaves_out_hidden_and_merged_poses_and_keeps_to_its_limit() -> None:
    poses = [replace(pose, hidden=pose.slug == "warrior_1") for pose in POSES]
    assert "warrior_1" not in [pose.slug for pose in search("warrior", poses, 20)]
    assert len(search("a", POSES, 3)) == 3


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Warrior II", "warrior_ii"), ("Child's Pose", "childs_pose"), ("  Vṛkṣāsana ", "vrksasana"), ("!!", "")],
)
def test_slugs_are_plain(name: str, slug: str) -> None:
    assert slugify(name) == slug
