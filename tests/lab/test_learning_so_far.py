"""How labels have paid, what more of them promise, and which poses are mixed up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.fakes import Studio
from tests.lab.standins import named, people
from tests.labs import ANNA, POSES, fill, worked_off
from yogalab.lab.curves import ENOUGH_JUDGED
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import JobState, Role

VIEWER = replace(ANNA, role=Role.VIEWER)


@pytest.fixture
def kept_aside(made: tuple[Lab, Parts]) -> list[int]:
    """Forty photos kept aside to judge by, of two hundred named ones."""
    _, parts = made
    ids = named(parts, POSES * 40)
    aside = ids[:20] + ids[-20:]
    parts.store.set_holdout(aside)
    return aside


def test_before_enough_photos_are_kept_aside_there_is_no_curve(made: tuple[Lab, Parts]) -> None:
    lab, parts = made
    parts.store.set_holdout(named(parts, POSES * 4)[: ENOUGH_JUDGED - 1])
    found = lab.curves.curve(VIEWER)
    assert (found.points, found.ahead, found.versions) == ((), (), ())
    assert found.photos == ENOUGH_JUDGED - 1
    assert found.reach.smallest is None and found.reach.needed > ENOUGH_JUDGED


def test_the_curve_is_of_the_labels_in_their_order_on_the_same_photos(lab: Lab, kept_aside: list[int]) -> None:
    found = lab.curves.curve(VIEWER)
    sizes = [point.labels for point in found.points]
    assert sizes == sorted(sizes) and sizes[0] == 0 and sizes[-1] == 160
    assert found.photos == 40
    assert all(point.low <= point.share <= point.high for point in found.points)
    assert found.points[-1].share >= found.points[0].share
    assert [one.labels for one in found.ahead] == [210, 360]
    assert all(one.low <= one.share <= one.high for one in found.ahead)
    # The point of all labels is what the lab answers today.
    right_today = sum(
        (card := lab.review.card(ANNA, photo)).prediction is not None
        and card.label is not None
        and card.prediction.best.pose_id == card.label.pose_id
        for photo in kept_aside
    )
    assert found.points[-1].share == pytest.approx(right_today / 40)


def test_versions_stand_beside_what_the_first_one_began_with(lab: Lab, studio: Studio) -> None:
    fill(lab, studio, each=4, labelled=True)
    job = lab.versions.train(ANNA)
    assert worked_off(lab, job.id).state is JobState.DONE
    version = lab.versions.version(ANNA, 1)
    beginning, first = lab.curves.curve(VIEWER).versions
    assert (beginning.labels, beginning.share, beginning.version) == (0, version.baseline.top1, 0)
    assert (first.labels, first.share, first.version) == (version.labels, version.report.top1, 1)


def test_poses_that_were_called_by_each_others_name_are_found_mixed_up(lab: Lab, kept_aside: list[int]) -> None:
    one, other = (lab.poses.pose(ANNA, slug).id for slug in POSES[:2])
    wrong = kept_aside[0 : 3 * len(POSES) : len(POSES)]
    before = lab.mistakes.pairs(VIEWER)
    for photo in wrong:
        lab.review.label(ANNA, photo, other)
    after = lab.mistakes.pairs(VIEWER)
    assert after.wrong == before.wrong + 3
    pair = after.pairs[0]
    assert {pair.one, pair.other} == {one, other} and pair.mistakes >= 3
    # Their coach now calls them by the other name: for the model they are mistakes among the other's photos.
    assert pair.one == other
    assert [seen.taken_for for seen in pair.one_photos[:3]] == [one] * 3
    assert {seen.photo.id for seen in pair.one_photos[:3]} <= set(wrong)


def test_an_early_version_is_not_judged_on_what_it_has_by_heart(lab: Lab, studio: Studio) -> None:
    """Names drawn by lot can be learnt by heart, and foretold by nobody."""
    rng = np.random.default_rng(0)
    for photo_id in fill(lab, studio, each=5):
        lab.review.label(ANNA, photo_id, ("tree", "boat", "cobra")[rng.integers(3)])
    job = lab.versions.train(ANNA)
    assert worked_off(lab, job.id).state is JobState.DONE
    lab.versions.activate(ANNA, 1)
    found = lab.mistakes.pairs(VIEWER)
    assert (found.method, found.judged) == ("leave-one-out", 25)
    assert found.wrong >= 10


def test_a_lab_without_labels_has_nothing_to_tell(made: tuple[Lab, Parts]) -> None:
    lab, parts = made
    people(parts, POSES)
    assert (lab.mistakes.pairs(VIEWER).judged, lab.mistakes.pairs(VIEWER).pairs) == (0, ())
    assert lab.curves.curve(VIEWER).points == ()
