"""Each loss against figures worked out by hand."""

from __future__ import annotations

from math import exp, log

import pytest
import torch

from yogalab.training.losses import class_texts, contrastive, label_aware, soft_targets

# Three photos, the first two of one pose, and their captions: cosines are the products.
IMAGES = torch.tensor([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
TEXTS = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
LABELS = torch.tensor([0, 0, 1])


def softmax(*figures: float) -> list[float]:
    parts = [exp(figure) for figure in figures]
    return [part / sum(parts) for part in parts]


def divergence(target: list[float], guess: list[float]) -> float:
    return sum(t * log(t / g) for t, g in zip(target, guess, strict=True))


def test_clips_loss_is_the_mean_surprise_at_the_diagonal_both_ways() -> None:
    images, texts = IMAGES[[0, 2]], torch.tensor([[1.0, 0.0], [0.6, 0.8]])
    # Cosines 1, .6 / 0, .8, times 2.
    rows = -log(softmax(2, 1.2)[0]) - log(softmax(0, 1.6)[1])
    columns = -log(softmax(2, 0)[0]) - log(softmax(1.2, 1.6)[1])
    assert contrastive(images, texts, 2.0).item() == pytest.approx((rows / 2 + columns / 2) / 2, abs=1e-6)


def test_cross_entropy_over_class_texts_is_the_surprise_at_the_pose() -> None:
    texts = torch.eye(2)
    surprises = [-log(softmax(3, 0)[0]), -log(softmax(1.8, 2.4)[0]), -log(softmax(0, 3)[1])]
    assert class_texts(IMAGES, texts, LABELS, 3.0).item() == pytest.approx(sum(surprises) / 3, abs=1e-6)
    # The rare pose counts twice: so does its weight in the mean.
    weighted = class_texts(IMAGES, texts, LABELS, 3.0, weights=torch.tensor([1.0, 2.0])).item()
    assert weighted == pytest.approx((surprises[0] + surprises[1] + 2 * surprises[2]) / 4, abs=1e-6)


def test_photos_of_one_pose_share_the_target() -> None:
    target = soft_targets(LABELS, LABELS)
    both, other = exp(10) / (2 * exp(10) + 1), 1 / (2 * exp(10) + 1)
    assert target[0].tolist() == pytest.approx([both, both, other], abs=1e-7)
    assert target[2].tolist() == pytest.approx([*[1 / (exp(10) + 2)] * 2, exp(10) / (exp(10) + 2)], abs=1e-7)
    # One of its kind among two hundred gets .991 (seen in GAP's own batch size).
    assert soft_targets(torch.tensor([0]), torch.arange(200))[0, 0].item() == pytest.approx(0.991, abs=1e-3)


def test_the_label_aware_loss_is_the_divergence_both_ways() -> None:
    target = soft_targets(LABELS, LABELS).tolist()
    cosines = (IMAGES @ TEXTS.T).tolist()
    there = [divergence(t, softmax(*(2 * c for c in row))) for t, row in zip(target, cosines, strict=True)]
    columns = [list(column) for column in zip(*cosines, strict=True)]
    back = [divergence(t, softmax(*(2 * c for c in row))) for t, row in zip(target, columns, strict=True)]
    loss = label_aware(IMAGES, TEXTS, LABELS, 2.0).item()
    assert loss == pytest.approx((sum(there) / 3 + sum(back) / 3) / 2, abs=1e-5)


def test_the_label_aware_loss_of_a_perfect_space_is_nothing_where_clips_is_not() -> None:
    images = torch.eye(2)[[0, 0, 1]]
    assert label_aware(images, images, LABELS, 10.0).item() == pytest.approx(0, abs=1e-5)
    assert contrastive(images, images, 10.0).item() > 0.4


def test_texts_may_be_those_of_the_classes() -> None:
    texts, poses = torch.eye(2), torch.tensor([0, 1])
    assert label_aware(torch.eye(2)[LABELS], texts, LABELS, 10.0, text_labels=poses).item() < 0.01
