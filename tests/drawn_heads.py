"""A head that was really taught, on a few drawn figures, for tests of what a version says elsewhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from yogalab.learning import ladder
from yogalab.learning.features import features
from yogalab.learning.texts import text_vectors
from yogalab.poses.figures import draw_person
from yogalab.poses.taxonomy import builtin_poses
from yogalab.records import Encodings, Head, TrainingSet
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.encoders import read_encoders
from yogalab.vision.opening import open_encoder

MINI = "yogalab-mini"
POSES = [pose for pose in builtin_poses() if pose.slug in {"tree", "warrior_2", "downward_dog", "chair"}]


@cache
def taught(name: str | None = MINI) -> Head:
    """A head that sees through an encoder, or skeletons alone."""
    rng = np.random.default_rng(3)
    drawn = [(pose.id, *draw_person(pose, rng)) for pose in POSES for _ in range(3)]
    seen = [Encodings(landmarks=body) for _, _, body in drawn]
    texts, dim = None, 0
    if name is not None:
        encoder = open_encoder(read_encoders().row(name))
        vectors = encoder.encode_photos([encoder.picture(pixels, body) for _, pixels, body in drawn])
        pairs = zip(drawn, vectors, strict=True)
        seen = [Encodings(landmarks=body, embedding=vector) for (_, _, body), vector in pairs]
        texts, dim = text_vectors(encoder, POSES), encoder.dim
    numbers = np.arange(len(drawn), dtype=np.int64)
    y = np.array([pose_id for pose_id, _, _ in drawn], dtype=np.int64)
    train = TrainingSet(x=features(seen, dim=dim), y=y, photo_ids=numbers, groups=numbers)
    model = BlazePose(Path()).name
    prior = ladder.zero_shot(POSES, texts=texts, dim=dim, encoder=name, pose_model=model)
    return ladder.retrain(train, prior, pool=None, progress=lambda share, stage: None)
