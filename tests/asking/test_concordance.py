"""Agreement by coach and by pose, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.asking.agreement import cohen
from yogalab.asking.concordance import MixedUp, mixed_up, of_answers, of_coaches

TREE, BOAT, CHAIR = 1, 2, 3


def test_each_coach_against_the_others_by_hand() -> None:
    found = of_coaches(
        [
            {"anna": TREE, "ben": TREE, "cleo": BOAT},
            {"anna": BOAT, "ben": BOAT},
            {"cleo": CHAIR},
        ]
    )
    # Anna: same (1/2 + 1) / 2 = 3/4; she says tree and boat half the time, the others tree 1/4 and boat 3/4:
    # chance 1/2 * 1/4 + 1/2 * 3/4 = 1/2; kappa (3/4 - 1/2) / (1 - 1/2) = 1/2.
    assert (found["anna"].same, found["anna"].kappa, found["anna"].photos) == (
        pytest.approx(0.75),
        pytest.approx(0.5),
        2,
    )
    # Cleo alone said boat where both others said tree; what nobody else named counts for nothing.
    assert (found["cleo"].same, found["cleo"].kappa, found["cleo"].photos) == (0.0, pytest.approx(0.0), 1)


def test_with_one_other_coach_it_is_cohens_kappa() -> None:
    rng = np.random.default_rng(0)
    one = rng.integers(0, 3, 40)
    other = np.where(rng.random(40) < 0.6, one, rng.integers(0, 3, 40))
    found = of_coaches([{"a": int(a), "b": int(b)} for a, b in zip(one, other, strict=True)])
    assert found["a"].kappa == pytest.approx(cohen(one, other))
    assert found["b"].kappa == pytest.approx(cohen(one, other))


def test_each_pose_by_hand() -> None:
    found = of_answers(
        [
            {"a": TREE, "b": TREE, "c": BOAT},
            {"a": TREE, "b": BOAT},
            {"a": CHAIR, "b": CHAIR},
            {"a": CHAIR},
        ]
    )
    # Tree: (2 * 1/2 + 1 * 0) / 3 = 1/3; its share (2/3 + 1/2 + 0) / 3 = 7/18; kappa (6 - 7) / (18 - 7).
    assert found[TREE].same == pytest.approx(1 / 3)
    assert found[TREE].kappa == pytest.approx(-1 / 11)
    assert found[TREE].photos == 2
    assert (found[CHAIR].same, found[CHAIR].kappa) == (1.0, pytest.approx(1.0))


def test_one_answer_everywhere_proves_nothing() -> None:
    everywhere = [{"a": TREE, "b": TREE}] * 3
    assert of_coaches(everywhere)["a"].kappa is None
    assert of_answers(everywhere)[TREE].kappa is None


def test_what_is_mixed_up_most_comes_first() -> None:
    found = mixed_up(
        [
            {"a": TREE, "b": BOAT},
            {"a": BOAT, "b": TREE, "c": TREE},
            {"a": TREE, "b": CHAIR},
            {"a": CHAIR, "b": CHAIR},
        ],
        most=1,
    )
    assert found == [MixedUp(one=TREE, other=BOAT, photos=2)]
