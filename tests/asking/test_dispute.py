"""How far coaches differ over one photo, by hand."""

from __future__ import annotations

import pytest

from yogalab.asking.dispute import dispute


@pytest.mark.parametrize(
    ("answers", "share"),
    [
        ([], 0),
        ([3], 0),
        ([3, 3], 0),
        ([3, 4], 1 / 2),
        ([3, 3, 4], 1 / 3),
        ([3, 4, 5], 2 / 3),
        ([3, 3, 4, 4, 5], 3 / 5),
    ],
)
def test_it_is_the_share_that_most_do_not_share(answers: list[int], share: float) -> None:
    assert dispute(answers) == pytest.approx(share)
