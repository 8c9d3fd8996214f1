"""A part of the pool stands for all of it."""

from __future__ import annotations

import numpy as np

from yogalab.asking.sample import chance, draw

ROWS = np.arange(1000)


def drawn(doubt: np.ndarray, *, groups: np.ndarray = ROWS, size: int = 100) -> np.ndarray:
    return draw(ROWS, chance(ROWS, 3), groups, lambda rows: doubt[rows], size=size)


def test_most_are_drawn_by_chance_and_the_rest_are_the_least_sure() -> None:
    doubt = np.zeros(1000)
    doubt[:25] = 1
    rows = drawn(doubt)
    assert len(rows) == len(set(rows.tolist())) == 100
    assert set(range(25)) <= set(rows.tolist())
    assert rows[rows >= 25].mean() > 400


def test_a_small_pool_is_taken_whole() -> None:
    assert drawn(np.zeros(1000), size=1000).tolist() == ROWS.tolist()


def test_copies_are_in_it_once() -> None:
    groups = ROWS // 4
    rows = drawn(np.zeros(1000), groups=groups, size=400)
    assert len(rows) == 250
    assert len(np.unique(groups[rows])) == 250


def test_luck_is_the_same_today_and_tomorrow_and_another_with_another_seed() -> None:
    assert chance(ROWS, 1).tolist() == chance(ROWS, 1).tolist() != chance(ROWS, 2).tolist()
    # A photo's luck does not depend on which others are there.
    assert chance(ROWS[7:8], 1)[0] == chance(ROWS, 1)[7]
    assert len(np.unique(chance(ROWS, 1))) == 1000
