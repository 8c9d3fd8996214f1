"""What is asked next, and why."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab import words
from yogalab.asking.queue import rank
from yogalab.asking.strategies import doubt
from yogalab.records import Asked

POSES = np.array([11, 22, 33], dtype=np.int64)


def ask(
    lead: list[float],
    *,
    groups: list[int] | None = None,
    settled: tuple[int, ...] = (),
    holdout: tuple[int, ...] = (),
    seed: int = 0,
    limit: int = 500,
    random_share: float = 0.12,
) -> tuple[Asked, ...]:
    """lead: the first pose's probability of each photo; the second gets the rest. Ids are 100, 101, …"""
    n = len(lead)
    p = np.zeros((n, 3), dtype=np.float32)
    p[:, 0], p[:, 1] = lead, 1 - np.array(lead)
    rows = np.arange(n)
    return rank(
        rows + 100,
        p,
        pose_ids=POSES,
        groups=rows if groups is None else np.array(groups),
        settled=np.isin(rows, settled),
        holdout=np.isin(rows, holdout),
        seed=seed,
        limit=limit,
        random_share=random_share,
    )


def ids(asked: tuple[Asked, ...]) -> list[int]:
    return [one.photo_id for one in asked]


def test_the_least_sure_photo_is_asked_first_and_settled_ones_never() -> None:
    assert ids(ask([0.9, 0.55, 0.7, 0.51], settled=(3,))) == [101, 102, 100]


def test_ties_are_broken_by_id() -> None:
    assert ids(ask([0.6, 0.6, 0.6])) == [100, 101, 102]


def test_an_unsure_photo_names_its_two_poses() -> None:
    (one,) = ask([0.55])
    assert one.reason == "ask.unsure"
    assert one.data == {"first": 11, "second": 22, "first_percent": 55, "second_percent": 45}


def test_copies_of_a_settled_photo_come_last() -> None:
    assert ids(ask([0.5, 0.9, 0.8], groups=[0, 1, 0], settled=(2,))) == [101, 100]


def test_of_copies_only_one_is_asked_before_all_others() -> None:
    assert ids(ask([0.5, 0.51, 0.9], groups=[0, 0, 1])) == [100, 102, 101]


def test_about_every_eighth_slot_is_a_random_hold_out_photo() -> None:
    asked = ask([0.6] * 400, holdout=tuple(range(0, 400, 5)))
    checks = [place for place, one in enumerate(asked) if one.reason == "ask.check"]
    assert len([place for place in checks if place < 100]) == pytest.approx(12, abs=1)
    assert all(asked[place].photo_id % 5 == 0 for place in checks)


def test_hold_out_photos_come_in_an_order_that_knows_nothing_of_the_model() -> None:
    def checks(lead: list[float]) -> list[int]:
        return [one.photo_id for one in ask(lead, holdout=tuple(range(50))) if one.reason == "ask.check"]

    rng = np.random.default_rng(0)
    once = checks([0.5, *rng.uniform(0.5, 1, 59)])
    assert once == checks([0.5, *rng.uniform(0.5, 1, 59)])
    assert once != sorted(once)
    assert checks([0.9] * 60) != [one.photo_id for one in ask([0.9] * 60, holdout=tuple(range(50)), seed=1)]


def test_when_only_hold_out_photos_are_left_they_are_asked() -> None:
    assert sorted(ids(ask([0.6, 0.7], holdout=(0, 1)))) == [100, 101]


def test_without_random_slots_hold_out_photos_wait() -> None:
    assert ids(ask([0.6, 0.7], holdout=(0,), random_share=0.0)) == [101]


def test_photos_in_which_nothing_was_seen_come_last_and_say_so() -> None:
    p = np.array([[1 / 3, 1 / 3, 1 / 3], [0.9, 0.05, 0.05]], dtype=np.float32)
    asked = rank(
        np.array([1, 2]),
        p,
        pose_ids=POSES,
        groups=np.array([1, 2]),
        settled=np.zeros(2, bool),
        holdout=np.zeros(2, bool),
        seed=0,
    )
    assert [(one.photo_id, one.reason) for one in asked] == [(2, "ask.unsure"), (1, "ask.unseen")]


def test_a_photo_unlike_everything_known_says_so() -> None:
    p = np.full((1, 5), 0.175, dtype=np.float32)
    p[0, 2] = 0.3
    asked = rank(
        np.array([1]),
        p,
        pose_ids=np.arange(5),
        groups=np.array([1]),
        settled=np.zeros(1, bool),
        holdout=np.zeros(1, bool),
        seed=0,
        strategy=doubt,
    )
    assert (asked[0].reason, asked[0].data["first"]) == ("ask.strange", 2)


def test_nothing_to_ask_is_an_empty_queue() -> None:
    assert ask([]) == ()
    assert ask([0.5], settled=(0,)) == ()


def test_only_as_many_as_wanted_are_returned() -> None:
    assert len(ask([0.6] * 50, limit=7)) == 7


@pytest.mark.parametrize("reason", ["unsure", "strange", "check", "unseen", "sure", "new"])
def test_every_reason_has_a_sentence(reason: str) -> None:
    said = words.say(f"ask.{reason}", first="Tree", second="Boat", first_percent=55, second_percent=45)
    assert "{" not in said
