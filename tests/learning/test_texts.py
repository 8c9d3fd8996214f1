"""Sentences as vectors."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import ColourEncoder
from yogalab.learning.priors import TEMPERATURE, spoken
from yogalab.learning.texts import TEXT_SCALE, text_vectors
from yogalab.poses.prompts import sentences
from yogalab.poses.taxonomy import builtin_poses


def test_a_pose_is_the_mean_of_its_sentences_as_long_as_they_are_sure() -> None:
    encoder = ColourEncoder()
    encoder.text_scale = 25.0
    poses = builtin_poses()[:3]
    found = text_vectors(encoder, poses)
    assert np.linalg.norm(found, axis=1) == pytest.approx([0.25] * 3, abs=1e-5)
    mean = encoder.encode_texts(sentences(poses[1])).mean(axis=0)
    assert found[1] / 0.25 == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


def test_an_encoder_is_not_asked_about_poses_it_has_never_seen() -> None:
    encoder = ColourEncoder()
    poses = builtin_poses()[:3]
    encoder.taught = frozenset({poses[0].slug, poses[2].slug})
    assert list(np.abs(text_vectors(encoder, poses)).max(axis=1) > 0) == [True, False, True]


def test_sentences_decide_among_the_poses_they_speak_of() -> None:
    # The body says .2, .3, .5. Sentences speak of the first two and make the first four times likelier than the
    # second: .8 to .3 of the half that is theirs.
    texts = np.array([[np.log(4), 0], [0, 1], [0, 0]], np.float32) * (TEMPERATURE / TEXT_SCALE)
    logits = np.log(np.array([[0.2, 0.3, 0.5]], np.float32))
    found = np.exp(spoken(logits, np.array([[1, 0]], np.float32), texts))
    assert found[0] == pytest.approx([0.5 * 0.8 / 1.1, 0.5 * 0.3 / 1.1, 0.5], abs=1e-5)


def test_without_a_sentence_the_body_speaks_alone() -> None:
    logits = np.log(np.array([[0.2, 0.8]], np.float32))
    assert spoken(logits, np.ones((1, 2), np.float32), np.zeros((2, 2), np.float32)) == pytest.approx(logits)
