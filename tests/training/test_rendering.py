"""Rendered people: pictures of every pose whose skeletons are right in pixels and in space."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab import skeleton
from yogalab.learning.features import features
from yogalab.poses import body
from yogalab.poses.postures import postures
from yogalab.poses.variety import people
from yogalab.records import Encodings
from yogalab.skeleton import INDEX
from yogalab.training import painting
from yogalab.training.camera import framed, turned
from yogalab.training.drawn import branches
from yogalab.training.mannequin import PARTS, Physique, mesh
from yogalab.training.rendering import render, render_many

SLUGS = tuple(postures())
SMALL = 48


@pytest.fixture(scope="module")
def one_of_each() -> tuple[np.ndarray, list, np.ndarray]:
    return render_many(SLUGS, 1, size=SMALL, seed=3)


def test_equal_seeds_give_equal_pictures_and_more_rounds_leave_them_alone() -> None:
    few, seen, rows = render_many(("boat", "tree"), 1, size=SMALL, seed=5)
    more, _, more_rows = render_many(("boat", "tree"), 2, size=SMALL, seed=5)
    alone, again, _ = render_many(("tree",), 1, size=SMALL, seed=5)
    np.testing.assert_array_equal(few, more[:2])
    np.testing.assert_array_equal(alone[0], few[1])
    np.testing.assert_array_equal(again[0].points, seen[1].points)
    assert rows.tolist() == [0, 1]
    assert more_rows.tolist() == [0, 1, 0, 1]


def test_other_seeds_and_rounds_give_other_people() -> None:
    first, _, _ = render_many(("boat",), 2, size=SMALL, seed=5)
    second, _, _ = render_many(("boat",), 2, size=SMALL, seed=6)
    assert (first[0] != first[1]).mean() > 0.5
    assert (first != second).mean() > 0.5


def test_every_pose_is_rendered_inside_the_frame(one_of_each: tuple) -> None:
    pixels, seen, rows = one_of_each
    assert (pixels.shape, pixels.dtype) == ((len(SLUGS), SMALL, SMALL, 3), np.uint8)
    assert rows.tolist() == list(range(len(SLUGS)))
    points = np.stack([one.points for one in seen])
    assert ((points[..., :2] > 0) & (points[..., :2] < 1)).all()
    assert np.ptp(pixels.reshape(len(pixels), -1), axis=1).min() > 30


def test_landmarks_fit_one_another(one_of_each: tuple) -> None:
    _, seen, _ = one_of_each
    for one in seen:
        hips = one.world[[skeleton.LEFT_HIP, skeleton.RIGHT_HIP]].mean(0)
        np.testing.assert_allclose(hips, 0, atol=1e-6)
        # Perspective moves points, but not from one side of the picture to the other.
        assert np.corrcoef(one.points[:, 0], one.world[:, 0])[0, 1] > 0.9
        assert np.corrcoef(one.points[:, 1], one.world[:, 1])[0, 1] > 0.9
    visible = np.array([one.visibility for one in seen])
    assert 0.6 < (visible > 0.5).mean() < 0.95


def test_most_skeletons_are_nearest_to_their_own_pose(one_of_each: tuple) -> None:
    _, seen, rows = one_of_each
    rng = np.random.default_rng(0)
    drawn = [Encodings(landmarks=p) for slug in SLUGS for p in people(postures()[slug], 6, rng)]
    known, found = (features(all_, dim=0) for all_ in (drawn, [Encodings(landmarks=one) for one in seen]))
    # Without visibility, of which bare skeletons know nothing.
    usable = branches(known.shape[1])["whole"]
    known, found = known[:, usable], found[:, usable]
    spread = known.std(0) + 1e-6
    distance = (((found / spread)[:, None] - (known / spread)[None]) ** 2).sum(2)
    nearest = np.repeat(np.arange(len(SLUGS)), 6)[distance.argmin(1)]
    assert (nearest == rows).mean() > 0.6


@pytest.mark.parametrize(
    ("slug", "way"), [("mountain", 1), ("tree", 1), ("warrior_2", 1), ("headstand", -1), ("handstand", -1)]
)
def test_gravity_stays_down(slug: str, way: int) -> None:
    for seed in range(4):
        points = render(slug, np.random.default_rng(seed), size=SMALL).landmarks.points
        hips = points[[skeleton.LEFT_HIP, skeleton.RIGHT_HIP], 1].mean()
        assert way * (hips - points[INDEX["nose"], 1]) > 0.1


@pytest.mark.parametrize("slug", ["warrior_2", "camel", "headstand", "boat"])
def test_the_paint_is_where_the_landmarks_are(slug: str) -> None:
    rng = np.random.default_rng(1)
    joints = body.joints(postures()[slug])
    surface = mesh(joints, Physique(hair="none"), rng)
    camera = framed(turned(25, 8, 3), 3.0, surface.points, aspect=1.2, fill=0.9, place=np.array([0.5, 0.5]))
    face = painting.facing(surface, camera)
    labels = np.zeros((200, 200, 3), np.uint8)
    painting.fill(labels, face.corners, np.repeat(surface.part[face.index][:, None] + 1.0, 3, axis=1))
    names = ("wrist", "elbow", "knee", "ankle", "foot_index", "index")
    ends = [f"{side}_{name}" for side in body.SIDES for name in names]
    seen = camera.turned(np.array([joints[name] for name in ends]))
    flat = camera.shown(seen)
    hidden = painting.hidden(flat, seen[:, 2], face, beyond=0.12)
    owners = {
        "wrist": ("forearm", "hand", "thumb"),
        "elbow": ("upper_arm", "forearm"),
        "knee": ("thigh", "shin"),
        "ankle": ("shin", "foot", "instep"),
        "foot_index": ("foot",),
        "index": ("hand",),
    }
    right = []
    for name, (x, y) in zip(ends, (200 * flat).astype(int), strict=True):
        side, joint = name.split("_", 1)
        part = int(labels[y, x, 0])
        right.append(part > 0 and PARTS[part - 1] in {f"{side}_{own}" for own in owners[joint]})
    assert np.array(right)[~hidden].mean() > 0.9
    assert (~hidden).sum() >= 5


def test_a_pose_without_a_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="no_such_pose"):
        render("no_such_pose", np.random.default_rng(0))
