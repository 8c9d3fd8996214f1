"""Tuned encoders on disk and in versions: whole or not at all, and never another under the same name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.heads import FACTS, random_head
from tests.hub_server import HubServer
from yogalab.errors import DamagedVersion, EncoderDamaged, EncoderMissing
from yogalab.publishing import contents
from yogalab.publishing.encoders import TENSORS, FolderEncoders
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.publishing.versions import FolderVersions
from yogalab.records import EncoderChange, Head, tuned_name
from yogalab.settings import Settings

NAME = tuned_name("ViT-B-32-256/datacomp_s34b_b86k", "R3", "0123456789abcdef")


def change(name: str = NAME, *, seed: int = 0) -> EncoderChange:
    rng = np.random.default_rng(seed)
    return EncoderChange(
        name=name,
        base="ViT-B-32-256/datacomp_s34b_b86k",
        rung="R3",
        method="projection",
        arrays={"visual.proj": rng.standard_normal((6, 4)).astype(np.float16)},
        alpha=0.75,
        recipe={"steps": 300, "rate": 1e-3, "views": ["plain", "mirror"]},
    )


def assert_same(one: EncoderChange, other: EncoderChange) -> None:
    for field in ("name", "base", "rung", "method", "alpha", "recipe"):
        assert getattr(one, field) == getattr(other, field), field
    assert one.arrays.keys() == other.arrays.keys()
    for name, array in one.arrays.items():
        assert (array.tobytes(), array.dtype) == (other.arrays[name].tobytes(), other.arrays[name].dtype), name


@pytest.fixture
def encoders(tmp_path: Path) -> FolderEncoders:
    return FolderEncoders(tmp_path / "encoders")


def tuned_head() -> Head:
    return replace(random_head(), rung="R3", encoder=NAME, change=change())


def test_a_tuned_encoder_comes_back_bit_for_bit(encoders: FolderEncoders) -> None:
    encoders.save(change())
    assert_same(encoders.load(NAME), change())
    assert encoders.names() == [NAME]
    encoders.save(change())
    with pytest.raises(EncoderDamaged):
        encoders.save(change(seed=1))
    assert_same(encoders.load(NAME), change())


@pytest.mark.parametrize("damage", [b"", b"torn", None])
def test_a_torn_one_is_said_so_and_may_be_kept_anew(
    encoders: FolderEncoders, tmp_path: Path, damage: bytes | None
) -> None:
    encoders.save(change())
    (file,) = tmp_path.rglob(TENSORS)
    file.unlink() if damage is None else file.write_bytes(damage)
    with pytest.raises(EncoderDamaged):
        encoders.load(NAME)
    assert encoders.names() == []
    encoders.save(change())
    assert_same(encoders.load(NAME), change())
    assert encoders.names() == [NAME]


def test_what_is_not_there_is_missing(encoders: FolderEncoders) -> None:
    for name in (NAME, "ViT-B-32-256/datacomp_s34b_b86k", "../x", ""):
        with pytest.raises(EncoderMissing):
            encoders.load(name)
    encoders.save(change())
    with pytest.raises(EncoderMissing):
        encoders.load(NAME.replace("ViT-B-32-256", "ViT-B-16"))


def test_checkpoints_are_of_one_tuning_at_a_time(encoders: FolderEncoders) -> None:
    first = encoders.workplace("a" * 64)
    (first / "step").write_text("1")
    assert encoders.workplace("a" * 64) == first and (first / "step").exists()
    encoders.sweep()
    assert (first / "step").exists()
    second = encoders.workplace("b" * 64)
    assert second.is_dir() and not first.exists()
    encoders.clear()
    assert not second.exists() and encoders.names() == []


def test_a_version_carries_its_tuned_encoder_wherever_it_goes(tmp_path: Path) -> None:
    versions = FolderVersions(tmp_path / "versions")
    folder = versions.save(tuned_head(), fingerprint="abc123", facts=FACTS)
    loaded = versions.load("abc123")
    assert loaded.change is not None
    assert_same(loaded.change, change())
    # Saved again, as after a deletion, it is still there.
    again = FolderVersions(tmp_path / "again")
    again.save(loaded, fingerprint="abc123", facts=FACTS)
    assert (again.folder("abc123") / contents.ENCODER).read_bytes() == (folder / contents.ENCODER).read_bytes()
    elsewhere = FolderVersions(tmp_path / "elsewhere")
    elsewhere.adopt(folder)
    adopted = elsewhere.load("abc123").change
    assert adopted is not None
    assert_same(adopted, change())
    card = (folder / contents.CARD).read_text()
    assert "R3: the last linear map" in card and "75 %" in card and "| MIT |" in card


def test_versions_without_a_tuned_encoder_are_as_they_always_were(tmp_path: Path) -> None:
    folder = FolderVersions(tmp_path / "versions").save(random_head(), fingerprint="abc123", facts=FACTS)
    described = json.loads((folder / contents.HEAD).read_text())
    assert described["format"] == 1 and "encoder_change" not in described
    assert not (folder / contents.ENCODER).exists()


@pytest.mark.parametrize("damage", [b"", b"torn", None])
def test_a_version_whose_encoder_is_torn_is_damaged(tmp_path: Path, damage: bytes | None) -> None:
    versions = FolderVersions(tmp_path / "versions")
    file = versions.save(tuned_head(), fingerprint="abc123", facts={}) / contents.ENCODER
    file.unlink() if damage is None else file.write_bytes(damage)
    with pytest.raises(DamagedVersion):
        versions.load("abc123")


def test_a_change_of_another_encoder_than_the_heads_is_damage(tmp_path: Path) -> None:
    other = replace(tuned_head(), encoder="ViT-B-32/laion2b_s34b_b79k")
    contents.write(tmp_path, other, fingerprint="abc123", facts={})
    with pytest.raises(DamagedVersion):
        contents.read(tmp_path)


def test_on_the_hub_the_encoder_goes_and_comes_with_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    versions = FolderVersions(tmp_path / "versions")
    tuned = versions.save(tuned_head(), fingerprint="abc123", facts=FACTS)
    plain = versions.save(random_head(), fingerprint="def456", facts=FACTS)
    with HubServer() as server:
        hub = HuggingFaceHub(Settings(home=tmp_path, hub_endpoint=server.url), token="hf_coach")
        commit = hub.publish(tuned, "coach/poses", tag="v0001", message="Version 1")
        assert hub.publish(tuned, "coach/poses", tag="v0001", message="Version 1") == commit
        hub.publish(plain, "coach/poses", tag="v0002", message="Version 2")
        assert contents.read(hub.fetch("coach/poses", revision="v0001")).change is not None
        # Nothing of the version before stays behind in the one after.
        newest = hub.fetch("coach/poses", revision="v0002")
        assert contents.read(newest).change is None and not (newest / contents.ENCODER).exists()
