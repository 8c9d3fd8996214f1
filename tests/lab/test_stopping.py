"""When the lab says that labelling could stop."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.fakes import Studio
from tests.labs import ANNA, fill
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import Role


def test_nothing_is_said_before_there_are_photos_enough_to_judge_by(lab: Lab, studio: Studio) -> None:
    assert lab.stopping.advice(ANNA) is None
    fill(lab, studio, each=6, labelled=True)
    assert lab.stopping.advice(ANNA) is None


def test_when_the_target_is_reached_on_photos_of_no_training_it_says_so(
    made: tuple[Lab, Parts], studio: Studio
) -> None:
    lab, parts = made
    ids = fill(lab, studio, each=20, labelled=True)
    parts.store.set_holdout(ids[20:])
    advice = lab.stopping.advice(replace(ANNA, role=Role.VIEWER))
    assert advice is not None
    assert advice.reason == "stop.target"
    photos = advice.data["photos"]
    assert isinstance(photos, int) and photos >= 80


def test_labels_that_are_as_good_as_guesses_are_no_reason_to_stop(
    made: tuple[Lab, Parts], studio: Studio
) -> None:
    lab, parts = made
    ids = fill(lab, studio, each=12)
    parts.store.set_holdout(ids)
    rng = np.random.default_rng(0)
    for photo_id in ids:
        lab.review.label(ANNA, photo_id, ("tree", "boat", "cobra")[rng.integers(3)])
    assert lab.stopping.advice(ANNA) is None
