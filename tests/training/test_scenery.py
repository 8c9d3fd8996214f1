"""What rendered people stand on, and how a camera and the light see them."""

from __future__ import annotations

import numpy as np

from yogalab.poses import body
from yogalab.poses.postures import postures
from yogalab.training import painting
from yogalab.training.backdrop import ground_under, paint_backdrop
from yogalab.training.camera import Camera, framed, turned
from yogalab.training.chance import pick
from yogalab.training.footing import levelled
from yogalab.training.mannequin import Physique, mesh
from yogalab.training.wear_and_tear import grain, occlude


def test_what_is_nearer_is_larger() -> None:
    camera = Camera(turn=np.eye(3), distance=2.0, scale=np.array([0.25, 0.5]), shift=np.array([0.5, 0.5]))
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 0.5, 0], [1, 0, 1.0]])
    np.testing.assert_allclose(camera.shown(points), [[0.5, 0.5], [0.75, 0.5], [0.5, 0.25], [1.0, 0.5]])


def test_a_camera_goes_round_looks_down_and_is_held_askew() -> None:
    right, up, ahead = np.eye(3)
    np.testing.assert_allclose(turned(90, 0, 0) @ ahead, right, atol=1e-12)
    # From above, the floor before the feet lies lower in the picture.
    np.testing.assert_allclose(turned(0, 90, 0) @ ahead, -up, atol=1e-12)
    np.testing.assert_allclose(turned(0, 0, 90) @ right, up, atol=1e-12)


def test_a_frame_holds_everything() -> None:
    points = np.random.default_rng(0).normal(0, 1, (40, 3))
    camera = framed(turned(30, 10, 4), 6.0, points, aspect=1.6, fill=0.8, place=np.array([0.0, 1.0]))
    flat = camera.shown(camera.turned(points))
    np.testing.assert_allclose([flat[:, 0].min(), flat[:, 1].max()], [0, 1], atol=1e-9)
    np.testing.assert_allclose(np.ptp(flat, axis=0).max(), 0.8)


def test_a_fallen_body_is_put_back_on_its_feet_and_hands() -> None:
    drawn = body.joints(postures()["downward_dog"])
    tilt = turned(0, 0, 12)
    back = levelled({name: tilt @ point for name, point in drawn.items()}, drawn)
    gap = [back[name][1] - drawn[name][1] for name in ("left_index", "right_index", "left_heel", "right_heel")]
    assert np.ptp(gap) < 0.03
    lengths = [np.linalg.norm(joints["left_knee"] - joints["left_hip"]) for joints in (back, drawn)]
    np.testing.assert_allclose(*lengths)


def test_light_falls_off_round_the_edge() -> None:
    normal, light = np.array([[0, 1.0, 0], [1.0, 0, 0], [0, -1.0, 0]]), np.array([0, 1.0, 0])
    shone = painting.lit(np.ones((3, 1)), normal, light, 0.2)[:, 0]
    np.testing.assert_allclose(shone, [0.2 + 0.8 * 1.35, 0.2 + 0.8 * 1.35 / 4, 0.2])


def test_only_what_lies_behind_the_body_is_hidden() -> None:
    surface = mesh(body.joints(postures()["mountain"]), Physique(hair="none"), np.random.default_rng(0))
    camera = framed(np.eye(3), 4.0, surface.points, aspect=1.0, fill=0.9, place=np.array([0.5, 0.5]))
    face = painting.facing(surface, camera)
    chest = camera.shown(np.array([[0, 0.3, 0.0]]))
    depths = np.array([-0.6, 0.0, 0.4])
    hidden = painting.hidden(np.repeat(chest, 3, axis=0), depths, face, beyond=0.15)
    assert hidden.tolist() == [True, False, False]


def test_faces_look_outward() -> None:
    surface = mesh(body.joints(postures()["warrior_2"]), Physique(hair="bun"), np.random.default_rng(0))
    a, b, c, d = (surface.points[surface.quads[:, k]] for k in range(4))
    normal = np.cross(c - a, d - b)
    piece = np.zeros(len(surface.points), int)
    for number, rows in enumerate(surface.pieces):
        piece[rows] = number
    middles = np.array([surface.points[rows].mean(0) for rows in surface.pieces])
    outward = ((a + c) / 2 - middles[piece[surface.quads[:, 0]]]) * normal
    assert (outward.sum(1) > 0).mean() > 0.97


def test_shares_say_how_often() -> None:
    rng = np.random.default_rng(0)
    drawn = [pick(rng, ("a", "b", "c"), (0.5, 0.5, 0.0)) for _ in range(400)]
    assert set(drawn) == {"a", "b"}
    assert 160 < drawn.count("a") < 240


def test_places_and_their_wear_are_pictures_of_the_size_asked_for() -> None:
    surface = mesh(body.joints(postures()["corpse"]), Physique(), np.random.default_rng(0))
    ground = ground_under(surface.points)
    assert ground.height == surface.points[:, 1].min()
    camera = framed(np.eye(3), 4.0, surface.points, aspect=1.0, fill=0.9, place=np.array([0.5, 0.5]))
    means = []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        pixels, covered = occlude(paint_backdrop(rng, 32, camera, ground), rng)
        worn = grain(pixels, rng)
        assert (worn.shape, worn.dtype, covered.shape) == ((32, 32, 3), np.uint8, (32, 32))
        means.append(worn.mean())
    assert np.std(means) > 15


def test_loose_hair_ends_on_the_floor() -> None:
    joints = body.joints(postures()["corpse"])
    bare, long = (
        ground_under(mesh(joints, Physique(hair=hair), np.random.default_rng(0)).points).height
        for hair in ("none", "long")
    )
    assert abs(bare - long) < 0.02
