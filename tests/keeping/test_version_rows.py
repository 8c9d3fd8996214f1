"""Versions are numbered by the lab; which one serves is a log."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.keeping.things import Clock, report, version
from yogalab.errors import VersionNotFound
from yogalab.keeping.store import SqlStore
from yogalab.records import Coach, Role


def test_a_version_comes_back_whole_under_the_next_number(store: SqlStore, clock: Clock) -> None:
    first = store.add_version(**version("aa"))
    second = store.add_version(**version("bb", parent=first.number, encoder="clip"))
    assert (first.number, second.number, second.parent) == (1, 2, 1)
    assert store.versions() == [first, second]
    assert first.report == report()
    assert first.created_at == clock.now


def test_the_same_fingerprint_again_keeps_its_number(store: SqlStore) -> None:
    first = store.add_version(**version("aa"))
    assert store.add_version(**version("aa", who="ben")) == first
    assert store.versions() == [first]


def test_figures_that_do_not_exist_are_kept_as_such(store: SqlStore) -> None:
    kept = store.add_version(
        **version("aa", report=replace(report(), n=0, top1=math.nan, interval=(math.nan, 1.0)))
    )
    assert math.isnan(kept.report.top1)
    assert math.isnan(kept.report.interval[0])
    assert kept.report.interval[1] == 1.0


def test_going_back_is_one_more_activation(store: SqlStore) -> None:
    assert store.active() == 0
    for fingerprint in ("aa", "bb"):
        store.add_version(**version(fingerprint))
    seen = []
    for number in (1, 2, 1, 0):
        before = store.pulse().activation
        store.activate(number, who="ana")
        seen.append((store.active(), [one.number for one in store.versions() if one.active]))
        assert store.pulse().activation > before
    assert seen == [(1, [1]), (2, [2]), (1, [1]), (0, [])]


def test_only_a_version_that_exists_can_serve_or_be_published(store: SqlStore) -> None:
    with pytest.raises(VersionNotFound):
        store.activate(7, who="ana")
    with pytest.raises(VersionNotFound):
        store.mark_published(7, repo="ana/poses", commit="c0ffee", tag="v0001")
    assert store.active() == 0


def test_a_published_version_says_where(store: SqlStore) -> None:
    store.add_version(**version("aa"))
    published = store.mark_published(1, repo="ana/poses", commit="c0ffee", tag="v0001")
    assert (published.hub_repo, published.hub_commit, published.tag) == ("ana/poses", "c0ffee", "v0001")
    assert store.versions() == [published]


def test_coaches_and_settings_are_remembered(store: SqlStore) -> None:
    store.put_coach(Coach(id="ana", name="Ana", role=Role.COACH))
    store.put_coach(Coach(id="ana", name="Ana", role=Role.OWNER))
    assert store.coaches() == [Coach(id="ana", name="Ana", role=Role.OWNER)]
    assert store.setting("encoder") is None
    store.put_setting("encoder", "mini")
    store.put_setting("encoder", "clip")
    assert store.setting("encoder") == "clip"


def test_a_version_and_the_settings_that_go_with_it_change_together(store: SqlStore) -> None:
    number = store.add_version(**version("aa")).number
    before = store.pulse().activation
    store.activate(number, who="ana", settings={"encoder": "clip"})
    assert (store.active(), store.setting("encoder"), store.pulse().activation) == (number, "clip", before + 1)
    with pytest.raises(VersionNotFound):
        store.activate(number + 1, who="ana", settings={"encoder": "mini"})
    assert (store.active(), store.setting("encoder")) == (number, "clip")
    # Other processes look at the log of activations: a change of the encoder alone is in it, too.
    store.activate(None, who="ana", settings={"encoder": ""})
    assert (store.active(), store.setting("encoder"), store.pulse().activation) == (number, "", before + 2)
