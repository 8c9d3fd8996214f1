"""Who agreed to what: seen, changed, found, taken back, and nobody else's to say."""

from __future__ import annotations

import pytest

from tests.fakes import AGREED, Studio
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
