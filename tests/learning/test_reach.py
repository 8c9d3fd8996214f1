"""What n photos can tell, by hand."""

from __future__ import annotations

import pytest

from yogalab.learning.reach import photos_needed, smallest_difference


def test_the_photos_a_difference_needs_by_hand() -> None:
    # psi .2, d .1: (1.959964 * .4472136 + .841621 * sqrt(.19)) / .1 = (.8765225 + .3668549) / .1 = 12.433774.
    assert photos_needed(0.1, 0.2) == 155
    assert photos_needed(0.02, 0.15) > photos_needed(0.05, 0.15)


@pytest.mark.parametrize("photos", [50, 155, 1000])
def test_the_smallest_difference_is_the_one_that_needs_so_many(photos: int) -> None:
    found = smallest_difference(photos, 0.2)
    assert found is not None
    assert photos_needed(found, 0.2) == photos
    assert photos_needed(found * 0.99, 0.2) > photos


def test_a_handful_of_photos_tells_nothing() -> None:
    assert smallest_difference(10, 0.15) is None
    assert smallest_difference(0, 0.15) is None
