"""What is asked next."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.asking.shelf import NOWHERE, checks, ids, photos, queue
from yogalab.asking import queue as module


def test_the_least_sure_photo_is_asked_first_and_settled_ones_never() -> None:
    assert ids(queue().order(photos([0.9, 0.55, 0.7, 0.51], settled=(3,)))) == [101, 102, 100]


def test_a_photo_that_stands_for_many_is_asked_before_a_lone_one() -> None:
    crowd = photos([0.6] * 5, places=[10, 20, 20.1, 20.2, 20.3])
    assert ids(queue().order(crowd))[:2] in ([102, 100], [103, 100])


def test_what_looks_like_a_named_photo_waits() -> None:
    assert ids(queue().order(photos([0.6] * 3, places=[10, 10.1, 30], settled=(0,)))) == [102, 101]


def test_a_skipped_photo_teaches_nothing_about_those_like_it() -> None:
    skipped = photos([0.55, 0.55, 0.6], places=[10, 10.1, 30], settled=(0,), taught=())
    assert ids(queue().order(skipped)) == [101, 102]


def test_equal_photos_are_asked_in_the_order_of_their_ids() -> None:
    assert ids(queue().order(photos([0.6] * 3))) == [100, 101, 102]


def test_copies_of_a_settled_photo_come_last() -> None:
    assert ids(queue().order(photos([0.5, 0.9, 0.8], groups=[0, 1, 0], settled=(2,)))) == [101, 100]


def test_of_copies_only_one_is_asked_before_all_others() -> None:
    asked = ids(queue().order(photos([0.5, 0.51, 0.9], groups=[0, 0, 1])))
    assert sorted(asked) == [100, 101, 102]
    assert asked[2] in {100, 101}


def test_photos_in_which_nothing_was_seen_come_last_of_all() -> None:
    asked = queue().order(photos([0.5, 0.9, 0.8, 0.9], places=[NOWHERE, 10, 20, 20], groups=[0, 1, 2, 2]))
    assert ids(asked)[-1] == 100
    assert asked[-1].reason == "ask.unseen"


def test_about_every_eighth_slot_is_a_random_hold_out_photo() -> None:
    asked = queue().order(photos([0.6] * 400, holdout=range(0, 400, 5)))
    places = [place for place, one in enumerate(asked) if one.reason == "ask.check"]
    assert len([place for place in places if place < 100]) == pytest.approx(12, abs=1)
    assert all(asked[place].photo_id % 5 == 0 for place in places)


def test_hold_out_photos_are_asked_only_at_random() -> None:
    rng = np.random.default_rng(0)
    held = range(50)
    once = queue().order(photos([0.5, *rng.uniform(0.5, 1, 59)], holdout=held))
    assert set(checks(once)) == {100 + row for row in held}
    assert not set(ids([one for one in once if one.reason != "ask.check"])) & set(checks(once))


def test_hold_out_photos_come_in_an_order_that_knows_nothing_of_the_model() -> None:
    rng = np.random.default_rng(0)

    def order(seed: int, first: float) -> list[int]:
        lead = [first, *rng.uniform(0.5, 1, 59)]
        return checks(queue(seed=seed).order(photos(lead, holdout=range(50))))

    assert order(0, 0.5) == order(0, 0.9) != sorted(order(0, 0.5))
    assert order(0, 0.5) != order(1, 0.5)


def test_when_only_hold_out_photos_are_left_they_are_asked() -> None:
    assert sorted(ids(queue().order(photos([0.6, 0.7], holdout=(0, 1))))) == [100, 101]


def test_without_random_slots_hold_out_photos_wait() -> None:
    assert ids(queue(random_share=0.0).order(photos([0.6, 0.7], holdout=(0,)))) == [101]


def test_nothing_to_ask_is_an_empty_queue() -> None:
    assert queue().order(photos([])) == ()
    assert queue().order(photos([0.5], settled=(0,))) == ()


def test_only_as_many_as_wanted_are_returned() -> None:
    assert len(queue().order(photos([0.6] * 50), limit=7)) == 7


def test_every_photo_is_asked_sooner_or_later_however_small_the_sample() -> None:
    asked = ids(queue(sample=10).order(photos([0.6] * 60, holdout=range(5))))
    assert sorted(asked) == [100 + row for row in range(60)]


def test_a_queue_that_followed_labels_asks_like_a_new_one() -> None:
    rng = np.random.default_rng(2)
    lead, places = rng.uniform(0.5, 1, 80), rng.uniform(1, 30, 80)
    following = queue()
    settled: list[int] = []
    for _ in range(12):
        asked = following.order(photos(lead.tolist(), places=places.tolist(), settled=settled), limit=3)
        settled.append(asked[0].photo_id - 100)
    last = photos(lead.tolist(), places=places.tolist(), settled=settled)
    assert ids(following.order(last, limit=10)) == ids(queue().order(last, limit=10))


def test_a_label_taken_back_brings_back_the_queue_of_before() -> None:
    rng = np.random.default_rng(3)
    lead, places = rng.uniform(0.5, 1, 40).tolist(), rng.uniform(1, 30, 40).tolist()
    following = queue()
    before = following.order(photos(lead, places=places, settled=(4, 5)))
    assert following.order(photos(lead, places=places, settled=(4, 5, 6))) != before
    assert following.order(photos(lead, places=places, settled=(4, 5))) == before


def test_photos_that_come_or_change_are_noticed() -> None:
    following = queue()
    few = photos([0.9, 0.9], places=[10, 20])
    following.order(few)
    assert ids(following.order(photos([0.9, 0.9, 0.5], places=[10, 20, 30])))[0] == 102
    moved = replace(few, x=np.array([[NOWHERE], [20]], dtype=np.float32))
    assert [one.reason for one in following.order(moved)][-1] == "ask.unseen"


def test_thousands_of_labels_are_stood_for_by_some() -> None:
    rng = np.random.default_rng(4)
    n = 1300
    crowd = photos(rng.uniform(0.5, 1, n).tolist(), places=rng.uniform(1, 9, n).tolist(), settled=range(1100))
    far = replace(crowd, x=crowd.x.copy())
    far.x[1200] = 50
    asked = ids(queue().order(far, limit=5))
    assert asked[0] == 1300
    assert min(asked) >= 1200


def test_beyond_a_thousand_labels_one_more_is_still_only_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_LABELS", 20)
    monkeypatch.setattr(module, "_KEPT_LABELS", 12)
    asked = queue()

    def learnt(labels: int) -> tuple[object, int]:
        asked.order(photos([0.6] * 80, settled=tuple(range(labels))))
        assert asked._posterior is not None
        return asked._posterior, asked._posterior.labels

    full, _ = learnt(20)
    first, some = learnt(21)
    assert first is not full and some == 12
    # Room for eight more; those that were left out stay out.
    assert [learnt(labels) for labels in range(22, 30)] == [(first, 13 + more) for more in range(8)]
    again, some = learnt(30)
    assert again is not first and some == 12
    # What is taken back is unlearnt at once.
    fewer, some = learnt(5)
    assert fewer is not again and some == 5
