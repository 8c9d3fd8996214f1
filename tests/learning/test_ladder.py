"""The rungs: what a coach gets before, at and after a training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.learning.bodies import NOBODY, POSES, bare, mirrored, person, photos, some
from yogalab.errors import Cancelled, TooFewLabels
from yogalab.learning import ladder
from yogalab.learning.features import features
from yogalab.records import Head, Matrix, Pose, TrainingSet

SLUGS = ("tree", "chair", "boat", "crow", "camel", "bow", "child", "goddess")


def prior(poses: list[Pose] | None = None) -> Head:
    return ladder.zero_shot(
        some(SLUGS) if poses is None else poses, texts=None, dim=0, encoder=None, pose_model="studio/1"
    )


def quiet(share: float, stage: str) -> None:
    """Nobody watches."""


def right(head: Head, test: TrainingSet) -> float:
    best = ladder.probabilities(head, test.x).argmax(axis=1)
    return float((head.pose_ids[best] == test.y).mean())


def shuffled(train: TrainingSet, rng: np.random.Generator) -> TrainingSet:
    order = rng.permutation(len(train))
    return TrainingSet(
        x=train.x[order], y=train.y[order], photo_ids=train.photo_ids[order], groups=train.groups[order]
    )


def test_before_any_label_templates_name_most_bodies() -> None:
    assert right(prior(), photos(SLUGS, 5)) > 0.8


def test_a_few_labels_make_it_better_than_templates_alone() -> None:
    head = ladder.retrain(photos(SLUGS, 10, degrees=80), prior(), pool=None, progress=quiet)
    test = photos(SLUGS, 25, first=1000, degrees=80)
    assert right(head, test) > right(prior(), test) + 0.03


def test_labels_teach_poses_that_no_template_describes() -> None:
    bare_ones = prior([bare(pose) for pose in some(SLUGS)])
    head = ladder.retrain(photos(SLUGS, 3), bare_ones, pool=None, progress=quiet)
    assert right(head, photos(SLUGS, 5, first=1000)) > 0.8


def test_one_made_up_pose_among_known_ones_is_learnt_from_three_photos() -> None:
    poses = [bare(pose) if pose.slug == "crow" else pose for pose in some(SLUGS)]
    crow = photos(("crow",), 6, first=1000)
    assert right(prior(poses), crow) == 0
    train = photos(SLUGS, 3)
    assert right(ladder.retrain(train, prior(poses), pool=None, progress=quiet), crow) > 0.6


def test_shuffled_labels_teach_nothing() -> None:
    bare_ones = prior([bare(pose) for pose in some(SLUGS)])
    train = photos(SLUGS, 8)
    wrong = replace(train, y=np.random.default_rng(0).permutation(train.y))
    head = ladder.retrain(wrong, bare_ones, pool=None, progress=quiet)
    assert right(head, photos(SLUGS, 10, first=1000)) < 0.35


def test_the_order_of_labels_leaves_no_trace_in_any_bit() -> None:
    train = photos(SLUGS, 3)
    one = ladder.retrain(train, prior(), pool=None, progress=quiet)
    other = ladder.retrain(shuffled(train, np.random.default_rng(1)), prior(), pool=None, progress=quiet)
    assert one.temperature == other.temperature
    assert one.settings == other.settings
    for name, array in one.arrays.items():
        assert array.tobytes() == other.arrays[name].tobytes(), name


def test_a_mirror_image_gets_the_same_answer() -> None:
    head = ladder.retrain(photos(SLUGS, 2), prior(), pool=None, progress=quiet)
    one = person("tree", 77)
    both = ladder.probabilities(head, features([one, mirrored(one)], dim=0))
    np.testing.assert_allclose(both[0], both[1], atol=1e-4)


def test_probabilities_sum_to_one_and_nobody_is_anybodys_guess() -> None:
    x = features([NOBODY, person("tree", 0)], dim=0)
    for head in (prior(), ladder.retrain(photos(SLUGS, 2), prior(), pool=None, progress=quiet)):
        answers = ladder.probabilities(head, x)
        np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)
        assert np.ptp(answers[0]) < 1e-6


def test_training_needs_two_poses() -> None:
    with pytest.raises(TooFewLabels) as error:
        ladder.retrain(photos(("tree",), 3), prior(), pool=None, progress=quiet)
    assert error.value.data == {"labels": 3, "poses": 1}


def test_a_training_can_be_stopped_and_tells_how_far_it_is() -> None:
    heard: list[float] = []

    def stop(share: float, stage: str) -> None:
        heard.append(share)
        if share > 0.5:
            raise Cancelled()

    with pytest.raises(Cancelled):
        ladder.retrain(photos(SLUGS, 2), prior(), pool=None, progress=stop)
    assert heard == sorted(heard)


def test_left_out_answers_are_worse_than_learnt_by_heart_and_about_as_good_as_on_new_photos() -> None:
    train = photos(SLUGS, 6, degrees=40)
    head = ladder.retrain(train, prior(), pool=None, progress=quiet)
    place = {int(i): k for k, i in enumerate(head.pose_ids)}
    columns = np.array([place[int(i)] for i in train.y])
    out = ladder.leave_one_out(head, train)
    left_out = float((out.argmax(axis=1) == columns).mean())
    assert left_out < right(head, train)
    assert left_out == pytest.approx(right(head, photos(SLUGS, 12, first=1000, degrees=40)), abs=0.12)


def test_left_out_answers_come_in_the_order_they_were_asked_in() -> None:
    train = photos(SLUGS, 3)
    head = ladder.retrain(train, prior(), pool=None, progress=quiet)
    order = np.random.default_rng(2).permutation(len(train))
    mixed = TrainingSet(
        x=train.x[order], y=train.y[order], photo_ids=train.photo_ids[order], groups=train.groups[order]
    )
    np.testing.assert_array_equal(ladder.leave_one_out(head, mixed), ladder.leave_one_out(head, train)[order])


def test_left_out_answers_bear_a_pose_the_version_never_heard_of() -> None:
    train = photos(SLUGS, 3)
    head = ladder.retrain(train, prior(), pool=None, progress=quiet)
    y = train.y.copy()
    y[:3] = 999
    out = ladder.leave_one_out(head, replace(train, y=y))
    np.testing.assert_allclose(out.sum(axis=1), 1, atol=1e-5)


def test_a_wrong_label_stands_out_among_left_out_answers() -> None:
    train = photos(SLUGS, 8)
    y = train.y.copy()
    y[0] = POSES["boat"].id
    head = ladder.retrain(replace(train, y=y), prior(), pool=None, progress=quiet)
    out = ladder.leave_one_out(head, replace(train, y=y))
    place = {int(i): k for k, i in enumerate(head.pose_ids)}
    believed = out[np.arange(len(y)), [place[int(i)] for i in y]]
    assert int(believed.argmin()) == 0


def test_answers_are_about_as_sure_as_they_are_right() -> None:
    head = ladder.retrain(photos(SLUGS, 6, degrees=30), prior(), pool=None, progress=quiet)
    test = photos(SLUGS, 25, first=1000, degrees=30)
    answers = ladder.probabilities(head, test.x)
    assert answers.max(axis=1).mean() == pytest.approx(right(head, test), abs=0.08)


def test_many_labels_go_through_anchors_and_answer_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    train, test = photos(SLUGS, 10), photos(SLUGS, 5, first=1000)
    exact = ladder.retrain(train, prior(), pool=None, progress=quiet)
    monkeypatch.setattr(ladder, "EXACT", 40)
    monkeypatch.setattr(ladder, "ANCHORS", 40)
    short = ladder.retrain(train, prior(), pool=None, progress=quiet)
    assert len(short.arrays["support"]) == 40
    assert right(short, test) >= right(exact, test) - 0.05


def test_texts_speak_where_nobody_is_found() -> None:
    texts = np.eye(2, dtype=np.float32)
    head = ladder.zero_shot(some(("tree", "boat")), texts=texts, dim=2, encoder="toy", pose_model="studio/1")
    x = features([replace(NOBODY, embedding=texts[1])], dim=2)
    assert ladder.probabilities(head, x)[0].argmax() == 1


def test_pictures_are_learnt_from_where_skeletons_say_nothing() -> None:
    rng = np.random.default_rng(0)
    reds, blues = rng.normal((5, 0), 1, (12, 2)), rng.normal((0, 5), 1, (12, 2))
    vectors = np.concatenate([reds, blues])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    x = features([replace(NOBODY, embedding=v.astype(np.float32)) for v in vectors], dim=2)
    y = np.repeat([POSES["tree"].id, POSES["boat"].id], 12)
    ids = np.arange(24, dtype=np.int64)
    head = ladder.zero_shot(some(("tree", "boat")), texts=None, dim=2, encoder="toy", pose_model="studio/1")
    train = TrainingSet(x=x[::2], y=y[::2], photo_ids=ids[::2], groups=ids[::2])
    taught = ladder.retrain(train, head, pool=None, progress=quiet)
    best = ladder.probabilities(taught, x[1::2]).argmax(axis=1)
    assert (taught.pose_ids[best] == y[1::2]).all()


def test_a_version_stays_small() -> None:
    head = ladder.retrain(photos(SLUGS, 10), prior(), pool=None, progress=quiet)
    per_label = sum(array.nbytes for array in head.arrays.values()) / 80
    # With 82 poses instead of 8, 2,000 labels stay below 10 MB.
    assert 2000 * (per_label + 4 * 74) < 10e6


def embedded(train: TrainingSet, vectors: Matrix) -> TrainingSet:
    """The same bodies, seen by an encoder too."""
    return replace(train, x=np.concatenate([train.x, vectors.astype(np.float32)], axis=1))


def test_an_encoder_that_knows_its_own_photos_by_heart_is_not_trusted_with_others() -> None:
    rng = np.random.default_rng(0)
    dim = len(SLUGS)
    poses = [bare(pose) for pose in some(SLUGS)]
    start = ladder.zero_shot(poses, texts=None, dim=dim, encoder="tuned", pose_model="studio/1")
    train, test = photos(SLUGS, 5, degrees=40), photos(SLUGS, 10, first=1000, degrees=40)
    noise = [rng.standard_normal((len(some), dim)) for some in (train, test)]
    noise = [vectors / np.linalg.norm(vectors, axis=1, keepdims=True) for vectors in noise]
    learnt, unseen = embedded(train, np.eye(dim)[np.arange(len(train)) // 5]), embedded(train, noise[0])
    asked = embedded(test, noise[1])
    trusting = ladder.retrain(learnt, start, pool=None, progress=quiet)
    careful = ladder.retrain(learnt, start, pool=None, progress=quiet, unseen=unseen)
    assert careful.settings["embedding_share"] < trusting.settings["embedding_share"]
    assert right(careful, asked) > right(trusting, asked) + 0.1
    # What it keeps are the photos as they will be met, not as they were judged.
    assert {row.tobytes() for row in careful.arrays["support"]} <= {row.tobytes() for row in learnt.x}
