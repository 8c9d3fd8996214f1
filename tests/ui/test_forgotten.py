"""A photo that was deleted is nowhere any more: no file of the lab holds a byte of it, no address answers."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from tests.fakes import Studio, studio_lab
from tests.labs import ANNA, fill
from yogalab.lab.parts import Parts
from yogalab.settings import Settings
from yogalab.ui.pages import build_app
from yogalab.ui.site import build_site


def marks(parts: Parts, photo_id: int) -> dict[str, bytes]:
    """What tells this photo from all others, as it would lie in a file."""
    photo = next(one for one in parts.store.photos() if one.id == photo_id)
    (seen,) = parts.store.landmarks(parts.landmarker.name, photo_ids=[photo_id])[photo_id]
    with parts.files.open(photo.key) as file:
        pixels = file.read()
    return {
        "name": photo.name.encode(),
        "sha256": photo.sha256.encode(),
        "source sha256": photo.source_sha256.encode(),
        "key": photo.key.rpartition("/")[2].encode(),
        "skeleton": seen.points.tobytes()[:64],
        "world": seen.world.tobytes()[:64],
        "pixels": pixels[-64:],
    }


def found(home: Path, wanted: dict[str, bytes]) -> set[str]:
    """Which of them any file or file name below `home` holds."""
    there = set()
    for path in home.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        there |= {what for what, mark in wanted.items() if mark in data or mark in path.name.encode()}
    return there


def test_nothing_of_a_deleted_photo_is_left_on_the_disk_or_served(tmp_path: Path, studio: Studio) -> None:
    lab, parts = studio_lab(tmp_path, studio=studio)
    fill(lab, studio, each=5, labelled=True)
    kept, gone, *_ = (i for i, people in parts.store.landmarks(parts.landmarker.name).items() if people)
    lab.versions.train_now({}, ANNA.id, lambda share, stage: None)
    settings = Settings(home=tmp_path)
    client = TestClient(build_site(build_app(lab, settings), lab, settings), base_url="http://127.0.0.1:7860")
    addresses = [f"/photo/{gone}", f"/photo/{gone}?edge=320", f"/photo/{gone}?edge=1280"]
    assert {client.get(one).status_code for one in addresses} == {200}
    lab.review.label(ANNA, gone, "boat")
    of_it, of_another = marks(parts, gone), marks(parts, kept)
    assert found(tmp_path, of_it) == set(of_it), "a mark that is nowhere before shows nothing afterwards"

    lab.photos.delete(ANNA, [gone])

    assert found(tmp_path, of_it) == set()
    assert found(tmp_path, of_another) == set(of_another)
    assert {client.get(one).status_code for one in addresses} == {404}
    assert {client.get(f"/photo/{kept}").status_code} == {200}
    assert gone not in {event.photo_id for event in parts.store.events()}
