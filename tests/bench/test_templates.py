"""Templates are measured without a label, and tuned on training photos only."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import numpy as np
import pytest

from tests.bench.bodies import SLUGS, drawn_bodies
from yogalab.bench import templates
from yogalab.bench.collection import Collection
from yogalab.poses.taxonomy import builtin_poses
from yogalab.poses.templates import drafts


@pytest.fixture(scope="module")
def bodies() -> Collection:
    """Three poses: of each four training photos and two test photos."""
    drawn = drawn_bodies()
    return replace(drawn, split=np.where(np.arange(len(drawn.y)) % 6 < 4, "train", "test"))


def test_drafts_and_tuned_templates_are_asked_the_same_photos(bodies: Collection) -> None:
    rows = templates.run(bodies)
    assert {(row.templates, row.photos, row.poses, row.n) for row in rows} == {
        (which, photos, poses, n)
        for which in ("drafts", "tuned")
        for photos, n in (("train", 12), ("untuned", 6))
        for poses in (len(SLUGS), len(builtin_poses()))
    }
    assert all(0.5 < row.top1 <= row.top5 <= 1 for row in rows if row.poses == len(SLUGS))
    few, many = (row for row in rows if row.templates == "drafts" and row.photos == "train")
    assert many.top1 <= few.top1


def test_tuning_never_looks_at_test_photos(bodies: Collection) -> None:
    spoilt = bodies.x.copy()
    spoilt[bodies.split == "test", 1:] = 9
    assert templates.tuned(replace(bodies, x=spoilt)) == templates.tuned(bodies)


def test_poses_without_photos_keep_their_drafts_as_measured(bodies: Collection) -> None:
    written = tomllib.loads(templates.tuned(bodies))
    assert written["poses"].keys() == set(SLUGS)
    assert all(written["poses"][slug].keys() == drafts()[slug].keys() for slug in SLUGS)
