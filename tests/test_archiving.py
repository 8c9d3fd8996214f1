"""A whole archive becomes parquet: the same bytes whoever works at it, and whatever happens on the way."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import fsspec
import numpy as np
import pytest
from PIL import Image

from yogalab.archiving import Archive, encode, keys_in
from yogalab.errors import FileMissing, NothingToMeasure, StorageMissing, TargetTaken
from yogalab.exchange.encodings import people_of, read_sheet
from yogalab.records import PartDone
from yogalab.settings import Settings
from yogalab.wiring import first_encoder

FILES = 34


class Cut(Exception):
    """Somebody pulled the plug."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise, somebody (Eileen Collins, NASA, public domain), a file that is no photo, and what lies beside."""
    from skimage import data

    folder = tmp_path_factory.mktemp("my archive")
    rng = np.random.default_rng(0)
    for number in range(FILES):
        place = folder / f"größe {number % 3}" / f"{number:02d}.jpg"
        place.parent.mkdir(exist_ok=True)
        pixels = rng.integers(0, 255, (96, 96, 3), dtype=np.uint8)
        Image.fromarray(data.astronaut() if number == 5 else pixels).save(place)
    (folder / "größe 0" / "broken.jpg").write_bytes(b"no photo")
    (folder / "notes.txt").write_text("beside them")
    return folder


def contents(target: Path) -> dict[str, bytes]:
    return {str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()}


def rows(target: Path) -> dict[str, dict[str, object]]:
    parts = sorted((target / "data").iterdir())
    return {str(row["key"]): row for part in parts for row in read_sheet(part.read_bytes())}


@pytest.fixture(scope="module")
def whole(settings: Settings, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Encoded by one worker until the plug was pulled, and by two from there on."""
    target = tmp_path_factory.mktemp("out")
    archive = Archive(source=str(source), target=str(target), encoder=first_encoder(settings))

    def cut(done: PartDone) -> None:
        raise Cut

    with pytest.raises(Cut):
        encode(settings, archive, workers=1, on_part=cut)
    before = contents(target)
    written = [name for name in before if name.startswith("data/")]
    assert 0 < len(written) < 3
    steps: list[tuple[int, int]] = []
    done = encode(settings, archive, workers=2, on_step=lambda *step: steps.append(step))
    assert (done.before + done.photos + done.refused, done.parts) == (FILES + 1, 3 - len(written))
    assert (steps[0], steps[-1]) == ((done.before, FILES + 1), (FILES + 1, FILES + 1))
    # What was there is left as it was.
    assert contents(target).items() >= before.items()
    again = encode(settings, archive, workers=2)
    assert (again.photos, again.before) == (0, FILES + 1)
    return target


def test_every_file_has_its_row(settings: Settings, source: Path, whole: Path) -> None:
    told = rows(whole)
    assert len(told) == FILES + 1
    found, noise, broken = (told[f"größe {name}.jpg"] for name in ("2/05", "0/03", "0/broken"))
    (person,) = people_of(found)
    assert found["found"] and person.points.shape == (33, 4) and person.world.shape == (33, 3)
    assert not noise["found"] and noise["sha256"] and noise["error"] is None
    assert (broken["error"], broken["sha256"], broken["embedding"]) == ("photo.unsupported", None, None)
    for row in (found, noise):
        assert row["encoder"] == first_encoder(settings)
        assert np.linalg.norm(np.array(row["embedding"])) == pytest.approx(1, abs=1e-5)


def test_what_comes_later_is_taken_in_and_other_eyes_are_refused(
    settings: Settings, source: Path, tmp_path: Path
) -> None:
    few, target = tmp_path / "few", tmp_path / "out"
    few.mkdir()
    archive = Archive(source=str(few), target=str(target), encoder=None)
    with pytest.raises(NothingToMeasure):
        encode(settings, archive, workers=1)
    for name in ("03", "00"):
        (few / f"{name}.jpg").write_bytes((source / "größe 0" / f"{name}.jpg").read_bytes())
        done = encode(settings, archive, workers=1)
        assert (done.photos, done.parts) == (1, 1)
    assert sorted(keys_in(archive)) == ["00.jpg", "03.jpg"]
    # Deleted from the archive since: what is known of it stays until somebody takes it out.
    (few / "00.jpg").unlink()
    assert encode(settings, archive, workers=1).before == 2
    with pytest.raises(TargetTaken):
        encode(
            settings, Archive(source=str(few), target=str(target), encoder=first_encoder(settings)), workers=1
        )
    with pytest.raises(TargetTaken):
        encode(settings, Archive(source=str(few), target=str(source), encoder=None), workers=1)
    with pytest.raises(FileMissing):
        encode(settings, Archive(source=str(few / "no"), target=str(tmp_path / "x"), encoder=None), workers=1)
    with pytest.raises(StorageMissing):
        encode(settings, Archive(source="s3://bucket/x", target=str(tmp_path / "y"), encoder=None), workers=1)


def test_an_archive_may_lie_on_any_storage(settings: Settings, source: Path, whole: Path) -> None:
    storage = fsspec.filesystem("memory")
    for name in ("03", "00"):
        storage.pipe_file(f"/box/größe 0/{name}.jpg", (source / "größe 0" / f"{name}.jpg").read_bytes())
    archive = Archive(source="memory://box", target="memory://numbers", encoder=first_encoder(settings))
    try:
        assert encode(settings, archive, workers=2).photos == 2
        ((part,),) = ([key for key in storage.find("/numbers") if "/data/" in key],)
        for row in read_sheet(storage.cat_file(part)):
            assert row == rows(whole)[row["key"]]
    finally:
        storage.store.clear()


@pytest.mark.slow
def test_a_cluster_whose_worker_is_killed_says_the_same(
    settings: Settings, source: Path, whole: Path, tmp_path: Path
) -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    archive = Archive(source=str(source), target=str(tmp_path), encoder=first_encoder(settings))
    killed: list[int] = []

    def kill(done: PartDone) -> None:
        if not killed:
            killed.append(done.pid)
            os.kill(done.pid, signal.SIGKILL)

    done = encode(settings, archive, workers=2, on_ray=True, on_part=kill)
    assert killed[0] != os.getpid()
    assert done.photos + done.refused == FILES + 1
    assert sorted(keys_in(archive)) == sorted(rows(whole))
    assert contents(tmp_path) == contents(whole)
