"""Who is a person, which one is meant, and how far a skeleton is trusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from tests.vision.sightings import body, sighting, someone
from yogalab.records import FAINT, persons
from yogalab.vision.fusion import Body
from yogalab.vision.passes import Sighting
from yogalab.vision.trust import credible, people, sure, trust

HERE = someone(0.5, 0.5, 0.6)


def confirming(*seen: Sighting) -> Callable[[Body], Sequence[Sighting]]:
    return lambda body: seen


def unasked(body: Body) -> Sequence[Sighting]:
    raise AssertionError("nobody was in doubt")


def test_trust_by_hand() -> None:
    # 2.5 + 2.3 + 4.2 - 6.1 = 2.9, and 2.5/7 + 1.15 + 1.4 - 6.1 = -3.193.
    assert trust(body(HERE, looks=7, share=1.0, clarity=9.0)) == pytest.approx(0.9478, abs=1e-4)
    assert trust(body(HERE, looks=1, share=0.5, clarity=2.0)) == pytest.approx(0.0394, abs=1e-4)


def test_agreement_and_clarity_together_make_sure() -> None:
    assert sure(body(HERE, looks=4, clarity=6.0))
    assert not sure(body(HERE, looks=3, clarity=9.0))
    assert not sure(body(HERE, looks=5, clarity=5.0))


def test_a_doubtful_body_is_judged_by_hand() -> None:
    # 2.5·2/7 + 5 - 2·0.5 + 3·0.4 = 5.914; 3 less where both close-ups see nobody there.
    doubtful = body(HERE, looks=2, clarity=5.0)
    assert not credible(doubtful, [], 1.0)
    # One close-up finds it again: 5.914 - 1.5.
    assert credible(doubtful, [sighting("close", HERE)], 1.0)
    # As deep as phantoms are, 2 m: 1.414 even where both find it again.
    both = [sighting("close", HERE), sighting("close-mirror", HERE)]
    assert credible(doubtful, both, 1.0)
    assert not credible(body(HERE, looks=2, clarity=5.0, depth=2.0), both, 1.0)
    # Hips as narrow as phantoms' are: 0.714 + 4 - 1 + 0.12 - 1.5 = 2.334, with a person's hips 3.414.
    assert not credible(body(HERE, looks=2, clarity=4.0, hips=0.02), both[:1], 1.0)
    assert credible(body(HERE, looks=2, clarity=4.0), both[:1], 1.0)


def test_a_close_up_of_something_else_confirms_nothing() -> None:
    doubtful = body(HERE, looks=2, clarity=5.0)
    elsewhere = sighting("close", someone(0.1, 0.1, 0.2))
    assert credible(doubtful, [elsewhere], 1.0) == credible(doubtful, [], 1.0)


def test_who_is_sure_needs_no_close_up() -> None:
    (found,) = people([body(HERE)], 1.5, unasked)
    assert (found.found_by, found.person, found.aspect, found.faint) == ("border", 0, 1.5, False)
    assert found.trust == pytest.approx(trust(body(HERE)))


def test_people_come_by_weight_and_each_once() -> None:
    left, right = body(someone(0.2, 0.5, 0.6), looks=6), body(someone(0.8, 0.5, 0.6))
    again = body(someone(0.22, 0.5, 0.6), looks=4, clarity=7.0)
    found = people([left, again, right], 1.0, unasked)
    assert [one.person for one in found] == [0, 1]
    np.testing.assert_array_equal(found[0].points, left.points)
    np.testing.assert_array_equal(found[1].points, right.points)


def test_a_teacher_and_a_pupil_fill_the_same_box_and_are_two() -> None:
    pupil, teacher = body(someone(0.5, 0.5, 0.6)), body(someone(0.52, 0.5, 0.6), looks=4)
    assert len(people([pupil, teacher], 1.0, unasked)) == 2


def test_a_doubtful_second_is_nobody_else() -> None:
    beside = body(someone(0.1, 0.5, 0.3), looks=2)
    assert len(people([body(HERE), beside], 1.0, unasked)) == 1


def test_a_crowd_is_five() -> None:
    crowd = [body(someone(x, 0.5, 0.1)) for x in np.linspace(0.05, 0.95, 7)]
    assert len(people(crowd, 1.0, unasked)) == 5


def test_a_heaviest_body_that_turns_out_nobody_leaves_the_place_to_one_who_is_sure() -> None:
    phantom, person = body(someone(0.2, 0.5, 0.6), looks=1, clarity=3.0), body(someone(0.8, 0.5, 0.6))
    (found,) = people([phantom, person], 1.0, confirming())
    np.testing.assert_array_equal(found.points, person.points)


def test_where_nobody_is_credible_the_heaviest_is_faint() -> None:
    dim, dimmer = body(HERE, looks=1, clarity=2.0), body(someone(0.2, 0.5, 0.6), looks=1, clarity=1.0)
    (kept,) = people([dim, dimmer], 1.0, confirming())
    assert (kept.found_by, kept.faint, kept.trust) == (FAINT, True, pytest.approx(trust(dim)))
    assert persons([kept]) == ()


def test_nothing_seen_is_nobody() -> None:
    assert people([], 1.0, unasked) == ()
