"""Photos are kept once, and forgotten entirely."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.keeping.things import MODEL, POSES, canonical, label, new, sha, skeleton
from yogalab.errors import PhotoNotFound
from yogalab.keeping.store import SqlStore
from yogalab.records import Consent

ONE_STORE = hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_a_photo_comes_back_as_it_was_kept(store: SqlStore) -> None:
    photo, added = store.add_photo(
        canonical("a", name="côte 🧘.jpg"),
        key="ab/c.jpg",
        who="ana",
        source="camera",
        consent=Consent.MYSELF,
        group=None,
    )
    assert added
    assert store.photo(photo.id) == photo == store.photos()[0]
    assert (photo.name, photo.width, photo.consent) == ("côte 🧘.jpg", 640, Consent.MYSELF)
    assert photo.added_at.utcoffset() is not None


def test_a_photo_starts_a_group_of_its_own_unless_it_joins_one(store: SqlStore) -> None:
    (first, _), (second, _) = store.add_photos([new("a"), new("b")])
    assert (first.group, second.group) == (first.id, second.id)
    assert store.add_photos([new("c", group=first.id, holdout=True)])[0][0].group == first.id


def test_what_is_new_and_what_moved_can_be_read_alone(store: SqlStore) -> None:
    (first, _), (second, _) = store.add_photos([new("a"), new("b")])
    (third, _) = store.add_photos([new("c")])[0]
    assert list(store.photos(after=second.id)) == [third]
    assert list(store.photos(after=third.id)) == []
    store.set_group([second.id], first.id)
    store.set_holdout([third.id])
    store.set_consents({third.id: Consent.WITHDRAWN})
    assert store.sides() == {
        first.id: (first.id, False, Consent.AGREED),
        second.id: (first.id, False, Consent.AGREED),
        third.id: (third.id, True, Consent.WITHDRAWN),
    }


def test_the_same_file_twice_is_one_photo(store: SqlStore) -> None:
    ((first, _),) = store.add_photos([new("a")])
    assert store.add_photos([new("a")]) == [(first, False)]


def test_two_files_with_the_same_pixels_are_one_photo_and_neither_is_read_again(store: SqlStore) -> None:
    ((first, _),) = store.add_photos([new("a", file="1")])
    assert store.add_photos([new("a", file="2")]) == [(first, False)]
    assert store.known_sources([sha("file 1"), sha("file 2"), sha("file 3")]) == {
        sha("file 1"): first.id,
        sha("file 2"): first.id,
    }


def test_the_same_photo_twice_in_one_batch_is_one_photo(store: SqlStore) -> None:
    kept = store.add_photos([new("a", file="1"), new("b"), new("a", file="2"), new("a", file="1")])
    assert [added for _, added in kept] == [True, True, False, False]
    assert len({photo.id for photo, _ in kept}) == 2 == len(store.photos())
    assert set(store.known_sources([sha("file 1"), sha("file 2")]).values()) == {kept[0][0].id}


def test_photos_in_a_batch_bring_what_was_seen_in_them(store: SqlStore) -> None:
    seen = skeleton(1)
    (a, _), (b, _) = store.add_photos([new("a", people=(seen,), image_hash=2**64 - 1), new("b", image_hash=0)])
    found = store.landmarks(MODEL)
    assert found[a.id][0].points.tobytes() == seen.points.tobytes()
    assert found[b.id] == ()
    assert store.image_hashes() == {a.id: 2**64 - 1, b.id: 0}


@ONE_STORE
@given(value=st.integers(0, 2**64 - 1))
def test_every_64_bit_hash_is_kept_exactly(store: SqlStore, value: int) -> None:
    ((photo, _),) = store.add_photos([new("a")])
    store.put_image_hashes({photo.id: value})
    assert store.image_hashes()[photo.id] == value


@ONE_STORE
@given(name=st.text(min_size=1, max_size=40))
def test_no_file_name_is_too_strange_to_keep(store: SqlStore, name: str) -> None:
    odd = name + "\udcff\x00"
    kept, _ = store.add_photo(
        canonical(name, name=odd), key="k", who="ana", source=odd, consent=Consent.UNKNOWN, group=None
    )
    assert store.photo(kept.id).name == kept.name


def test_holdout_and_group_are_set_for_many_at_once(store: SqlStore) -> None:
    ids = [photo.id for photo, _ in store.add_photos([new(i) for i in range(1200)])]
    store.set_holdout(ids[::2])
    store.set_group(ids[:3], ids[0])
    photos = store.photos()
    assert [photo.holdout for photo in photos] == [True, False] * 600
    assert {photo.group for photo in photos[:3]} == {ids[0]}


def test_consent_is_recorded_for_many_at_once_and_what_was_there_is_told(store: SqlStore) -> None:
    kinds = (Consent.AGREED, Consent.UNKNOWN)
    ids = [photo.id for photo, _ in store.add_photos([new(i, consent=kinds[i % 2]) for i in range(1200)])]
    gone = ids.pop()
    store.delete_photo(gone, who="ana")
    before = store.set_consents(
        {**dict.fromkeys(ids, Consent.UNKNOWN), gone: Consent.PUBLIC, 9999: Consent.PUBLIC}
    )
    # Those that change nothing are none of them.
    assert before == dict.fromkeys(ids[::2], Consent.AGREED)
    assert {photo.consent for photo in store.photos()} == {Consent.UNKNOWN}
    store.set_consents({ids[0]: Consent.PUBLIC, ids[2]: Consent.WITHDRAWN})
    # Taken back only where nobody has said anything else since.
    assert len(store.set_consents(before, was=Consent.UNKNOWN)) == len(before) - 2
    told = {photo.id: photo.consent for photo in store.photos()}
    assert [told[i] for i in ids[:5]] == [
        Consent.PUBLIC,
        Consent.UNKNOWN,
        Consent.WITHDRAWN,
        Consent.UNKNOWN,
        Consent.AGREED,
    ]


def test_an_unknown_photo_is_said_to_be_unknown(store: SqlStore) -> None:
    for ask in (
        store.photo,
        lambda i: store.delete_photo(i, who="ana"),
        lambda i: store.put_landmarks(i, MODEL, []),
    ):
        with pytest.raises(PhotoNotFound) as caught:
            ask(404)
        assert caught.value.data == {"photo_id": 404}


class TestDeleting:
    def test_everything_about_the_photo_goes(self, store: SqlStore) -> None:
        (gone, _), (stays, _) = store.add_photos(
            [new("a", people=(skeleton(),)), new("b", people=(skeleton(),))]
        )
        store.put_poses(POSES)
        store.put_embeddings("clip", "full", {gone.id: skeleton().points[0], stays.id: skeleton().points[0]})
        store.append_many([label(gone.id, "1"), label(stays.id, "2")])

        assert store.delete_photo(gone.id, who="ana") == gone

        assert [photo.id for photo in store.photos()] == [stays.id]
        assert set(store.landmarks(MODEL)) == set(store.embeddings("clip", "full")) == {stays.id}
        assert [event.id for event in store.events()] == ["2"]
        assert set(store.image_hashes()) == {stays.id}
        assert store.check() == []

    def test_its_files_are_known_to_be_deleted_by_any_of_their_hashes(self, store: SqlStore) -> None:
        ((photo, _), _) = store.add_photos([new("a", file="1"), new("a", file="2")])
        store.delete_photo(photo.id, who="ana")
        asked = [sha("file 1"), sha("file 2"), sha("pixels a"), sha("file 3")]
        assert store.known_sources(asked) == dict.fromkeys(asked[:3], -1)

    def test_whoever_adds_it_anew_on_purpose_gets_a_new_photo(self, store: SqlStore) -> None:
        ((old, _),) = store.add_photos([new("a")])
        store.delete_photo(old.id, who="ana")
        ((again, added),) = store.add_photos([new("a")])
        assert added
        assert again.id > old.id
        assert store.known_sources([sha("file a")]) == {sha("file a"): again.id}

    def test_counts_as_a_purge(self, store: SqlStore) -> None:
        ((photo, _),) = store.add_photos([new("a")])
        before = store.pulse()
        store.delete_photo(photo.id, who="ana")
        assert store.purges() == before.purges + 1 == store.pulse().purges

    def test_leaves_no_readable_trace_in_the_files(self, store: SqlStore, settings) -> None:
        if store._db.file is None:
            pytest.skip("a server's files are its own")
        secret = "anas-private-note"
        ((photo, _),) = store.add_photos([new("a", source=secret)])
        store.delete_photo(photo.id, who="ana")
        for file in settings.home.iterdir():
            data = file.read_bytes()
            assert secret.encode() not in data
            assert photo.sha256.encode() not in data
