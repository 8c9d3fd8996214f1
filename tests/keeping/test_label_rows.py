"""A label that was acknowledged is there, once, in order."""

from __future__ import annotations

import multiprocessing
import string
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.keeping.things import POSES, Clock, label, new
from yogalab.errors import PhotoNotFound, PoseNotFound
from yogalab.keeping.store import SqlStore, open_store
from yogalab.records import LabelKind, Scored
from yogalab.settings import Settings

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
NUMBERS = st.integers(-(2**31), 2**31 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture
def photo_ids(store: SqlStore) -> list[int]:
    store.put_poses(POSES)
    return [photo.id for photo, _ in store.add_photos([new(i) for i in range(4)])]


def test_a_label_gets_the_next_number_and_the_server_s_time(
    store: SqlStore, photo_ids: list[int], clock: Clock
) -> None:
    first, added = store.append(label(photo_ids[0], "a"))
    second, _ = store.append(label(photo_ids[0], "b"))
    assert added
    assert (first.seq, second.seq) == (1, 2)
    assert first.at == clock.now
    assert store.events() == [first, second]


def test_the_lab_says_which_of_many_events_it_has(store: SqlStore, photo_ids: list[int]) -> None:
    for name in ("a", "b"):
        store.append(label(photo_ids[0], name))
    asked = ["b", "lost", *(f"none-{n}" for n in range(2000))]
    assert set(store.known_events(asked)) == {"b"}


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    key=st.text(string.ascii_letters, min_size=8, max_size=40),
    kind=st.sampled_from(LabelKind),
    pose_id=st.sampled_from([None, 1, 2]),
    side=st.sampled_from([None, "left", "right"]),
    undoes=st.none() | st.text(string.ascii_letters, max_size=40),
    shown=st.lists(st.tuples(NUMBERS, TEXT, st.floats(0, 1)), max_size=4),
    ms=st.none() | st.integers(0, 2**31 - 1),
    details=st.dictionaries(TEXT, JSON, max_size=3),
    person=st.integers(0, 9),
)
def test_whatever_a_label_says_comes_back_unchanged(
    store: SqlStore, photo_ids: list[int], shown: list[tuple[int, str, float]], key: str, **fields: object
) -> None:
    suggestions = tuple(Scored(pose_id=i, slug=slug, probability=p) for i, slug, p in shown)
    event = label(photo_ids[0], key, shown=suggestions, **fields)
    kept, added = store.append(event)
    if added:
        assert replace(kept, seq=None, at=None) == event
    assert kept in store.events(photo_id=photo_ids[0])


def test_a_resend_is_not_a_second_label(store: SqlStore, photo_ids: list[int]) -> None:
    kept, _ = store.append(label(photo_ids[0], "a"))
    again, added = store.append(label(photo_ids[0], "a"))
    assert not added
    assert again == kept
    assert store.append_many([label(photo_ids[0], "a")]) == [kept]
    assert store.events() == [kept]


def test_many_at_once_keep_their_order_among_known_and_repeated_ones(
    store: SqlStore, photo_ids: list[int]
) -> None:
    store.append(label(photo_ids[0], "b"))
    kept = store.append_many([label(photo_ids[1], key) for key in ("a", "b", "c", "a")])
    assert [event.id for event in kept] == ["a", "b", "c", "a"]
    assert [event.id for event in store.events()] == ["b", "a", "c"]
    assert kept[1].photo_id == photo_ids[0]
    assert store.append_many([]) == []


def test_an_undo_is_one_more_event(store: SqlStore, photo_ids: list[int]) -> None:
    store.append(label(photo_ids[0], "a"))
    undo, _ = store.append(label(photo_ids[0], "u", pose_id=None, kind=LabelKind.UNDO, undoes="a"))
    assert store.append(undo) == (undo, False)
    assert [event.kind for event in store.events()] == [LabelKind.POSE, LabelKind.UNDO]


def test_a_label_for_something_unknown_is_refused_and_nothing_of_its_batch_is_kept(
    store: SqlStore, photo_ids: list[int]
) -> None:
    with pytest.raises(PhotoNotFound) as photo:
        store.append(label(404, "a"))
    assert photo.value.data == {"photo_id": 404}
    with pytest.raises(PoseNotFound) as pose:
        store.append(label(photo_ids[0], "a", pose_id=404))
    assert pose.value.data == {"pose": 404}
    with pytest.raises(PhotoNotFound):
        store.append_many([label(photo_ids[0], "a"), label(404, "b")])
    assert store.events() == []


def test_a_label_that_arrives_after_its_photo_was_deleted_never_meets_another_photo(
    store: SqlStore, photo_ids: list[int]
) -> None:
    store.delete_photo(photo_ids[-1], who="ana")
    store.add_photos([new("later")])
    with pytest.raises(PhotoNotFound):
        store.append(label(photo_ids[-1], "late"))


def test_numbers_are_not_used_again_after_a_deletion(store: SqlStore, photo_ids: list[int]) -> None:
    last, _ = store.append(label(photo_ids[0], "a"))
    store.delete_photo(photo_ids[0], who="ana")
    after, _ = store.append(label(photo_ids[1], "b"))
    assert after.seq is not None
    assert last.seq is not None
    assert after.seq > last.seq


def test_events_can_be_followed_from_where_one_stopped(store: SqlStore, photo_ids: list[int]) -> None:
    store.append_many([label(photo_ids[i % 2], str(i)) for i in range(6)])
    assert [event.id for event in store.events(after=4)] == ["4", "5"]
    assert [event.id for event in store.events(after=2, photo_id=photo_ids[1])] == ["3", "5"]


def test_eight_threads_lose_nothing(store: SqlStore, photo_ids: list[int]) -> None:
    def write(thread: int) -> list[int | None]:
        return [store.append(label(photo_ids[i % 4], f"{thread}-{i}"))[0].seq for i in range(100)]

    with ThreadPoolExecutor(8) as pool:
        acknowledged = [seq for seqs in pool.map(write, range(8)) for seq in seqs]
    assert sorted(event.seq or 0 for event in store.events()) == sorted(seq or 0 for seq in acknowledged)
    assert len(set(acknowledged)) == 800
    assert store.check() == []


def test_a_reader_that_follows_along_misses_no_label(store: SqlStore, photo_ids: list[int]) -> None:
    """A number is never seen before a smaller one: else a fold up to `seq` would pass over it."""
    seen: list[int] = []
    with ThreadPoolExecutor(4) as pool:
        writers = [
            pool.submit(lambda t=thread: [store.append(label(photo_ids[0], f"{t}-{i}")) for i in range(50)])
            for thread in range(4)
        ]
        while not all(writer.done() for writer in writers):
            seen += [event.seq or 0 for event in store.events(after=seen[-1] if seen else 0)]
    seen += [event.seq or 0 for event in store.events(after=seen[-1] if seen else 0)]
    assert seen == list(range(1, 201))


def _write_from_another_process(settings: Settings, photo_ids: list[int], process: int) -> None:
    store = open_store(settings)
    for i in range(50):
        store.append(label(photo_ids[i % 4], f"{process}-{i}"))
    store.close()


def test_processes_write_at_the_same_time(either: Settings) -> None:
    store = open_store(either)
    store.put_poses(POSES)
    ids = [photo.id for photo, _ in store.add_photos([new(i) for i in range(4)])]
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_write_from_another_process, args=(either, ids, n)) for n in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert {event.id for event in store.events()} == {f"{n}-{i}" for n in range(2) for i in range(50)}
    store.close()
