"""Who agreed to what: seen, changed, found, taken back, and nobody else's to say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.fakes import AGREED, Studio, studio_lab
from tests.labs import worked_off
from yogalab.errors import ConsentNotYours, NotAllowed
from yogalab.lab.grid import PhotoFilter
from yogalab.lab.lab import Lab
from yogalab.records import Coach, Consent, Role

OLGA = Coach(id="olga", name="Olga")
CLEO = Coach(id="cleo", name="Cleo", role=Role.COACH)
VERA = Coach(id="vera", name="Vera", role=Role.VIEWER)


def consents(lab: Lab, ids: list[int]) -> list[Consent]:
    """As the grid's tiles have it."""
    tiles = {tile.photo.id: tile.photo for tile in lab.photos.grid(OLGA, PhotoFilter()).tiles}
    return [tiles[photo_id].consent for photo_id in ids]


def test_a_coach_says_it_for_their_own_photos_and_an_owner_for_all(lab: Lab, studio: Studio) -> None:
    (mine,) = lab.photos.add(CLEO, [studio.draw("tree", 1)], consent=Consent.UNKNOWN).new
    (other,) = lab.photos.add(OLGA, [studio.draw("boat", 2)], consent=AGREED).new
    assert lab.consents.record(CLEO, {mine: Consent.PUBLIC}) == {mine: Consent.UNKNOWN}
    for who, error in ((CLEO, ConsentNotYours), (VERA, NotAllowed)):
        with pytest.raises(error):
            lab.consents.record(who, {mine: Consent.AGREED, other: Consent.PUBLIC})
        with pytest.raises(error):
            lab.consents.recorded(who, [other])
    assert consents(lab, [mine, other]) == [Consent.PUBLIC, AGREED]
    lab.consents.record(OLGA, dict.fromkeys([mine, other], Consent.WITHDRAWN))
    assert consents(lab, [mine, other]) == [Consent.WITHDRAWN] * 2
    told = lab.consents.recorded(OLGA, [mine, other, 999])
    assert (told.consents, told.own, told.shown) == ({Consent.WITHDRAWN: 2}, False, [])


def test_a_click_is_taken_back_photo_by_photo_and_undoes_nobody_elses(lab: Lab, studio: Studio) -> None:
    kinds = (AGREED, Consent.UNKNOWN, Consent.MYSELF)
    ids = [lab.photos.add(CLEO, [studio.draw("tree", n)], consent=kind).new[0] for n, kind in enumerate(kinds)]
    before = lab.consents.record(CLEO, dict.fromkeys(ids, Consent.PUBLIC))
    lab.consents.record(OLGA, {ids[0]: Consent.WITHDRAWN})
    lab.consents.record(CLEO, before, was=Consent.PUBLIC)
    assert consents(lab, ids) == [Consent.WITHDRAWN, Consent.UNKNOWN, Consent.MYSELF]


def test_photos_without_consent_are_found(lab: Lab, studio: Studio) -> None:
    ids = [
        lab.photos.add(CLEO, [studio.draw("tree", n)], consent=kind).new[0] for n, kind in enumerate(Consent)
    ]
    missing = [ids[list(Consent).index(kind)] for kind in (Consent.UNKNOWN, Consent.WITHDRAWN)]
    assert sorted(lab.photos.matching(OLGA, PhotoFilter(agreed=False))) == missing
    assert sorted(lab.photos.matching(OLGA, PhotoFilter(agreed=True))) == sorted({*ids} - {*missing})
    lab.consents.record(CLEO, {missing[0]: AGREED, ids[0]: Consent.WITHDRAWN})
    assert sorted(lab.photos.matching(OLGA, PhotoFilter(agreed=False))) == [ids[0], missing[1]]


def test_another_page_of_the_lab_learns_of_it_together_with_a_new_photo(lab: Lab, studio: Studio) -> None:
    (one,) = lab.photos.add(CLEO, [studio.draw("tree", 1)], consent=AGREED).new
    assert consents(lab, [one]) == [AGREED]
    # As another process would: behind the back of what is served here.
    lab._parts.store.set_consents({one: Consent.WITHDRAWN})
    (other,) = lab.photos.add(CLEO, [studio.draw("boat", 2)], consent=AGREED).new
    assert consents(lab, [one, other]) == [Consent.WITHDRAWN, AGREED]


def test_nothing_is_learnt_from_photos_of_people_who_do_not_agree(tmp_path: Path, studio: Studio) -> None:
    """The lab guesses as one in which they were deleted does, and its next version was not taught them."""
    guesses = []
    for way in ("withdrawn", "deleted"):
        lab, _ = studio_lab(tmp_path / way, studio=studio)
        drawn = [studio.draw(slug, n, label=slug) for n in range(4) for slug in ("tree", "boat", "chair")]
        ids = lab.photos.add(OLGA, drawn, consent=AGREED).new
        unlabelled = lab.photos.add(OLGA, [studio.draw("tree", n) for n in (20, 21)], consent=AGREED).new
        refused = [ids[0], ids[4], unlabelled[0]]
        kept = [photo_id for photo_id in (*ids, *unlabelled) if photo_id not in refused]
        if way == "withdrawn":
            lab.consents.record(OLGA, dict.fromkeys(refused, Consent.WITHDRAWN))
        else:
            lab.photos.delete(OLGA, refused)
        snapshot = lab._served.snapshot()
        told = [snapshot.probabilities[[snapshot.row[photo_id] for photo_id in kept]]]
        explained = lab.review.explain(OLGA, kept[-1])
        assert explained is not None and explained.parts
        told += [np.array([vote.probability for _, vote in sorted(explained.parts.items())])]
        job = worked_off(lab, lab.versions.train(OLGA).id)
        version = lab.versions.version(OLGA, int(str(job.result["version"])))
        guesses.append((told, version.labels, version.fingerprint))
        lab.close()
    (one, labels, print_), (other, *same) = guesses
    for mine, others in zip(one, other, strict=True):
        np.testing.assert_allclose(mine, others, atol=1e-5)
    assert [labels, print_] == same


def pictures_in(folder: Path) -> Iterator[bytes]:
    """The photos of an export, wherever it has them."""
    yield from (path.read_bytes() for path in folder.rglob("*.jpg"))
    for path in folder.rglob("*.parquet"):
        yield from (row["image"]["bytes"] for row in pq.read_table(path).to_pylist())


@pytest.mark.parametrize("kind", ["coco", "parquet"])
def test_an_export_has_no_picture_of_people_who_took_their_consent_back(
    lab: Lab, studio: Studio, tmp_path: Path, kind: str
) -> None:
    drawn = [studio.draw(slug, n, label=slug) for n, slug in enumerate(("tree", "boat", "chair"))]
    one, *others = lab.photos.add(OLGA, drawn, consent=Consent.PUBLIC).new
    photo = lab._parts.store.photo(one)
    assert lab.exchange.write(OLGA, tmp_path / "before", kind, everything=True) == 3
    lab.consents.record(OLGA, {one: Consent.WITHDRAWN})
    assert lab.exchange.write(OLGA, tmp_path / "after", kind, everything=True) == len(others)
    picture = lab.photos.picture(OLGA, one)[0]
    for folder, there in (("before", True), ("after", False)):
        written = list(pictures_in(tmp_path / folder))
        assert (len(written), picture in written) == (2 + there, there)
        texts = [path.read_text() for path in (tmp_path / folder).rglob("*.json*")]
        assert any(photo.sha256 in text for text in texts) is there
