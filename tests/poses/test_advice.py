"""Advice that helps: whoever does what is said comes nearer to the pose, until nothing more is said."""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from tests.poses.bending import MOVES, bent, nearer
from yogalab.poses.advice import FAR_OFF, MENDED, WORTH_A_WORD, Cue, advice, cue_of, is_elsewhere, still_off
from yogalab.poses.figures import figure
from yogalab.poses.geometry import DESCRIPTORS, describe, lesser_sides
from yogalab.poses.taxonomy import builtin_poses
from yogalab.poses.templates import explain, tolerances
from yogalab.records import Pose
from yogalab.words import for_pages, say

POSES = [pose for pose in builtin_poses() if pose.template and figure(pose) is not None]
BY_SLUG = {pose.slug: pose for pose in POSES}
# How far a body is bent away before it is advised, in tolerances.
ASTRAY = 1.6
STEPS = 16


@cache
def cases() -> tuple[list[tuple[Pose, str]], np.ndarray, np.ndarray]:
    """Every figure of every template with a drawn body: (pose, descriptor), its column, the body."""
    named = [(pose, name) for pose in POSES for name in pose.template]
    columns = np.array([DESCRIPTORS.index(name) for _, name in named])
    bodies = np.stack([figure(pose).world for pose, _ in named]).astype(float)  # type: ignore[union-attr]
    return named, columns, bodies


def targets() -> np.ndarray:
    return np.array([pose.template[name] for pose, name in cases()[0]])


def figures_of(bodies: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return np.asarray(describe(bodies)[np.arange(len(bodies)), columns])


def cue(pose: Pose, name: str, body: np.ndarray) -> Cue:
    figures = describe(body[None])[0]
    (term,) = (term for term in explain(figures, pose, most=len(DESCRIPTORS)) if term.descriptor == name)
    measured = dict(zip(DESCRIPTORS, figures.tolist(), strict=True))
    return cue_of(term, pose, measured, lesser_sides(body))


def twin_of(name: str) -> str:
    return name[:-2] + ("hi" if name.endswith("lo") else "lo")


def side_moves(code: str) -> list[bool]:
    """Where a side is named, the other side's joints stay as they are."""
    side = re.search(r"\.(left|right)\.", code)
    return [side is None or limb.startswith((side[1], "trunk")) for limb, _ in MOVES]


def test_bending_along_the_advice_brings_every_figure_of_every_pose_nearer_until_it_is_silent() -> None:
    named, columns, bodies = cases()
    limits = tolerances()[columns]
    # Each figure too large or too small, as a coin has it.
    rng, wanted = np.random.default_rng(0), targets()
    # Nobody stands exactly as drawn, both sides alike.
    bodies = bent(bodies, rng.normal(0, 4, (len(bodies), len(MOVES))))
    way = rng.choice([-1, 1], len(named))
    astray = wanted + way * ASTRAY * limits
    parts = np.eye(len(DESCRIPTORS))[columns]
    anyhow = np.ones((len(named), len(MOVES)), bool)
    for _ in range(STEPS // 2):
        on = np.flatnonzero(way * (figures_of(bodies, columns) - wanted) / limits < ASTRAY - 0.1)
        bodies[on] = nearer(bodies[on], parts[on], astray[on], anyhow[on], most=12)
    off = way * (figures_of(bodies, columns) - wanted) / limits
    # Some figures cannot stray so far: no knee is straighter than straight.
    there = np.flatnonzero(off >= WORTH_A_WORD)
    assert len(there) > 0.7 * len(named)
    cues = {k: cue(*named[k], bodies[k]) for k in there.tolist()}
    assert all(one.rising == (way[k] < 0) for k, one in cues.items())
    assert {one.code for one in cues.values()} <= for_pages().keys()
    allowed = np.array([side_moves(cues[k].code) if k in cues else anyhow[k] for k in range(len(named))])
    for k, one in cues.items():
        if ".both." in one.code:
            # Both sides do it.
            parts[k] = (parts[k] + np.eye(len(DESCRIPTORS))[DESCRIPTORS.index(twin_of(named[k][1]))]) / 2
    for _ in range(STEPS):
        on = there[off[there] >= MENDED]
        before = np.abs(off)
        bodies[on] = nearer(bodies[on], parts[on], wanted[on], allowed[on])
        off = way * (figures_of(bodies, columns) - wanted) / limits
        # A little for steps that are no curve: one side may overtake the other in them.
        assert [(named[k][0].slug, cues[k].code) for k in on.tolist() if abs(off[k]) > before[k] + 0.15] == []
    assert [(named[k][0].slug, cues[k].code) for k in there.tolist() if abs(off[k]) >= WORTH_A_WORD] == []
    mended = [
        not still_off(cues[k], figures, named[k][0])
        for k, figures in zip(there, describe(bodies)[there], strict=True)
    ]
    assert np.mean(mended) > 0.99


# --- which words ----------------------------------------------------------------------------------


def body_like(slug: str, **figures: float) -> np.ndarray:
    """Figures that fit a pose's template but for those given; what it leaves free is 0."""
    return np.array([{**BY_SLUG[slug].template, **figures}.get(name, 0.0) for name in DESCRIPTORS], np.float32)


LEFT_LESS = dict.fromkeys(("hip", "knee", "elb", "shd", "thigh", "shin", "arm", "ank", "wr"), "left")


def said(slug: str, **figures: float) -> list[str]:
    cues = advice(body_like(slug, **figures), BY_SLUG[slug], LEFT_LESS)
    return [say(one.code, much=say("advice.much" if one.much else "advice.little")) for one in cues]


def target(slug: str, name: str) -> float:
    return BY_SLUG[slug].template[name]


def test_a_body_as_the_template_has_it_hears_nothing() -> None:
    assert said("warrior_2") == []
    assert not is_elsewhere(body_like("warrior_2"), BY_SLUG["warrior_2"])


def test_a_coach_hears_front_back_left_right_and_both_by_their_names() -> None:
    bent = target("warrior_2", "knee_lo")
    assert said("warrior_2", knee_lo=bent + 35) == ["Bend your front knee a little more."]
    assert said("warrior_2", knee_lo=bent + 70) == ["Bend your front knee quite a bit more."]
    straight = target("warrior_2", "knee_hi")
    assert said("warrior_2", knee_hi=straight - 35) == ["Straighten your back knee a little more."]
    assert said("chair", knee_lo=140, knee_hi=142)[0].startswith("Bend your knees")
    # The template of the tree wants one knee bent, and names no front: the smaller angle is on the left here.
    assert said("tree", knee_lo=target("tree", "knee_lo") + 40) == ["Bend your left knee a little more."]
    # With both as straight as each other, either will do.
    alike = target("tree", "knee_hi")
    assert said("tree", knee_lo=alike - 5)[0].startswith("Bend one knee")


def test_a_fault_is_told_once_and_the_worst_first() -> None:
    low, high = target("warrior_2", "feet"), target("warrior_2", "knee_lo")
    told = said("warrior_2", feet=low - 1.6, split=target("warrior_2", "split") - 60, knee_lo=high + 35)
    assert told == ["Take your feet quite a bit farther apart.", "Bend your front knee a little more."]


def test_what_carries_the_body_is_told_by_the_hips() -> None:
    low, high = target("chair", "ank_lo"), target("chair", "ank_hi")
    assert said("chair", ank_lo=low - 0.5, ank_hi=high - 0.5) == ["Let your hips sink a little lower."]
    assert said("downward_dog", wr_lo=target("downward_dog", "wr_lo") + 0.5) != []


def test_half_of_a_word_is_not_worth_one() -> None:
    knee = target("warrior_2", "knee_lo")
    assert said("warrior_2", knee_lo=knee + 25 * (WORTH_A_WORD - 0.05)) == []
    assert WORTH_A_WORD > MENDED and FAR_OFF > WORTH_A_WORD


def test_another_pose_is_elsewhere_and_not_to_be_mended() -> None:
    tree = figure(BY_SLUG["tree"])
    assert tree is not None
    assert is_elsewhere(describe(tree.world[None])[0], BY_SLUG["crow"])
    assert not is_elsewhere(describe(tree.world[None])[0], BY_SLUG["tree"])


def test_every_sentence_of_advice_can_be_given() -> None:
    """None is there for a figure or a side that does not exist."""
    stems = {re.sub("_(lo|hi)$", "", name) for name in DESCRIPTORS} | {"hips"}
    codes = [code for code in for_pages() if code.endswith((".more", ".less")) and code.startswith("advice.")]
    assert len(codes) > 90
    assert {code.split(".")[1] for code in codes} == stems
    assert {code.split(".")[2] for code in codes} <= {
        *("both", "front", "back", "left", "right", "one", "down"),
        *("more", "less"),
    }
