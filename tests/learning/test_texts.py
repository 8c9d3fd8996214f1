"""Sentences as vectors."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import ColourEncoder
from yogalab.learning.texts import text_vectors
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
