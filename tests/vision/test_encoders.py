"""The table of encoders against open_clip's own, and what it refuses."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from yogalab.errors import EncoderRefused, EncoderUnknown, UnknownFormat
from yogalab.vision.encoders import EncoderRow, read_encoders
from yogalab.vision.graph_encoder import graph_encoder
from yogalab.vision.graphs import graphs_in
from yogalab.vision.opening import open_encoder
from yogalab.vision.weights import weights_here
from yogalab.words import sentence

TABLE = read_encoders()


@pytest.mark.parametrize("row", [row for row in TABLE.rows if row.hub], ids=lambda row: row.name)
def test_rows_agree_with_open_clip(row: EncoderRow) -> None:
    import open_clip

    config = open_clip.get_model_config(row.architecture)
    assert config["embed_dim"] == row.dim
    assert config["vision_cfg"].get("image_size", row.image_size) == row.image_size
    known = open_clip.get_pretrained_cfg(row.architecture, row.pretrained)
    assert known["hf_hub"].rstrip("/") == row.hub
    assert known.get("quick_gelu", False) == config.get("quick_gelu", False)
    assert row.name == f"{row.architecture}/{row.pretrained}"


def test_every_row_says_what_one_may_do_with_it() -> None:
    for row in TABLE.rows:
        assert row.licence in {"MIT", "Apache-2.0"}
        assert row.source.startswith("https://") or row.folder is not None
        assert row.note.endswith(".")


def test_there_is_one_to_propose_on_each_machine() -> None:
    for machine, name in (("cpu", "ViT-B-32-256/datacomp_s34b_b86k"), ("gpu", "PE-Core-L-14-336/meta")):
        row = TABLE.suggested(machine)
        assert row is not None
        assert row.name == name


@pytest.mark.parametrize(
    "name",
    [
        "MobileCLIP-S1/datacompdr",
        "MobileCLIP2-S0/dfndr2b",
        "mobileclip-b/datacompdr_lt",
        "ViT-B-16/dfn2b",
        "ViT-L-14/dfn2b_s39b",
        "ViT-H-14-quickgelu/dfn5b",
        "apple/MobileCLIP-S2-OpenCLIP",
        "hf-hub:apple/DFN2B-CLIP-ViT-B-16",
    ],
)
def test_research_only_weights_are_refused_by_name(name: str) -> None:
    with pytest.raises(EncoderRefused) as caught:
        TABLE.row(name)
    assert name in sentence(caught.value)


def test_every_apple_checkpoint_that_open_clip_knows_is_refused() -> None:
    import open_clip

    for architecture, tag in open_clip.list_pretrained():
        hub = open_clip.get_pretrained_cfg(architecture, tag).get("hf_hub", "") or ""
        if hub.startswith("apple/") or "MobileCLIP" in architecture:
            with pytest.raises(EncoderRefused):
                TABLE.row(f"{architecture}/{tag}")


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(EncoderUnknown) as caught:
        TABLE.row("ViT-B-32/mine")
    assert "ViT-B-32-256/datacomp_s34b_b86k" in sentence(caught.value)


def test_a_table_from_the_future_is_refused(tmp_path: Path) -> None:
    (tmp_path / "encoders.toml").write_text("format = 2\n")
    with pytest.raises(UnknownFormat):
        read_encoders(tmp_path / "encoders.toml")


def test_local_weights_lie_beside_the_table(tmp_path: Path) -> None:
    (tmp_path / "encoders.toml").write_text(
        'format = 1\n[[encoder]]\nname = "mini"\nweights = "mini/open_clip_model.safetensors"\n'
        'dim = 8\nimage_size = 32\nlicence = "Apache-2.0"\n'
    )
    assert read_encoders(tmp_path / "encoders.toml").row("mini").folder == tmp_path / "mini"


def test_what_ships_needs_neither_pytorch_nor_a_network() -> None:
    row = TABLE.embedded
    assert row is not None and row.folder is not None
    assert (row.name, row.hub) == ("yogalab-mini", "")
    # Drawn of the very network that the config describes; else: python -m yogalab.vision.tracing FOLDER
    assert graphs_in(row.folder) is not None
    encoder = graph_encoder(row)
    assert encoder is not None
    assert encoder.framing.size == row.image_size


@pytest.mark.skipif(not (TABLE.embedded and weights_here(TABLE.embedded)), reason="its weights are not here")
def test_the_weights_that_ship_are_those_of_the_table_and_light() -> None:
    row = TABLE.embedded
    assert row is not None
    weights = weights_here(row)
    assert weights is not None
    assert weights.stat().st_size <= 16 * 2**20
    assert hashlib.sha256(weights.read_bytes()).hexdigest() == row.sha256
    # Labs keep vectors by an encoder's name, so other weights need another name: never change this line.
    assert (row.name, row.sha256[:12]) == ("yogalab-mini", "cbc5b7239989")
    encoder = open_encoder(row)
    photo = np.full((60, 40, 3), 200, np.uint8)
    for vectors in (encoder.encode_photos([photo]), encoder.encode_texts(["tree pose"])):
        assert vectors.shape == (1, row.dim)
        assert np.linalg.norm(vectors) == pytest.approx(1, abs=1e-5)
