"""The process that serves a lab is set up to share its machine, on whatever system."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator

import numpy as np  # noqa: F401 - brings the arithmetic that is looked at
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from yogalab.ui.tenancy import TURN_SECONDS, settle_in


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = sys.getswitchinterval()
    with threadpool_limits(limits=2, user_api="blas"):
        yield
    sys.setswitchinterval(before)


class Library:
    """A C library that writes down what it is told."""

    def __init__(self) -> None:
        self.told: dict[int, int] = {}

    def mallopt(self, what: int, value: int) -> int:
        self.told[what] = value
        return 1


def test_threads_hand_over_soon_and_large_arrays_give_their_memory_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library = Library()
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    settle_in()
    assert sys.getswitchinterval() == pytest.approx(TURN_SECONDS)
    # malloc.h: what is kept free at the end of a heap, from where on an array has its own, how many heaps.
    assert library.told == {-1: 8 << 20, -3: 8 << 20, -8: 2}


def test_one_answers_arithmetic_leaves_the_other_cores_to_the_others() -> None:
    settle_in()
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert pools and {pool["num_threads"] for pool in pools} == {1}


@pytest.mark.parametrize("library", [object(), None])
def test_a_system_without_such_a_library_is_left_as_it_is(
    library: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(name: object) -> object:
        if library is None:
            raise OSError
        return library

    monkeypatch.setattr(ctypes, "CDLL", opened)
    settle_in()
    assert sys.getswitchinterval() == pytest.approx(TURN_SECONDS)
