"""Showing a photo differently and finding the way back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from yogalab.skeleton import INDEX, MIRROR
from yogalab.vision.passes import (
    LOOKS,
    bordered,
    bordered_mirrored,
    close_ups,
    from_border,
    from_border_and_mirror,
    from_mirror,
    from_turn,
    mirrored,
    turned,
)


def marked(height: int, width: int, y: int, x: int) -> np.ndarray:
    """A black photo with one white pixel."""
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[y, x] = 255
    return pixels


def seen(pixels: np.ndarray) -> np.ndarray:
    """The white pixel as a detector would report it: points (33, 4), all at its centre."""
    height, width = pixels.shape[:2]
    y, x = np.argwhere(pixels[:, :, 0] == 255)[0]
    return np.tile(np.array([(x + 0.5) / width, (y + 0.5) / height, 0.3, 0.9], np.float32), (33, 1))


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_photo_is_turned_back(quarters: int) -> None:
    photo = marked(40, 60, 7, 50)
    points, _ = from_turn(
        seen(turned(photo, quarters)), np.zeros((33, 3), np.float32), 40, 60, quarters=quarters
    )
    np.testing.assert_allclose(points[:, :2], seen(photo)[:, :2], atol=1e-6)
    np.testing.assert_array_equal(points[:, 3], np.float32(0.9))


@pytest.mark.parametrize(("quarters", "towards"), [(1, (0, 1)), (2, (-1, 0)), (3, (0, -1))])
def test_metres_turn_with_the_photo(quarters: int, towards: tuple[int, int]) -> None:
    # What lies to the right in a photo turned counter-clockwise lay below (y downward) before.
    world = np.tile(np.array([1, 0, 5], np.float32), (33, 1))
    _, back = from_turn(np.zeros((33, 4), np.float32), world, 40, 60, quarters=quarters)
    np.testing.assert_allclose(back[0], (*towards, 5), atol=1e-6)


def test_depth_is_counted_in_widths_of_the_photo() -> None:
    points = np.full((33, 4), 0.5, np.float32)
    world = np.zeros((33, 3), np.float32)
    # Half a width of the turned photo, which is 40 wide, is a third of the width of the photo, which is 60.
    assert from_turn(points, world, 40, 60, quarters=1)[0][0, 2] == pytest.approx(1 / 3)
    assert from_turn(points, world, 40, 60, quarters=2)[0][0, 2] == pytest.approx(1 / 2)
    assert from_border(points, world, 40, 60)[0][0, 2] == pytest.approx(0.5 * 100 / 60)


def test_a_border_is_taken_off_again() -> None:
    photo = marked(40, 60, 7, 50)
    framed = bordered(photo)
    assert framed.shape == (80, 100, 3)
    assert (framed[0, 0] == 128).all()
    points, _ = from_border(seen(framed), np.zeros((33, 3), np.float32), 40, 60)
    np.testing.assert_allclose(points[:, :2], seen(photo)[:, :2], atol=1e-6)


@pytest.mark.parametrize(
    ("show", "restore"),
    [(mirrored, from_mirror), (bordered_mirrored, from_border_and_mirror)],
    ids=["mirror", "border-mirror"],
)
def test_what_a_mirror_shows_is_turned_back(show: Callable, restore: Callable) -> None:
    photo = marked(40, 60, 7, 50)
    points, _ = restore(seen(show(photo)), np.zeros((33, 3), np.float32), 40, 60)
    np.testing.assert_allclose(points[:, :2], seen(photo)[:, :2], atol=1e-6)


def test_a_mirrored_sighting_is_restored_exactly() -> None:
    rng = np.random.default_rng(0)
    points, world = rng.random((33, 4), dtype=np.float32), rng.normal(size=(33, 3)).astype(np.float32)
    # The mirror image by hand: sides swapped, x from the other edge.
    shown, image = points[list(MIRROR)].copy(), world[list(MIRROR)].copy()
    shown[:, 0] = 1 - shown[:, 0]
    image[:, 0] *= -1
    assert shown[INDEX["left_wrist"], 1] == points[INDEX["right_wrist"], 1]
    back, metres = from_mirror(shown, image, 40, 60)
    np.testing.assert_allclose(back, points, atol=1e-7)
    np.testing.assert_array_equal(metres, world)


@pytest.mark.parametrize("head", [(0, -1), (1, 0), (0, 1), (-1, 0)], ids=["up", "right", "down", "left"])
def test_a_close_up_has_the_head_on_top_and_goes_back_exactly(head: tuple[int, int]) -> None:
    middle = np.array([120.0, 140.0])
    pixels = {name: middle + length * np.array(head) for name, length in (("hip", -30), ("shoulder", 30))}
    nose = middle + 45 * np.array(head)
    points = np.ones((33, 4), np.float32)
    points[:, :2] = nose / (200, 300)
    for part, place in pixels.items():
        for side in ("left", "right"):
            points[INDEX[f"{side}_{part}"], :2] = place / (200, 300)
    photo = marked(300, 200, int(nose[1]), int(nose[0]))
    for look in close_ups(points, 200 / 300):
        shown = look.show(photo)
        assert shown.shape[0] == shown.shape[1] == 93  # 75 pixels from nose to hips, and a quarter more
        back, _ = look.restore(seen(shown), np.zeros((33, 3), np.float32), 300, 200)
        np.testing.assert_allclose(back[:, :2], seen(photo)[:, :2], atol=1e-5)
        assert seen(shown)[0, 1] < 0.2


def test_a_close_up_reaches_outside_the_photo_in_grey() -> None:
    points = np.ones((33, 4), np.float32)
    points[:, :2] = 2.0
    points[0, :2] = 1.2
    plain, _ = close_ups(points, 1.0)
    assert (plain.show(marked(40, 40, 7, 5)) == 128).all()


def test_there_are_seven_looks_with_names_of_their_own_and_the_first_changes_nothing() -> None:
    photo = marked(4, 6, 1, 1)
    assert LOOKS[0].show(photo) is photo
    assert [look.name for look in LOOKS] == [
        "first",
        "mirror",
        "border",
        "border-mirror",
        "turn90",
        "turn180",
        "turn270",
    ]
