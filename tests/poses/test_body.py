"""The small body: bones keep their lengths, limbs reach what they are told to reach."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from yogalab import skeleton
from yogalab.errors import BadPoseFile
from yogalab.poses import body
from yogalab.poses.postures import load_postures, postures

POSTURES = postures()
BONES = (
    ("upper_arm", "shoulder", "elbow"),
    ("forearm", "elbow", "wrist"),
    ("thigh", "hip", "knee"),
    ("shin", "knee", "ankle"),
)


@pytest.mark.parametrize("slug", POSTURES)
def test_bones_keep_their_lengths_in_every_pose(slug: str) -> None:
    build = body.Build()
    joints = body.joints(POSTURES[slug], build)
    for side in body.SIDES:
        for bone, start, end in BONES:
            length = np.linalg.norm(joints[f"{side}_{start}"] - joints[f"{side}_{end}"])
            assert length == pytest.approx(getattr(build, bone), abs=1e-9), (side, bone)
    assert np.linalg.norm(joints["left_hip"] - joints["right_hip"]) == pytest.approx(build.hips)
    assert np.linalg.norm(joints["left_shoulder"] - joints["right_shoulder"]) == pytest.approx(build.shoulders)


@pytest.mark.parametrize("slug", [slug for slug, posture in POSTURES.items() if posture.floor is not None])
def test_nobody_sinks_into_the_floor(slug: str) -> None:
    lowest = min(point[1] for point in body.joints(POSTURES[slug]).values())
    assert lowest > (POSTURES[slug].floor or 0) - 0.04


def test_a_limb_reaches_a_point_with_its_middle_joint_where_told() -> None:
    tree = POSTURES["tree"]
    target = np.array([0.3, 0.1, 0.2])
    reaching = body.Limb(to=target, bend=np.array([0.0, -1.0, 0.0]))
    joints = body.joints(replace(tree, limbs={**tree.limbs, "left_arm": reaching}))
    assert joints["left_wrist"] == pytest.approx(target)
    line = (joints["left_shoulder"] + joints["left_wrist"]) / 2
    assert joints["left_elbow"][1] < line[1]


def test_a_limb_that_is_too_short_points_there() -> None:
    tree = POSTURES["tree"]
    far = np.array([5.0, 0.5, 0.0])
    joints = body.joints(replace(tree, limbs={**tree.limbs, "left_arm": body.Limb(to=far)}))
    reach = joints["left_wrist"] - joints["left_shoulder"]
    assert np.linalg.norm(reach) == pytest.approx(0.53, abs=0.005)
    assert reach[0] == pytest.approx(np.linalg.norm(reach), rel=1e-3)


def test_a_hand_finds_an_ankle_wherever_it_is() -> None:
    bow = body.joints(POSTURES["bow"])
    for side in body.SIDES:
        assert np.linalg.norm(bow[f"{side}_wrist"] - bow[f"{side}_ankle"]) < 0.1


def test_reaching_for_nothing_says_so() -> None:
    tree = POSTURES["tree"]
    with pytest.raises(ValueError, match="left_arm"):
        body.joints(replace(tree, limbs={**tree.limbs, "left_arm": body.Limb(to="left_wing")}))


def test_world_is_blazeposes() -> None:
    joints = body.joints(POSTURES["tree"])
    world = body.world(joints)
    assert world.shape == (33, 3) and world.dtype == np.float32
    # y downward, the origin between the hips, z away from a viewer who is looked at.
    assert world[skeleton.NOSE, 1] < world[skeleton.LEFT_SHOULDER, 1] < 0 < world[skeleton.LEFT_ANKLE, 1]
    assert (world[skeleton.LEFT_HIP] + world[skeleton.RIGHT_HIP]) / 2 == pytest.approx(np.zeros(3), abs=1e-6)
    assert world[skeleton.NOSE, 2] < 0
    # Somebody who faces us has the left hand on our right.
    assert world[skeleton.LEFT_SHOULDER, 0] > world[skeleton.RIGHT_SHOULDER, 0]


def test_the_same_generator_gives_the_same_body() -> None:
    first, second = (np.random.default_rng(4) for _ in range(2))
    assert body.varied(body.Build(), first) == body.varied(body.Build(), second)
    loose = [body.joints(body.loosened(POSTURES["tree"], rng, 8)) for rng in (first, second)]
    assert all((loose[0][name] == loose[1][name]).all() for name in loose[0])


GOOD = """[tree]
spine = [0, 1, 0]
front = [0, 0, 1]
legs = { thigh = [0, -1, 0] }
arms = { upper = [0.2, -1, 0] }
"""


def test_a_figure_is_a_few_directions(tmp_path: Path) -> None:
    (tmp_path / "figures.toml").write_text(GOOD, encoding="utf-8")
    joints = body.joints(load_postures(tmp_path / "figures.toml")["tree"])
    assert joints["left_wrist"][0] == pytest.approx(-joints["right_wrist"][0])
    assert joints["left_ankle"][1] == pytest.approx(-0.83)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("spine = [0, 1, 0]", "", "spine is missing"),
        ("spine = [0, 1, 0]", "spine = [0, 1]", "three numbers"),
        ("spine = [0, 1, 0]", "spyne = [0, 1, 0]", "spyne"),
        ("arms = { upper = [0.2, -1, 0] }", "", "left_arm is missing"),
        ("thigh", "tigh", "tigh"),
        ("{ thigh = [0, -1, 0] }", "{ foot = [0, -1, 0] }", "directions or a point"),
        ("{ thigh = [0, -1, 0] }", '{ to = "left_wing" }', "no such joint"),
        ("{ thigh = [0, -1, 0] }", "3", "[tree]"),
        ("[tree]", "[tree", "line"),
    ],
)
def test_a_broken_figure_is_named_with_what_to_mend(tmp_path: Path, old: str, new: str, told: str) -> None:
    (tmp_path / "figures.toml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadPoseFile) as caught:
        load_postures(tmp_path / "figures.toml")
    assert told in str(caught.value.data["reason"])
