"""Short ways to say what tests of the lab do again and again."""

from __future__ import annotations

from tests.fakes import AGREED, Studio
from yogalab.lab.lab import Lab
from yogalab.records import Coach, Job

POSES = ("tree", "warrior_2", "downward_dog", "cobra", "boat")
ANNA = Coach(id="anna", name="Anna")
BEN = Coach(id="ben", name="Ben")


def fill(lab: Lab, studio: Studio, *, each: int = 6, labelled: bool = False) -> list[int]:
    uploads = [
        studio.draw(slug, seed, label=slug if labelled else None) for seed in range(each) for slug in POSES
    ]
    return lab.photos.add(ANNA, uploads, consent=AGREED).new


def guess(lab: Lab, photo_id: int) -> str:
    prediction = lab.review.card(ANNA, photo_id).prediction
    assert prediction is not None
    return prediction.best.slug


def probabilities(lab: Lab, photo_id: int) -> dict[str, float]:
    prediction = lab.review.card(ANNA, photo_id).prediction
    assert prediction is not None
    return {scored.slug: scored.probability for scored in prediction.ranked}


def worked_off(lab: Lab, job_id: int) -> Job:
    """The job, done."""
    return lab._parts.jobs.run(job_id)
