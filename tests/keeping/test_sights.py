"""Skeletons and embeddings come back bit for bit, keyed apart."""

from __future__ import annotations

import numpy as np
import pytest

from tests.keeping.things import MODEL, new, skeleton
from yogalab.keeping.store import SqlStore


@pytest.fixture
def photo_ids(store: SqlStore) -> list[int]:
    return [photo.id for photo, _ in store.add_photos([new(i, pose_model="other") for i in range(3)])]


def test_people_come_back_exactly_and_the_chosen_one_first(store: SqlStore, photo_ids: list[int]) -> None:
    chosen, other = skeleton(1, person=1, found_by="turned", trust=0.25), skeleton(2, person=0)
    store.put_landmarks(photo_ids[0], MODEL, [chosen, other])
    first, second = store.landmarks(MODEL)[photo_ids[0]]
    assert (first.person, first.found_by, first.aspect, first.trust) == (1, "turned", 1.5, 0.25)
    assert (second.person, second.trust) == (0, 1.0)
    for kept, given in ((first, chosen), (second, other)):
        np.testing.assert_array_equal(kept.points, given.points)
        np.testing.assert_array_equal(kept.world, given.world)
        assert kept.points.dtype == np.float32


def test_nobody_found_is_an_answer_and_never_looked_is_none(store: SqlStore, photo_ids: list[int]) -> None:
    store.put_landmarks(photo_ids[0], MODEL, [])
    assert store.landmarks(MODEL) == {photo_ids[0]: ()}


def test_looking_again_replaces_what_was_found(store: SqlStore, photo_ids: list[int]) -> None:
    store.put_landmarks(photo_ids[0], MODEL, [skeleton(1), skeleton(2)])
    store.put_landmarks(photo_ids[0], MODEL, [skeleton(3)])
    (only,) = store.landmarks(MODEL)[photo_ids[0]]
    np.testing.assert_array_equal(only.points, skeleton(3).points)


def test_pose_models_do_not_mix(store: SqlStore, photo_ids: list[int]) -> None:
    store.put_landmarks(photo_ids[0], MODEL, [skeleton(1)])
    assert store.landmarks("other")[photo_ids[0]] == ()
    assert store.landmarks("third") == {}


def test_only_the_photos_asked_for(store: SqlStore, photo_ids: list[int]) -> None:
    assert set(store.landmarks("other", photo_ids=photo_ids[1:])) == set(photo_ids[1:])
    assert store.landmarks("other", photo_ids=[]) == {}
    store.put_embeddings("clip", "full", {i: np.ones(4, np.float32) for i in photo_ids})
    # Ids often come from arrays.
    assert set(store.embeddings("clip", "full", photo_ids=list(np.array(photo_ids[:2])))) == set(photo_ids[:2])


def test_embeddings_are_keyed_by_encoder_and_recipe(store: SqlStore, photo_ids: list[int]) -> None:
    vector = np.random.default_rng(0).random(512, dtype=np.float32)
    store.put_embeddings("clip", "full", {photo_ids[0]: vector})
    store.put_embeddings("clip", "full", {photo_ids[0]: vector * 2})
    np.testing.assert_array_equal(store.embeddings("clip", "full")[photo_ids[0]], vector * 2)
    assert store.embeddings("clip", "crop") == store.embeddings("dino", "full") == {}


def test_an_embedding_of_a_photo_deleted_meanwhile_is_dropped(store: SqlStore, photo_ids: list[int]) -> None:
    store.delete_photo(photo_ids[0], who="ana")
    store.put_embeddings("clip", "full", {i: np.ones(4, np.float32) for i in photo_ids})
    assert set(store.embeddings("clip", "full")) == set(photo_ids[1:])
