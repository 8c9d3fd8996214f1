"""What an encoder's sentences say of poses, as the vectors that photos are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from yogalab.ports import Encoder
from yogalab.poses.prompts import sentences
from yogalab.records import Matrix, Pose

# CLIP's own logit scale: its image-text softmax was trained at 100 (arXiv 2103.00020, section 2.5).
TEXT_SCALE: Final = 100.0


def text_vectors(encoder: Encoder, poses: Sequence[Pose]) -> Matrix:
    """Return a vector a pose, (K, dim): its sentences encoded, averaged, and as long as they may be sure.

    Of unit length for an encoder whose cosines count as much as CLIP's, shorter for one that is less sure: a
    product with a photo's embedding, times TEXT_SCALE, is a logit. 0 for a pose that the encoder has never
    seen: what a small one says there is worth nothing (models/LOG.md). Raises EncoderError.
    """
    prompts = [sentences(pose) for pose in poses]
    vectors = encoder.encode_texts([sentence for some in prompts for sentence in some])
    parts = np.split(vectors, np.cumsum([len(some) for some in prompts])[:-1])
    means = np.stack([part.mean(axis=0) for part in parts])
    length = encoder.text_scale / TEXT_SCALE
    vectors = np.asarray(means * (length / np.linalg.norm(means, axis=1, keepdims=True)), dtype=np.float32)
    if encoder.taught is not None:
        vectors[[pose.slug not in encoder.taught for pose in poses]] = 0
    return vectors
