"""Training times side by side, by learners whose outcome is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.bench.seen_photos import embedded_bodies
from tests.bench.test_tuning import workshop
from yogalab.bench.collection import Collection
from yogalab.bench.training import SCRATCH, SKELETON, of_collection, split
from yogalab.errors import BadDataset

SEEN = 3


@pytest.fixture(scope="module")
def bodies() -> Collection:
    return embedded_bodies(12)


def test_every_learner_is_timed_and_asked_the_same_photos(bodies: Collection, tmp_path: Path) -> None:
    shop, fakes = workshop(bodies, clear=0.01)
    taught: list[np.ndarray] = []

    def teach(pixels: object, rows: np.ndarray, y: np.ndarray, poses: int, seed: int) -> object:
        taught.append(rows)
        assert (y == bodies.y[rows]).all() and poses == len(bodies.poses)
        return lambda asked: np.eye(poses)[bodies.y[asked]]

    result = of_collection(bodies, shop, teach, network="made-up", folder=tmp_path, each=SEEN)
    names = [SKELETON, "R2", "clear", SCRATCH]
    assert [one.learner for one in result.durations] == names
    assert all(one.seconds > 0 for one in result.durations)
    beside = {one.learner: one.beside for one in result.durations}
    assert beside[SCRATCH] is None and all(beside[name] for name in names[:-1])
    rows = {row.learner: row for row in result.rows}
    assert set(rows) == set(names) and {row.n for row in rows.values()} == {12}
    assert rows[SCRATCH].top1.mean == 1.0 and rows[SCRATCH].ahead is None
    (request,) = fakes["clear"].asked
    assert request.photo_ids.tolist() == taught[0].tolist() and len(taught[0]) == 3 * SEEN
    written = json.loads(json.dumps(result.to_json()))
    assert (written["format"], written["bench"], written["network"]) == (1, "training", "made-up")
    assert not (tmp_path / "training").exists()


def test_training_photos_are_of_the_training_side_and_no_copies_of_test_photos(bodies: Collection) -> None:
    train, test = split(bodies, 4, 0)
    assert set(bodies.split[train]) == {"train"} and set(bodies.split[test]) == {"test"}
    assert np.bincount(bodies.y[train]).tolist() == [4, 4, 4]
    assert not set(bodies.groups[train]) & set(bodies.groups[test])


def test_without_a_split_there_is_nothing_to_compare(bodies: Collection) -> None:
    from dataclasses import replace

    with pytest.raises(BadDataset):
        split(replace(bodies, split=np.full(len(bodies.y), "")), 4, 0)
