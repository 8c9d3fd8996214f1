"""An archive that was encoded is added without looking at its photos again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import Studio
from tests.labs import ANNA
from yogalab.errors import NoDataSet, NotAllowed
from yogalab.exchange.encodings import Eyes, sheet
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import ArchivePart, Consent, EncodedFile, Role


@pytest.fixture
def archive(tmp_path: Path, studio: Studio) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    for upload in (studio.draw(slug, 0) for slug in ("tree", "cobra", "boat")):
        (folder / upload.name).write_bytes(upload.data)
    return folder


def _encoded(parts: Parts, archive: Path, out: Path, studio: Studio, *, model: str = Studio.name) -> Path:
    """All but the boat; in the tree somebody else was seen than the studio knows, so that it is told apart."""
    rows = []
    for path in sorted(archive.iterdir()):
        photo = parts.reader.canonical(path.name, path.read_bytes())
        if path.name.startswith("boat"):
            continue
        (person,) = studio.people(photo)
        if path.name.startswith("tree"):
            person = replace(person, points=person.points * np.float32(0.5))
        rows.append(
            EncodedFile(
                key=path.name,
                source_sha256=photo.source_sha256,
                sha256=photo.sha256,
                width=photo.width,
                height=photo.height,
                people=(person, replace(person, person=1)),
                image_hash=2**63 + 1,
            )
        )
    target = out / ArchivePart(number=1, keys=()).name
    target.parent.mkdir(parents=True)
    target.write_bytes(sheet(rows, Eyes(pose_model=model)))
    return out


def test_what_was_seen_is_believed_and_what_was_not_is_looked_at(
    made: tuple[Lab, Parts], studio: Studio, archive: Path, tmp_path: Path
) -> None:
    lab, parts = made
    out = _encoded(parts, archive, tmp_path / "out", studio)
    offered = lab.exchange.offered(ANNA, [archive])
    added = lab.exchange.add_encoded(ANNA, offered, out, consent=Consent.AGREED)
    assert len(added.new) == 3
    photos = {photo.name.partition("_")[0]: photo for photo in parts.store.photos()}
    assert {photo.consent for photo in photos.values()} == {Consent.AGREED}
    seen = {name: parts.store.landmarks(Studio.name)[photo.id] for name, photo in photos.items()}
    assert {name: len(people) for name, people in seen.items()} == {"tree": 2, "cobra": 2, "boat": 1}
    known = studio.people(parts.reader.canonical("x", studio.draw("tree", 0).data))[0]
    np.testing.assert_array_equal(seen["tree"][0].points, known.points * np.float32(0.5))
    again = lab.exchange.add_encoded(ANNA, offered, out, consent=Consent.AGREED)
    assert (again.new, len(again.known)) == ([], 3)


def test_what_another_pose_model_saw_is_not_believed(
    made: tuple[Lab, Parts], studio: Studio, archive: Path, tmp_path: Path
) -> None:
    lab, parts = made
    out = _encoded(parts, archive, tmp_path / "out", studio, model="another/1")
    lab.exchange.add_encoded(ANNA, lab.exchange.offered(ANNA, [archive]), out, consent=Consent.AGREED)
    assert {len(people) for people in parts.store.landmarks(Studio.name).values()} == {1}


def test_only_owners_and_only_encodings(lab: Lab, archive: Path, tmp_path: Path) -> None:
    offered = lab.exchange.offered(ANNA, [archive])
    with pytest.raises(NoDataSet):
        lab.exchange.add_encoded(ANNA, offered, tmp_path, consent=Consent.AGREED)
    with pytest.raises(NotAllowed):
        lab.exchange.add_encoded(replace(ANNA, role=Role.COACH), offered, tmp_path, consent=Consent.AGREED)
