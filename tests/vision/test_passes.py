"""Showing a photo differently and finding the way back."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.vision.passes import FIRST, RESCUE, bordered, from_border, from_turn, turned


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


def test_looks_have_names_of_their_own_and_the_first_changes_nothing() -> None:
    photo = marked(4, 6, 1, 1)
    assert FIRST.show(photo) is photo
    assert [look.name for look in (FIRST, *RESCUE)] == [
        "first",
        "low",
        "border",
        "turn90",
        "turn180",
        "turn270",
    ]
