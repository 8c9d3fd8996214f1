"""A photo is in front of one page at a time, whoever asks, in whatever order."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.keeping.things import POSES, Clock, label, new
from yogalab.keeping.store import SqlStore

PHOTOS = 12


@pytest.fixture
def photo_ids(store: SqlStore) -> list[int]:
    store.put_poses(POSES)
    return [photo.id for photo, _ in store.add_photos([new(i) for i in range(PHOTOS)])]


def asked(
    store: SqlStore,
    seat: str,
    wanted: Sequence[int],
    *,
    held: Sequence[int] = (),
    count: int = 3,
    as_of: int = 0,
) -> Sequence[int]:
    return store.promise(seat, wanted, coach="anna", held=held, count=count, as_of=as_of, seconds=60)


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(1, 4), st.integers(0, 2), st.integers(0, 50)), max_size=25
    )
)
def test_no_two_pages_have_a_photo_at_once(
    store: SqlStore, photo_ids: list[int], clock: Clock, steps: list[tuple[str, int, int, int]]
) -> None:
    # seat -> photo -> until when it was promised.
    shown: dict[str, dict[int, object]] = {}
    clock.now += timedelta(hours=1)
    for seat, count, keeps, later in steps:
        clock.now += timedelta(seconds=later)
        mine = shown.get(seat, {})
        held = [photo for photo, until in mine.items() if until > clock.now][:keeps]  # type: ignore[operator]
        fresh = asked(store, seat, photo_ids, held=held, count=count)
        assert len(fresh) <= count and not set(fresh) & set(held)
        shown[seat] = dict.fromkeys([*held, *fresh], clock.now + timedelta(seconds=60))
        for other, theirs in shown.items():
            alive = {photo for photo, until in theirs.items() if until > clock.now}  # type: ignore[operator]
            assert other == seat or not alive & shown[seat].keys()


def test_what_was_answered_since_is_passed_over(store: SqlStore, photo_ids: list[int]) -> None:
    event, _ = store.append(label(photo_ids[0], "a"))
    assert asked(store, "left", photo_ids, as_of=0) == photo_ids[1:4]
    assert asked(store, "left", photo_ids, as_of=event.seq or 0) == photo_ids[:3]


def test_a_deleted_photo_is_nobodys(store: SqlStore, photo_ids: list[int]) -> None:
    assert asked(store, "left", photo_ids, count=1) == photo_ids[:1]
    store.delete_photo(photo_ids[0], who="anna")
    assert asked(store, "left", photo_ids, held=photo_ids[:1], count=2) == photo_ids[1:3]
    assert store.check() == []


def test_pages_that_ask_at_the_same_moment_share_nothing(store: SqlStore, photo_ids: list[int]) -> None:
    with ThreadPoolExecutor(6) as pool:
        given = list(pool.map(lambda n: asked(store, f"seat-{n}", photo_ids, count=2), range(6)))
    assert sorted(photo for some in given for photo in some) == sorted(photo_ids)


def test_what_a_closed_page_lets_go_is_free_at_once_and_only_that(
    store: SqlStore, photo_ids: list[int]
) -> None:
    mine = asked(store, "anna", photo_ids)
    theirs = asked(store, "ben", photo_ids)
    store.release("anna")
    store.release("nobody")
    assert asked(store, "cleo", [*mine, *theirs], count=9) == mine
