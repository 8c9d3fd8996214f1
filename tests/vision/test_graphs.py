"""The two ways of running an encoder say the same: ONNX Runtime over graphs, open_clip over PyTorch."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.vision.minis import DIM, WEIGHTS, write_mini
from yogalab.errors import EncoderDamaged, EncoderMissing
from yogalab.records import EncoderChange
from yogalab.vision.clip import OpenClipEncoder
from yogalab.vision.encoders import EncoderRow
from yogalab.vision.framing import frame
from yogalab.vision.graph_encoder import GraphEncoder, graph_encoder
from yogalab.vision.graphs import graphs_in
from yogalab.vision.opening import open_encoder
from yogalab.vision.tokens import CONFIG


@pytest.fixture(scope="module")
def row(tmp_path_factory: pytest.TempPathFactory) -> EncoderRow:
    return write_mini(tmp_path_factory.mktemp("models"))


def photos(count: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (60 + n % 3, 50, 3), dtype=np.uint8) for n in range(count)]


def test_graphs_say_what_the_network_says(row: EncoderRow) -> None:
    light, heavy = graph_encoder(row), OpenClipEncoder(row)
    assert light is not None
    assert (light.name, light.dim, light.framing) == (heavy.name, heavy.dim, heavy.framing)
    texts = ["tree pose", "a yoga teacher demonstrating Vrksasana", ""]
    for seen, meant in (
        (light.encode_photos(photos(3)), heavy.encode_photos(photos(3))),
        (light.encode_texts(texts), heavy.encode_texts(texts)),
    ):
        assert seen.dtype == np.float32
        np.testing.assert_allclose(seen, meant, atol=1e-5)
        assert np.abs(seen[0] - seen[1]).max() > 1e-3
    assert light.encode_photos([]).shape == light.encode_texts([]).shape == (0, DIM)


def test_an_embedding_is_the_mean_of_a_photo_and_its_mirror_image(row: EncoderRow) -> None:
    photo = photos(1)[0]
    both = open_encoder(row).encode_photos([photo, photo[:, ::-1]])
    np.testing.assert_allclose(both[0], both[1], atol=1e-5)
    single = open_encoder(replace(row, views="")).encode_photos([photo, photo[:, ::-1]])
    assert np.abs(single[0] - single[1]).max() > 1e-3
    mean = single.sum(axis=0)
    np.testing.assert_allclose(both[0], mean / np.linalg.norm(mean), atol=1e-5)


def test_a_photo_framed_before_is_seen_as_it_is(row: EncoderRow) -> None:
    encoder = open_encoder(row)
    assert encoder.framing is not None
    small = [frame(photo, encoder.framing) for photo in photos(2)]
    assert small[0].shape == (32, 32, 3)
    np.testing.assert_array_equal(encoder.encode_photos(small), encoder.encode_photos(photos(2)))


def test_a_tuned_encoder_runs_as_graphs_too(row: EncoderRow) -> None:
    assert row.folder is not None
    rng = np.random.default_rng(1)
    head = load_file(row.folder / WEIGHTS)["visual.trunk.classifier.weight"]
    shapes = {
        "text_projection": (16, DIM),
        "visual.trunk.classifier.weight:up": (DIM, 2),
        "visual.trunk.classifier.weight:down": (2, head.shape[1]),
    }
    arrays = {name: rng.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
    change = EncoderChange(name="mini+R4-0", base="mini", rung="R4", method="lora", arrays=arrays, alpha=0.5)
    light, heavy = open_encoder(row, change=change), OpenClipEncoder(row, change=change)
    assert isinstance(light, GraphEncoder)
    seen = light.encode_photos(photos(2))
    np.testing.assert_allclose(seen, heavy.encode_photos(photos(2)), atol=1e-5)
    np.testing.assert_allclose(light.encode_texts(["tree"]), heavy.encode_texts(["tree"]), atol=1e-5)
    assert np.abs(seen - open_encoder(row).encode_photos(photos(2))).max() > 1e-3


def test_a_network_that_was_never_drawn_is_run_by_open_clip(row: EncoderRow, tmp_path: Path) -> None:
    assert row.folder is not None
    other = json.loads((row.folder / CONFIG).read_text())
    other["model_cfg"]["text_cfg"]["layers"] = 2
    for file in row.folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / CONFIG).write_text(json.dumps(other))
    assert graphs_in(tmp_path) is None
    assert isinstance(open_encoder(replace(row, folder=tmp_path)), OpenClipEncoder)


def test_weights_that_are_missing_damaged_or_too_short_are_told_apart(row: EncoderRow, tmp_path: Path) -> None:
    assert row.folder is not None
    for file in row.folder.iterdir():
        if file.name != WEIGHTS:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    encoder = open_encoder(replace(row, folder=tmp_path))
    assert isinstance(encoder, GraphEncoder)
    with pytest.raises(EncoderMissing):
        encoder.encode_photos(photos(1))
    (tmp_path / WEIGHTS).write_bytes((row.folder / WEIGHTS).read_bytes()[:5000])
    with pytest.raises(EncoderDamaged):
        encoder.encode_texts(["tree"])
    with pytest.raises(EncoderDamaged):
        open_encoder(replace(row, dim=DIM + 1)).encode_photos(photos(1))


def test_neither_torch_nor_open_clip_is_loaded(row: EncoderRow) -> None:
    code = (
        "import sys, numpy as np\nfrom pathlib import Path\n"
        "from yogalab.vision.encoders import EncoderRow\n"
        "from yogalab.vision.opening import open_encoder\n"
        f"row = EncoderRow(name='mini', dim={DIM}, image_size=32, licence='', folder=Path(sys.argv[1]))\n"
        "encoder = open_encoder(row)\n"
        "encoder.encode_photos([np.zeros((40, 40, 3), np.uint8)]), encoder.encode_texts(['tree'])\n"
        "print([name for name in ('torch', 'open_clip', 'torchvision', 'timm') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(row.folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
