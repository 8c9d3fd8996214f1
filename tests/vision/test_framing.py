"""What an encoder looks at: all of a photo, or the body, at the size it was taught."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from yogalab.records import Framing, Landmarks
from yogalab.vision.framing import frame, framing_of
from yogalab.vision.tokens import CONFIG


def body(left: float, top: float, right: float, bottom: float, *, trust: float = 1.0) -> Landmarks:
    """Somebody whose visible landmarks reach exactly so far, in shares of the photo's sides."""
    points = np.full((33, 4), 0.9, np.float32)
    points[:, 0] = np.linspace(left, right, 33)
    points[:, 1] = np.linspace(top, bottom, 33)
    return Landmarks(points=points, world=np.zeros((33, 3), np.float32), aspect=1.0, trust=trust)


def ramp(width: int, height: int) -> np.ndarray:
    """A photo whose red grows from left to right by one level a pixel, green from top to bottom."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, :, 0] = np.arange(width)
    pixels[:, :, 1] = np.arange(height)[:, None]
    return pixels


def test_all_of_a_photo_is_squeezed_into_the_square_as_open_clip_does_it() -> None:
    rng = np.random.default_rng(0)
    photo = rng.integers(0, 256, (90, 60, 3), dtype=np.uint8)
    small = frame(photo, Framing(size=32))
    meant = np.asarray(Image.fromarray(photo).resize((32, 32), Image.Resampling.BILINEAR))
    np.testing.assert_array_equal(small, meant)
    assert frame(small, Framing(size=32)) is small


def test_a_close_up_shows_the_body_with_a_tenth_of_room_on_each_side() -> None:
    # 100 x 100 pixels in the middle, 120 with room, one pixel of the photo for one of the picture.
    seen = frame(ramp(200, 200), Framing(size=120, close_up=True), body(0.25, 0.25, 0.75, 0.75))
    np.testing.assert_allclose(seen[:, :, 0], np.tile(np.arange(40, 160), (120, 1)), atol=1)
    np.testing.assert_allclose(seen[:, :, 1], np.tile(np.arange(40, 160), (120, 1)).T, atol=1)


def test_beyond_the_edge_the_photo_is_mirrored() -> None:
    # The room reaches 10 pixels beyond the left edge.
    seen = frame(ramp(200, 200), Framing(size=120, close_up=True), body(0.0, 0.25, 0.5, 0.75))
    np.testing.assert_allclose(seen[60, :, 0], [*range(10, 0, -1), *range(110)], atol=1)


@pytest.mark.parametrize("somebody", [None, body(0.4, 0.4, 0.6, 0.6, trust=0.1), body(1.2, 0.1, 1.4, 0.3)])
def test_without_a_body_to_trust_all_of_the_photo_is_shown(somebody: Landmarks | None) -> None:
    photo = ramp(200, 150)
    close = Framing(size=48, close_up=True)
    np.testing.assert_array_equal(frame(photo, close, somebody), frame(photo, Framing(size=48)))


def test_who_does_not_look_closely_sees_all_of_the_photo() -> None:
    photo = ramp(200, 150)
    somebody = body(0.4, 0.4, 0.6, 0.6)
    np.testing.assert_array_equal(frame(photo, Framing(size=48), somebody), frame(photo, Framing(size=48)))


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ({"resize_mode": "squash", "interpolation": "bilinear"}, Framing(size=48, close_up=True)),
        ({"resize_mode": "squash"}, Framing(size=48, interpolation="bicubic", close_up=True)),
        ({"resize_mode": "shortest", "interpolation": "bilinear"}, None),
    ],
)
def test_the_config_says_how_photos_are_shown(tmp_path: Path, shown: dict[str, str], meant: object) -> None:
    config = {"model_cfg": {"vision_cfg": {"image_size": 48}}, "preprocess_cfg": shown}
    (tmp_path / CONFIG).write_text(json.dumps(config))
    assert framing_of(tmp_path, close_up=True) == meant
    assert framing_of(tmp_path / "gone") is None
