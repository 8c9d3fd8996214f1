"""Encoders in a folder of their own, and their untrained twins: real, tiny open_clip networks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.vision.tiny import CONFIG
from yogalab.errors import EncoderDamaged, EncoderMissing
from yogalab.vision.clip import OpenClipEncoder
from yogalab.vision.encoders import read_encoders
from yogalab.vision.local import row_in
from yogalab.vision.untrained import write_untrained

PHOTOS = [np.full((40, 40, 3), shade, np.uint8) for shade in (10, 200)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plain = tmp_path_factory.mktemp("plain")
    (plain / "open_clip_config.json").write_text(json.dumps(CONFIG))
    return write_untrained(plain, tmp_path_factory.mktemp("fold") / "without-tree", seed=0)


def test_an_encoder_in_any_folder_can_be_opened(folder: Path) -> None:
    row = row_in(folder)
    assert row.name.startswith("without-tree@") and (row.dim, row.image_size) == (16, 32)
    seen = OpenClipEncoder(row).encode_photos(PHOTOS)
    np.testing.assert_allclose(np.linalg.norm(seen, axis=1), 1, rtol=1e-5)


def test_the_shipped_network_at_another_size_looks_at_photos_as_that_does(tmp_path: Path) -> None:
    shipped = next(row for row in read_encoders().rows if row.folder)
    assert shipped.folder is not None
    config = json.loads((shipped.folder / "open_clip_config.json").read_text())
    config["model_cfg"]["vision_cfg"]["image_size"] = 96
    (tmp_path / "open_clip_config.json").write_text(json.dumps(config))
    (tmp_path / "open_clip_model.safetensors").write_bytes(b"")
    row = row_in(tmp_path)
    assert (row.image_size, row.close_up, row.views) == (96, shipped.close_up, shipped.views)
    assert row.name != shipped.name


def test_twins_of_one_seed_are_equal_and_of_two_are_not(folder: Path, tmp_path: Path) -> None:
    same, other = (write_untrained(folder, tmp_path / str(seed), seed=seed) for seed in (0, 1))
    assert row_in(same).name.partition("@")[2] == row_in(folder).name.partition("@")[2]
    assert row_in(other).name.partition("@")[2] != row_in(folder).name.partition("@")[2]


def test_a_twin_leaves_other_peoples_chance_alone(folder: Path, tmp_path: Path) -> None:
    import torch

    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    write_untrained(folder, tmp_path, seed=3)
    assert torch.equal(torch.rand(1), expected)


def test_a_folder_without_an_encoder_says_what_is_missing(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing):
        row_in(tmp_path)
    (tmp_path / "open_clip_model.safetensors").write_bytes(b"")
    with pytest.raises(EncoderDamaged):
        row_in(tmp_path)
