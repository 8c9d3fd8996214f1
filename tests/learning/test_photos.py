"""What the ladder reaches on real photos seen by the real BlazePose: a sample of `bench few-shot`."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from yogalab.learning import ladder
from yogalab.learning.features import features
from yogalab.poses.taxonomy import builtin_poses
from yogalab.records import Encodings, TrainingSet, Upload
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.intake import ParallelReader

PHOTOS = Path(__file__).parents[3] / "shared" / "photos"
EACH = 12
pytestmark = [
    pytest.mark.photos,
    pytest.mark.slow,
    pytest.mark.skipif(not PHOTOS.is_dir(), reason="the real photos are not beside the project"),
]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[np.ndarray, np.ndarray]:
    """(x, y): EACH photos of every pose, and the column of each one's pose."""
    by_pose: dict[str, list[str]] = {}
    with (PHOTOS / "manifest.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            by_pose.setdefault(row["pose"], []).append(row["file"])
    rng = np.random.default_rng(0)
    chosen = [
        (column, name)
        for column, pose in enumerate(sorted(by_pose))
        for name in rng.choice(by_pose[pose], EACH, replace=False)
    ]
    reader = ParallelReader(BlazePose(tmp_path_factory.mktemp("models")))
    seen = reader.read_many(Upload(name=name, data=(PHOTOS / name).read_bytes()) for _, name in chosen)
    encodings = [Encodings(landmarks=one.people[0] if one.people else None) for one in seen]
    return features(encodings, dim=0), np.array([column for column, _ in chosen])


def test_templates_and_a_few_labels_name_real_poses(sample: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = sample
    known = {pose.slug: pose for pose in builtin_poses()}
    slugs = sorted(folder.name for folder in PHOTOS.iterdir() if folder.is_dir())
    prior = ladder.zero_shot(
        [known[slug] for slug in slugs], texts=None, dim=0, encoder=None, pose_model="blazepose"
    )
    untaught = float((ladder.probabilities(prior, x).argmax(axis=1) == y).mean())
    assert untaught > 0.65

    rows = np.arange(len(y))
    teach = rows % EACH < 6
    train = TrainingSet(x=x[teach], y=prior.pose_ids[y[teach]], photo_ids=rows[teach], groups=rows[teach])
    head = ladder.retrain(train, prior, pool=None, progress=lambda share, stage: None)
    best = ladder.probabilities(head, x[~teach]).argmax(axis=1)
    before = ladder.probabilities(prior, x[~teach]).argmax(axis=1)
    assert (best == y[~teach]).mean() > max(0.7, (before == y[~teach]).mean())
