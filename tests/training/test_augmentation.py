"""Random views: where they look, and that landmarks go with the pixels."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from yogalab.training import augmentation
from yogalab.training.augmentation import Strength

STILL = Strength(around=1, reach=0, shift=0, stretch=0, turn=0, colour=0, grey=0, blur=0, erase=0)
WHOLE = np.array([[1, 0, 0], [0, 1, 0]], np.float32)


def test_a_point_is_where_its_pixel_goes() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        at = rng.uniform(0.35, 0.65, 2)
        picture = np.zeros((120, 200, 3), np.uint8)
        row, column = int(at[1] * 120), int(at[0] * 200)
        picture[row - 2 : row + 3, column - 2 : column + 3] = 255
        view = augmentation.draw_view(rng, Strength(), np.array([0.2, 0.1, 0.8, 0.9], np.float32), 200 / 120)
        if rng.random() < 0.5:
            view = augmentation.mirrored(view)
        shown = augmentation.look(picture, view, 96)[:, :, 0].astype(float)
        rows, columns = np.indices(shown.shape) + 0.5
        seen = np.array([(columns * shown).sum(), (rows * shown).sum()]) / shown.sum() / 96
        exact = np.array([(column + 0.5) / 200, (row + 0.5) / 120], np.float32)
        assert seen == pytest.approx(augmentation.through(view, exact), abs=0.02)


def test_the_whole_view_is_the_photo_squeezed() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    assert (augmentation.look(picture, WHOLE, 64) == picture).all()


def test_a_mirrored_view_is_the_mirror_image() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    assert (augmentation.look(picture, augmentation.mirrored(WHOLE), 64) == picture[:, ::-1]).all()


def test_a_close_up_without_chance_is_what_an_encoder_is_shown() -> None:
    # The box is 0.2 x 0.2 of a square photo: with a fifth of room 0.24 wide around (0.3, 0.7).
    view = augmentation.draw_view(np.random.default_rng(0), STILL, np.array([0.2, 0.6, 0.4, 0.8]), 1.0)
    corners = np.array([[0.18, 0.58], [0.42, 0.82]], np.float32)
    assert augmentation.through(view, corners) == pytest.approx(np.array([[0, 0], [1, 1]]), abs=1e-5)


def test_gravity_stays_down() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        view = augmentation.draw_view(rng, Strength(), None, 1.5)
        down = view[:, :2] @ (0, 1)
        assert down[1] > abs(down[0])


def test_a_turn_is_no_shear() -> None:
    turned = augmentation.draw_view(
        np.random.default_rng(5), Strength(around=1, reach=0, shift=0, stretch=0), np.array([0, 0, 1, 1]), 2.0
    )
    # In units of the photo's height two right-angled directions stay right-angled, and as long as each other.
    across, down = turned[:, 0] / 2.0, turned[:, 1]
    scale = np.array([2.4, 1.8])
    assert (across * scale) @ (down * scale) == pytest.approx(0, abs=1e-4)


def test_light_without_chance_leaves_colours_alone() -> None:
    batch = torch.rand(2, 3, 8, 8)
    assert torch.allclose(augmentation.tint(batch, np.random.default_rng(0), STILL), batch, atol=1e-5)


def test_a_grey_view_has_no_colour() -> None:
    grey = Strength(colour=0, grey=1)
    out = augmentation.tint(torch.rand(2, 3, 8, 8), np.random.default_rng(0), grey)
    assert torch.allclose(out[:, 0], out[:, 1], atol=1e-5)
    assert torch.allclose(out[:, 1], out[:, 2], atol=1e-5)
