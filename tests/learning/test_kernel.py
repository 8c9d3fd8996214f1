"""Likeness: 1 with itself and with its mirror image, none where nothing was seen."""

from __future__ import annotations

import numpy as np
import pytest

from tests.learning.bodies import NOBODY, mirrored, person
from yogalab.learning.features import Layout, features
from yogalab.learning.kernel import kernel
from yogalab.records import Encodings

SLUGS = ("tree", "boat", "triangle", "cobra", "crow")


def test_it_is_the_mean_over_a_body_and_its_mirror_image() -> None:
    people = [person(slug, 1) for slug in SLUGS]
    x, turned = features(people, dim=0), features([mirrored(one) for one in people], dim=0)
    body = slice(1, Layout(0).odd.stop)
    straight = ((x[:, None, body] - x[None, :, body]) ** 2).sum(-1)
    across = ((x[:, None, body] - turned[None, :, body]) ** 2).sum(-1)
    by_hand = (np.exp(-0.28 * straight) + np.exp(-0.28 * across)) / 2
    np.testing.assert_allclose(kernel(x, x, embedding_share=0.0), by_hand, atol=1e-5)


def test_a_mirror_image_is_as_alike_as_the_body() -> None:
    others = features([person(slug, 2) for slug in SLUGS], dim=0)
    one = person("triangle", 7)
    rows = kernel(features([one, mirrored(one)], dim=0), others, embedding_share=0.0)
    np.testing.assert_allclose(rows[0], rows[1], atol=1e-5)


def test_nobody_is_like_nobody() -> None:
    x = features([NOBODY, person("tree", 0)], dim=0)
    alike = kernel(x, x, embedding_share=0.0)
    assert alike[0].tolist() == [0, 0]
    assert alike[1, 1] > 0.5


def test_pictures_count_by_tip_adapters_formula_and_only_where_both_are_there() -> None:
    a, b = np.array([1, 0], np.float32), np.array([0.6, 0.8], np.float32)
    x = features([Encodings(embedding=a), Encodings(embedding=b), NOBODY], dim=2)
    alike = kernel(x, x, embedding_share=0.5)
    assert alike[0, 1] == pytest.approx(0.5 * np.exp(-5.5 * (1 - 0.6)), rel=1e-5)
    assert alike[0, 0] == pytest.approx(0.5)
    assert not alike[2].any()


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    x = features([person(slug, seed) for slug in SLUGS for seed in range(3)], dim=0)
    whole = kernel(x, x, embedding_share=0.0)
    monkeypatch.setattr("yogalab.learning.kernel._BLOCK", 20)
    np.testing.assert_allclose(kernel(x, x, embedding_share=0.0), whole, atol=1e-5)
