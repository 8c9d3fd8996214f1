"""Pictures of measurements: written, the same twice, with names that do not lie on each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from yogalab.bench.plot import curves, reliability, spread_out

RISING = [(1, 50.0, 45.0, 55.0), (2, 60.0, 57.0, 63.0), (20, 80.0, 79.0, 81.0)]
ABOVE = [(1, 70.0, 66.0, 74.0), (2, 75.0, 73.0, 77.0), (20, 81.0, 80.0, 82.0)]


def drawn(path: Path, **changed: object) -> Path:
    options: dict[str, object] = {
        "title": "Few labels",
        "x_label": "labels a pose",
        "y_label": "top-1 %",
        "series": {"SVM": RISING, "R2": ABOVE, "ceiling": [(0, 90.0, 89.0, 91.0)]},
        "log_x": True,
    }
    curves(path, **{**options, **changed})  # type: ignore[arg-type]
    return path


def test_curves_become_a_picture_in_a_new_folder(tmp_path: Path) -> None:
    with Image.open(drawn(tmp_path / "new" / "curves.png")) as image:
        pixels = np.asarray(image.convert("RGB"))
    assert pixels.shape[0] > 400 and pixels.shape[1] > 800
    # Blue and vermilion of the first two lines are on it.
    for colour in ((0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)):
        assert (np.abs(pixels.astype(int) - colour).max(axis=2) < 8).sum() > 100


def test_names_axes_and_title_can_be_read(tmp_path: Path) -> None:
    text = drawn(tmp_path / "curves.svg").read_text()
    for word in ("Few labels", "labels a pose", "top-1 %", "SVM", "R2", "ceiling", ">20<"):
        assert word in text


def test_the_same_figures_are_the_same_file(tmp_path: Path) -> None:
    for suffix in ("png", "svg"):
        one, two = drawn(tmp_path / f"one.{suffix}"), drawn(tmp_path / f"two.{suffix}")
        assert one.read_bytes() == two.read_bytes()


def test_nothing_to_draw_is_an_empty_page(tmp_path: Path) -> None:
    assert drawn(tmp_path / "empty.png", series={"gone": []}).stat().st_size > 1000


def test_names_are_moved_as_little_as_needed() -> None:
    assert spread_out([0.1, 0.5, 0.9], gap=0.1) == pytest.approx([0.1, 0.5, 0.9])
    # Two at the same height share the way: half a gap down, half a gap up.
    assert spread_out([0.5, 0.5], gap=0.1) == pytest.approx([0.45, 0.55])
    assert spread_out([0.2, 0.5, 0.5, 0.52], gap=0.1) == pytest.approx(
        [0.2, 0.40667, 0.50667, 0.60667], abs=1e-4
    )


def test_reliability_is_drawn_on_a_square_of_shares(tmp_path: Path) -> None:
    path = tmp_path / "sure.svg"
    reliability(
        path,
        title="Sure and right",
        x_label="sure",
        y_label="right",
        series={"R2": [(0.3, 0.35, 10), (0.7, 0.0, 0), (0.9, 0.88, 200)]},
    )
    text = path.read_text()
    assert "Sure and right" in text and "R2" in text
