"""Ways of saying a pose, measured with an encoder that understands only some of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from yogalab.bench import prompts
from yogalab.bench.prompts import BODIES, ENSEMBLE, NAMES, mean_of
from yogalab.poses.prompts import syntaxes

COLOURS = {"tree": (200, 20, 20), "boat": (20, 200, 20), "cobra": (20, 20, 200)}
# What it read of each pose while it was trained; of everything else it makes noise.
UNDERSTOOD = ("Tree pose, a", "Boat pose, a", "Cobra pose, a")


class Reader:
    """Sees a photo's colour, and the colour of the sentences it understands."""

    name = "reader/1"
    dim = 3
    framing = None
    text_scale = 100.0
    taught = None
    fingerprint = ""

    def picture(self, pixels: np.ndarray, body: object) -> np.ndarray:
        return pixels

    def encode_photos(self, photos: Sequence[np.ndarray]) -> np.ndarray:
        return unit(np.array([photo.reshape(-1, 3).mean(axis=0) for photo in photos], np.float32))

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        return unit(np.array([self._said(text) for text in texts], np.float32))

    def _said(self, text: str) -> np.ndarray:
        for known, colour in zip(UNDERSTOOD, COLOURS.values(), strict=True):
            if text.startswith(known):
                return np.array(colour, np.float32)
        noise = hashlib.sha256(text.encode()).digest()
        return np.frombuffer(noise[:3], np.uint8).astype(np.float32) + 1


def unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four photos of each pose in its colour, two of them test photos, and one file that is no photo."""
    photos = tmp_path / "photos"
    rows = ["file,pose,split"]
    for slug, colour in COLOURS.items():
        (photos / slug).mkdir(parents=True)
        for k in range(4):
            Image.new("RGB", (64, 64), tuple(value + k for value in colour)).save(photos / slug / f"{k}.png")
            rows.append(f"{slug}/{k}.png,{slug},{'train' if k < 2 else 'test'}")
    (photos / "tree" / "broken.png").write_bytes(b"no photo")
    rows.append("tree/broken.png,tree,")
    (photos / "manifest.csv").write_text("\n".join(rows))
    return photos


def test_each_syntax_is_measured_beside_the_ensemble(folder: Path, tmp_path: Path) -> None:
    from yogalab.vision.intake import ParallelReader

    result = prompts.run(ParallelReader(Nobody()), folder, folder=tmp_path / "kept", encoder=Reader())
    assert (result.encoder, result.photos, result.poses) == ("reader/1", 13, 3)
    official = {row.learner: row for row in result.rows if row.asked == "official"}
    assert {ENSEMBLE, NAMES, BODIES, *(way.name for way in syntaxes())} <= set(official)
    assert official["plain"].top1.mean == 1.0 and official["plain"].n == 6
    assert official[ENSEMBLE].ahead is None
    lead = official["plain"].ahead
    assert lead is not None
    assert lead.mean == pytest.approx(1.0 - official[ENSEMBLE].top1.mean)
    # The file that is no photo counts as wrong, whatever is asked.
    everything = {row.learner: row for row in result.rows if row.asked == "all"}
    assert everything["plain"].n == 13 and everything["plain"].top1.mean == pytest.approx(12 / 13)
    assert result.covered["plain"] == 3
    written = json.loads(json.dumps(result.to_json()))
    assert (written["format"], written["bench"]) == (1, "prompts")


def test_the_mean_of_sentences_has_unit_length() -> None:
    # By hand: the mean of (1, 0) and (0, 1) is (.5, .5), of length .7071.
    np.testing.assert_allclose(mean_of(np.eye(2, dtype=np.float32)), [0.5**0.5, 0.5**0.5], rtol=1e-6)


class Nobody:
    """A landmarker that is never asked."""

    name = "nobody/1"

    def find(self, pixels: np.ndarray) -> tuple[()]:
        raise AssertionError
