"""R1 followed label by label answers what it answers when everything is solved anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.learning.bodies import NOBODY, POSES, bare, person, photos, some
from yogalab.learning import ladder
from yogalab.learning.features import features
from yogalab.learning.refresh import strange
from yogalab.learning.streaming import Stream, most_labels
from yogalab.records import Head, Matrix, Pose, TrainingSet

SLUGS = ("tree", "chair", "boat", "crow", "camel", "bow")
POOL = photos(SLUGS, 8, degrees=35)
EXACT = 1e-5


def prior(poses: list[Pose] | None = None) -> Head:
    return ladder.zero_shot(
        some(SLUGS) if poses is None else poses, texts=None, dim=0, encoder=None, pose_model="studio/1"
    )


def trained() -> Head:
    taught = photos(SLUGS, 2, first=500, degrees=40)
    return ladder.retrain(taught, prior(), pool=None, progress=lambda share, stage: None)


def said(labels: Mapping[int, int], x: Matrix = POOL.x) -> tuple[TrainingSet, NDArray[np.int64]]:
    """Labels by row as a training set in an order of their own; every two rows are near-duplicates."""
    rows = np.array(list(labels), dtype=np.int64)
    y = np.array(list(labels.values()), dtype=np.int64)
    return TrainingSet(x=x[rows], y=y, photo_ids=rows + 100, groups=rows // 2), rows


def follow(base: Head, now: Head, x: Matrix = POOL.x) -> Stream:
    return Stream(base, now, x, base_logits=ladder.logits(base, x), prior_logits=ladder.logits(now, x))


def anew(base: Head, now: Head, labels: Mapping[int, int], x: Matrix = POOL.x) -> tuple[ladder.Refresh, Matrix]:
    refresh = ladder.refresh(base, said(labels, x)[0], prior=now)
    return refresh, ladder.served(base, refresh, x, prior=now)


def pose(slug: str) -> int:
    return POSES[slug].id


def random_walk(rng: np.random.Generator, labels: dict[int, int]) -> None:
    """One label more, changed, or taken back."""
    if labels and rng.random() < 0.4:
        del labels[list(labels)[rng.integers(len(labels))]]
    else:
        labels[int(rng.integers(len(POOL)))] = int(rng.choice(POOL.y))


@pytest.mark.parametrize(("base", "steps"), [(trained(), 10_000), (prior(), 500)], ids=["trained", "prior"])
def test_ten_thousand_labels_edits_and_undos_leave_no_trace(base: Head, steps: int) -> None:
    rng, labels = np.random.default_rng(0), dict[int, int]()
    stream = follow(base, prior())
    for step in range(1, steps + 1):
        random_walk(rng, labels)
        if step % 5 and step != steps:
            # Several labels between two looks are taken in at once.
            continue
        taken = stream.take(*said(labels))
        refresh, answers = taken.refresh, taken.probabilities
        if step % 250 == 0:
            batch, expected = anew(base, prior(), labels)
            np.testing.assert_allclose(answers, expected, atol=EXACT)
            assert refresh.temperature == pytest.approx(batch.temperature, abs=EXACT)
            np.testing.assert_allclose(
                refresh.dual[np.lexsort(refresh.support.T)],
                batch.dual[np.lexsort(batch.support.T)],
                atol=EXACT,
            )


def test_taking_a_label_back_brings_every_guess_back() -> None:
    stream = follow(prior(), prior())
    labels = {row: int(POOL.y[row]) for row in range(0, 48, 3)}
    before = stream.take(*said(labels)).probabilities
    with_one_more = stream.take(*said({**labels, 1: pose("bow")})).probabilities
    after = stream.take(*said(labels)).probabilities
    assert np.abs(with_one_more - before).max() > 0.1
    np.testing.assert_allclose(after, before, atol=1e-6)


def test_without_labels_the_version_answers_as_it_is() -> None:
    base = trained()
    stream = follow(base, prior())
    stream.take(*said({3: pose("boat")}))
    answers = stream.take(*said({})).probabilities
    np.testing.assert_array_equal(answers, ladder.probabilities(base, POOL.x))


def test_many_labels_at_once_are_solved_at_once() -> None:
    stream = follow(trained(), prior())
    everything = {row: int(POOL.y[row]) for row in range(len(POOL))}
    for labels in (everything, {0: pose("crow")}, everything):
        answers = stream.take(*said(labels)).probabilities
        np.testing.assert_allclose(answers, anew(trained(), prior(), labels)[1], atol=EXACT)


def test_answers_a_page_still_holds_do_not_change_under_it() -> None:
    stream = follow(prior(), prior())
    held = stream.take(*said({0: pose("boat")})).probabilities
    copy = held.copy()
    stream.take(*said({0: pose("boat"), 9: pose("crow")}))
    np.testing.assert_array_equal(held, copy)


def test_photos_are_compared_as_the_version_in_use_does_even_before_its_first_label() -> None:
    pictures = np.random.default_rng(0).normal(size=(len(POOL), 8)).astype(np.float32)
    x = np.hstack([POOL.x, pictures / np.linalg.norm(pictures, axis=1, keepdims=True)])
    before = ladder.zero_shot(some(SLUGS), texts=None, dim=8, encoder="clip", pose_model="studio/1")
    base = replace(before, settings={**before.settings, "embedding_share": 0.1})
    stream = follow(before, before, x)
    stream.follow(base, base, base_logits=ladder.logits(base, x), prior_logits=ladder.logits(base, x))
    labels = {0: pose("boat"), 7: pose("crow"), 20: pose("tree")}
    answers = stream.take(*said(labels, x)).probabilities
    np.testing.assert_allclose(answers, anew(base, base, labels, x)[1], atol=EXACT)


def test_it_goes_on_beside_another_version_and_with_a_new_pose() -> None:
    labels = {0: pose("boat"), 7: pose("crow"), 20: pose("tree")}
    stream = follow(prior(), prior())
    stream.take(*said(labels))
    base, now = trained(), prior([*some(SLUGS), bare(POSES["cobra"])])
    kept = {"base_logits": ladder.logits(base, POOL.x), "prior_logits": ladder.logits(now, POOL.x)}
    stream.follow(base, now, **kept)
    for standing in (labels, {**labels, 30: pose("cobra")}, labels):
        taken = stream.take(*said(standing))
        batch, expected = anew(base, now, standing)
        assert taken.refresh.poses == batch.poses
        np.testing.assert_allclose(taken.probabilities, expected, atol=EXACT)


def test_photos_come_go_and_change_their_looks() -> None:
    base = trained()
    labels = {row: int(POOL.y[row]) for row in range(0, 30, 2)}
    stream = follow(base, prior())
    stream.take(*said(labels))
    # Row 0 is deleted, row 2 was found wrongly, three came in between.
    x = np.concatenate([POOL.x[1:20], features([person("tree", 9)] * 2 + [NOBODY], dim=0), POOL.x[20:]])
    origin = np.concatenate([np.arange(1, 20), [-1, -1, -1], np.arange(20, len(POOL))])
    x[1], origin[1] = 0.0, -1
    kept = {"base_logits": ladder.logits(base, x), "prior_logits": ladder.logits(prior(), x)}
    stream.move(x, origin, base, prior(), **kept)
    place = {int(old): new for new, old in enumerate(origin)} | {2: 1}
    moved = {place[row]: y for row, y in labels.items() if row != 0}
    rows = np.array(list(moved))
    later = TrainingSet(
        x=x[rows],
        y=np.array(list(moved.values())),
        photo_ids=np.array([row + 100 for row in labels if row != 0]),
        groups=rows,
    )
    answers = stream.take(later, rows).probabilities
    batch = ladder.refresh(base, later, prior=prior())
    np.testing.assert_allclose(answers, ladder.served(base, batch, x, prior=prior()), atol=EXACT)


def test_a_photo_in_which_nobody_was_found_teaches_nothing() -> None:
    x = np.concatenate([POOL.x, features([NOBODY, NOBODY], dim=0)])
    stream = follow(prior(), prior(), x)
    answers = stream.take(*said({48: pose("boat"), 0: pose("crow")}, x)).probabilities
    np.testing.assert_allclose(
        answers, anew(prior(), prior(), {48: pose("boat"), 0: pose("crow")}, x)[1], atol=EXACT
    )
    assert np.ptp(answers[49]) < 1e-6


def test_how_many_labels_are_kept_falls_with_the_photos() -> None:
    assert most_labels(0) == most_labels(10_000) == 2000
    assert most_labels(100_000) == 1600
    assert most_labels(100_000_000) == 250


def test_what_looks_strange_is_told_with_the_answers() -> None:
    labels = {row: int(POOL.y[row]) for row in range(0, 40, 1) if POOL.y[row] != pose("bow")}
    x = np.concatenate([POOL.x, photos(("goddess", "cobra"), 4, first=900).x])
    taken = follow(prior(), prior(), x).take(*said(labels, x))
    batch = ladder.refresh(prior(), said(labels, x)[0], prior=prior())
    np.testing.assert_array_equal(taken.strange, strange(prior(), batch, x, prior=prior()))
