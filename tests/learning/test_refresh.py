"""R1: a label counts at once, and taking it back leaves nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.learning.bodies import NOBODY, POSES, bare, person, photos, some
from yogalab.learning import ladder
from yogalab.learning.features import features
from yogalab.records import Head, Pose, TrainingSet

SLUGS = ("tree", "chair", "boat", "crow", "camel", "bow")


def prior(poses: list[Pose] | None = None) -> Head:
    return ladder.zero_shot(
        some(SLUGS) if poses is None else poses, texts=None, dim=0, encoder=None, pose_model="studio/1"
    )


def quiet(share: float, stage: str) -> None:
    """Nobody watches."""


def first(train: TrainingSet, n: int) -> TrainingSet:
    return TrainingSet(x=train.x[:n], y=train.y[:n], photo_ids=train.photo_ids[:n], groups=train.groups[:n])


def answer(base: Head, later: TrainingSet, x: np.ndarray, before: Head) -> np.ndarray:
    return ladder.served(base, ladder.refresh(base, later, prior=before), x, prior=before)


def test_without_later_labels_the_version_answers_as_it_is() -> None:
    base, none = prior(), first(photos(SLUGS, 1), 0)
    test = photos(SLUGS, 3, first=500)
    np.testing.assert_array_equal(answer(base, none, test.x, base), ladder.probabilities(base, test.x))


def test_a_corrected_photo_and_its_like_are_right_at_once() -> None:
    base = prior([*some(SLUGS), bare(POSES["goddess"])])
    trees = photos(("tree",), 4, first=300, degrees=4)
    called_goddess = replace(first(trees, 1), y=np.array([POSES["goddess"].id]))
    before = answer(base, first(trees, 0), trees.x, base).argmax(axis=1)
    after = answer(base, called_goddess, trees.x, base)
    assert (before == 0).all()
    assert after[0].argmax() == len(SLUGS)
    assert after[1:, -1].mean() > 0.2


def test_a_trained_version_is_corrected_too() -> None:
    base = ladder.retrain(photos(SLUGS, 2, degrees=40), prior(), pool=None, progress=quiet)
    new = photos(SLUGS, 10, first=900, degrees=40)
    place = {int(i): k for k, i in enumerate(base.pose_ids)}
    columns = np.array([place[int(i)] for i in new.y])
    wrong = np.flatnonzero(ladder.probabilities(base, new.x).argmax(axis=1) != columns)
    assert len(wrong) >= 3
    corrected = answer(base, new, new.x, prior()).argmax(axis=1)
    assert (corrected[wrong] == columns[wrong]).mean() > 0.9


def test_taking_a_label_back_restores_every_bit() -> None:
    base, train, test = prior(), photos(SLUGS, 4), photos(SLUGS, 4, first=700)
    before = answer(base, first(train, 10), test.x, base)
    answer(base, first(train, 11), test.x, base)
    again = answer(base, first(train, 10), test.x, base)
    assert before.tobytes() == again.tobytes()


def test_the_order_in_which_labels_came_leaves_no_trace() -> None:
    base, train, test = prior(), photos(SLUGS, 4), photos(SLUGS, 4, first=700)
    order = np.random.default_rng(0).permutation(len(train))
    mixed = TrainingSet(
        x=train.x[order], y=train.y[order], photo_ids=train.photo_ids[order], groups=train.groups[order]
    )
    assert answer(base, train, test.x, base).tobytes() == answer(base, mixed, test.x, base).tobytes()


def test_logits_kept_from_before_give_the_same_answers() -> None:
    base = ladder.retrain(photos(SLUGS, 3), prior(), pool=None, progress=quiet)
    now = prior([*some(SLUGS), *some(("cobra",))])
    later, x = photos(("cobra",), 2, first=300), photos(SLUGS, 3, first=700).x
    refresh = ladder.refresh(base, later, prior=now)
    kept = ladder.served(
        base, refresh, x, prior=now, base_logits=ladder.logits(base, x), prior_logits=ladder.logits(now, x)
    )
    np.testing.assert_array_equal(kept, ladder.served(base, refresh, x, prior=now))


def test_serving_leaves_the_kept_logits_alone() -> None:
    base, train = prior(), photos(SLUGS, 2)
    kept = ladder.logits(base, train.x)
    copy = kept.copy()
    refresh = ladder.refresh(base, train, prior=base)
    ladder.served(base, refresh, train.x, prior=base, base_logits=kept, prior_logits=kept)
    np.testing.assert_array_equal(kept, copy)


def test_a_pose_added_after_the_version_is_suggested_at_once_and_after_one_label_without_template() -> None:
    base = ladder.retrain(photos(SLUGS, 4), prior(), pool=None, progress=quiet)
    cobra = photos(("cobra",), 5, first=300, degrees=4)
    known = prior([*some(SLUGS), *some(("cobra",))])
    refresh = ladder.refresh(base, first(cobra, 0), prior=known)
    assert [pose.slug for pose in refresh.poses] == [*SLUGS, "cobra"]
    made_up = prior([*some(SLUGS), bare(POSES["cobra"])])
    silent = answer(base, first(cobra, 0), cobra.x, made_up).argmax(axis=1)
    taught = answer(base, first(cobra, 1), cobra.x, made_up).argmax(axis=1)
    assert (silent != len(SLUGS)).all()
    assert (taught == len(SLUGS)).all()


def test_it_learns_nearly_what_a_training_learns() -> None:
    train, test = photos(SLUGS, 5, degrees=25), photos(SLUGS, 20, first=2000, degrees=25)
    base = prior()
    head = ladder.retrain(train, base, pool=None, progress=quiet)
    trained = (head.pose_ids[ladder.probabilities(head, test.x).argmax(axis=1)] == test.y).mean()
    fresh = (base.pose_ids[answer(base, train, test.x, base).argmax(axis=1)] == test.y).mean()
    assert fresh > trained - 0.03


def test_nobody_stays_anybodys_guess_whatever_is_taught() -> None:
    base = prior([bare(pose) if pose.slug == "crow" else pose for pose in some(SLUGS)])
    answers = answer(base, photos(SLUGS, 1), features([NOBODY], dim=0), base)
    assert np.ptp(answers) < 1e-6


def test_one_more_person_does_not_change_what_others_are_called() -> None:
    base, train = prior(), photos(SLUGS, 3)
    x = photos(SLUGS, 3, first=700).x
    refresh = ladder.refresh(base, train, prior=base)
    together = ladder.served(base, refresh, x, prior=base)
    alone = np.concatenate([ladder.served(base, refresh, row[None], prior=base) for row in x])
    np.testing.assert_allclose(together, alone, atol=1e-4)
    assert person("tree", 0).landmarks is not None
