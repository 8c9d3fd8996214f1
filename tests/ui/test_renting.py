"""The models page says what a rented machine would mean, and what long work says, without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes import AGREED, ColourTuner, studio_lab
from tests.lab.tuning.tinted import BASE, TINTS, tinted
from tests.labs import ANNA, BEN
from yogalab.errors import JobNotFound, NotAllowed, RentNoImage
from yogalab.lab.lab import Lab
from yogalab.ports import Tuner
from yogalab.records import Hire, JobLine, Machine, Role
from yogalab.ui.renting import RentingPart

T4 = Machine(name="t4-small", label="Nvidia T4 small", accelerator="T4", dollars_per_hour=0.4)


class Garage:
    """Machines on offer that are never asked to do anything."""

    def account(self) -> str:
        return "anna-on-the-hub"

    def image(self) -> str:
        return "anna/lab"

    def machines(self) -> Sequence[Machine]:
        return [replace(T4, name="cpu", accelerator=""), T4]

    def tuner(self, hire: Hire) -> Tuner:
        return ColourTuner()

    def left(self) -> list[str]:
        return []

    def give_back(self, *, but: str | None = None) -> int:
        return 0


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    made, parts = studio_lab(tmp_path, tuner=ColourTuner())
    parts.encoders.use(BASE)
    made = Lab(replace(parts, rented=Garage()))
    photos = [tinted(slug, seed) for seed in range(7) for slug in TINTS]
    made.photos.add(ANNA, photos, consent=AGREED)
    return made


def test_terms_are_sentences_and_a_mark_to_agree_to(lab: Lab) -> None:
    part = RentingPart(lab)
    offer = part.machines(ANNA, {})
    assert offer == {
        "machines": [{"name": "t4-small", "label": "$0.40 an hour · T4 · Nvidia T4 small"}],
        "minutes": {"least": 5, "usual": 30, "most": 360},
    }
    asked = {"rung": "R3", "machine": "t4-small", "minutes": 31}
    told = part.terms(ANNA, asked)
    assert isinstance(told, dict)
    photos, cost = told["lines"]
    assert "labelled photos leave this computer" in photos and "anna-on-the-hub" in photos
    # Never less than it may come to.
    assert "at most $0.21" in cost and "31 minutes" in cost
    job = part.rent(ANNA, {**asked, "agreed": told["mark"]})
    assert isinstance(job, dict) and job["kind"] == "tune"
    with pytest.raises(NotAllowed):
        part.terms(replace(BEN, role=Role.COACH), asked)


def test_without_a_space_it_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(RentNoImage):
        RentingPart(studio_lab(tmp_path)[0]).machines(ANNA, {})


def test_what_work_says_is_told_in_the_readers_words(tmp_path: Path) -> None:
    lab, parts = studio_lab(tmp_path)
    job = parts.store.add_job("train", {}, who=ANNA.id)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    lines = [
        JobLine(at=at, code="train.labels"),
        JobLine(at=at, code="of.a.newer.lab"),
        JobLine(at=at, text="<b>"),
    ]
    parts.store.add_job_lines(job.id, lines)
    part = RentingPart(lab)
    said = part.said(BEN, {"job": job.id})
    assert isinstance(said, dict)
    assert [line["text"] for line in said["lines"]] == ["Reading the labels", "of.a.newer.lab", "<b>"]
    with pytest.raises(NotAllowed):
        part.said(replace(BEN, role=Role.VIEWER), {"job": job.id})
    with pytest.raises(JobNotFound):
        part.said(BEN, {"job": 404})
