"""Kappa by hand, and silence while there is too little to say."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.asking.agreement import agreement, cohen, fleiss, pairs_alike


def said(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_cohens_kappa_by_hand() -> None:
    # Cohen's own kind of table: 20 both yes, 5 yes/no, 10 no/yes, 15 both no: p_o .7, p_e .5.
    one = said(*[1] * 25, *[0] * 25)
    other = said(*[1] * 20, *[0] * 5, *[1] * 10, *[0] * 15)
    assert cohen(one, other) == pytest.approx(0.4)


def test_coaches_who_always_say_the_same_one_thing_prove_nothing() -> None:
    assert cohen(said(3, 3), said(3, 3)) is None
    assert fleiss(np.array([[2, 0], [3, 0]])) is None


def test_fleiss_kappa_is_that_of_his_paper() -> None:
    # The worked example that goes with Fleiss (1971): ten subjects, fourteen raters, five answers.
    counts = np.array(
        [
            [0, 0, 0, 0, 14],
            [0, 2, 6, 4, 2],
            [0, 0, 3, 5, 6],
            [0, 3, 9, 2, 0],
            [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0],
            [3, 2, 6, 3, 0],
            [2, 5, 3, 2, 2],
            [6, 5, 2, 1, 0],
            [0, 2, 2, 3, 7],
        ]
    )
    assert pairs_alike(counts) == pytest.approx(0.378, abs=5e-4)
    assert fleiss(counts) == pytest.approx(0.210, abs=5e-4)


def test_fleiss_kappa_with_unlike_numbers_of_coaches_by_hand() -> None:
    # p_a = (1 + 1/3) / 2 = 2/3; shares (1 + 2/3) / 2 = 5/6 and 1/6: p_e = 26/36; kappa = (24 - 26) / (36 - 26).
    assert fleiss(np.array([[2, 0], [2, 1]])) == pytest.approx(-0.2)


def test_nothing_is_said_while_few_photos_were_named_twice() -> None:
    twice = [{"anna": k % 2, "ben": k % 2} for k in range(19)]
    alone = [{"anna": 1}] * 100
    assert agreement(twice + alone, rng=rng()) is None
    told = agreement([*twice, {"anna": 0, "ben": 1}, *alone], rng=rng())
    assert told is not None
    assert (told.photos, told.coaches, told.method) == (20, 2, "cohen")
    assert told.same == pytest.approx(0.95)
    assert told.interval[0] < told.kappa < told.interval[1] <= 1


def test_a_third_coach_makes_it_fleiss() -> None:
    answers = [{"anna": k % 3, "ben": k % 3, **({"cleo": k % 3} if k % 2 else {})} for k in range(24)]
    told = agreement(answers, rng=rng())
    assert told is not None
    assert (told.method, told.coaches, told.kappa) == ("fleiss", 3, pytest.approx(1.0))


def test_the_same_seed_gives_the_same_interval() -> None:
    answers = [{"anna": k % 2, "ben": (k * k) % 3 % 2} for k in range(40)]
    assert agreement(answers, rng=rng()) == agreement(answers, rng=rng())
