"""A lab on a fresh machine sees with the encoder that ships; an older one goes on as it was."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import AGREED, Studio
from tests.labs import ANNA, guess
from tests.vision.minis import DIM, NAME, WEIGHTS, write_mini
from yogalab import resources
from yogalab.lab.close_ups import close_up_recipe, encode
from yogalab.settings import Settings
from yogalab.vision import encoders
from yogalab.wiring import open_lab, open_with_parts


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    models = tmp_path_factory.mktemp("shipped")
    write_mini(models)
    return models


@pytest.fixture
def models(shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what ships, which this installation takes for its own."""
    for file in shipped.rglob("*"):
        if file.is_file():
            copy = tmp_path / "models" / file.relative_to(shipped)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())

    def resource(*parts: str) -> Path:
        own = tmp_path.joinpath(*parts)
        return own if own.exists() else resources.resource(*parts)

    monkeypatch.setattr(encoders, "resource", resource)
    return tmp_path / "models"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def encoder(home: Path, setting: str | None = None) -> str | None:
    with closing(open_lab(Settings(home=home, encoder=setting, offline=True))) as lab:
        return lab.encoder()


def test_a_fresh_lab_without_a_network_sees_with_the_encoder_that_ships(home: Path, models: Path) -> None:
    lab, parts = open_with_parts(Settings(home=home, offline=True))
    with closing(lab):
        studio = Studio()
        uploads = [studio.draw(slug, 0) for slug in ("tree", "warrior_2")]
        added = lab.photos.add(ANNA, uploads, consent=AGREED)
        assert (len(added.new), added.encoder_trouble, lab.encoder()) == (2, None, NAME)
        recipe = close_up_recipe(parts.landmarker.name)
        vectors = parts.store.embeddings(NAME, recipe)
        assert sorted(vectors) == sorted(added.new)
        assert all(vector.shape == (DIM,) for vector in vectors.values())
        assert guess(lab, added.new[0])
        # The same picture, made here instead of where it was decoded, is the same vector.
        seen = lab.photos.look(ANNA, uploads[0].name, uploads[0].data)
        assert seen.encoder == NAME
        parts.store.put_embeddings(NAME, recipe, {added.new[0]: np.zeros(DIM, np.float32)})
        encode(parts, parts.encoders.open(NAME), parts.store.photos(), {})
        again = parts.store.embeddings(NAME, recipe)[added.new[0]]
        np.testing.assert_allclose(again, vectors[added.new[0]], atol=1e-5)


def test_where_its_weights_are_missing_a_lab_begins_with_skeletons_and_finds_them_later(
    home: Path, models: Path
) -> None:
    weights = models / "mini" / WEIGHTS
    kept = weights.read_bytes()
    weights.unlink()
    assert encoder(home) is None
    weights.write_bytes(kept)
    assert encoder(home) == NAME
    # Chosen by then: it stays chosen, and says what is wrong.
    weights.unlink()
    with closing(open_lab(Settings(home=home, offline=True))) as lab:
        lab.encoders.look()
        assert lab.encoder() == NAME
        assert lab.encoder_trouble() is not None


def test_skeletons_alone_can_be_asked_for_and_stay(home: Path, models: Path) -> None:
    assert encoder(home, "") is None
    assert encoder(home) is None


def test_a_lab_with_photos_keeps_seeing_as_it_did(home: Path, models: Path) -> None:
    weights = models / "mini" / WEIGHTS
    kept = weights.read_bytes()
    weights.unlink()
    with closing(open_lab(Settings(home=home, offline=True))) as lab:
        lab.photos.add(ANNA, [Studio().draw("tree", 0)], consent=AGREED)
    weights.write_bytes(kept)
    assert encoder(home) is None


def test_health_tells_a_whole_encoder_from_another(home: Path, models: Path) -> None:
    with closing(open_lab(Settings(home=home, offline=True))) as lab:
        health = lab.health.check(ANNA)
        assert health.encoder == NAME and health.encoder_whole and health.encoder_trouble is None
        assert health.encoder_seconds is not None and health.encoder_seconds > 0
    table = models / "encoders.toml"
    table.write_text(table.read_text() + f'sha256 = "{"0" * 64}"\n')
    with closing(open_lab(Settings(home=home, offline=True))) as lab:
        assert not lab.health.check(ANNA).encoder_whole
    (models / "mini" / WEIGHTS).write_bytes(b"cut short")
    with closing(open_lab(Settings(home=home, offline=True))) as lab:
        assert lab.health.check(ANNA).encoder_trouble is not None
