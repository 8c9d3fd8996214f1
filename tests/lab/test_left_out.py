"""What counts as never seen by an encoder that was tuned."""

from __future__ import annotations

import numpy as np

from tests.lab.standins import people
from yogalab.lab import left_out
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.learning.features import features, layout_of
from yogalab.records import Encodings, TrainingSet, tuned_name

TUNED = tuned_name("colour/1", "R3", "0" * 12)


def test_a_copy_of_a_tuned_photo_counts_as_seen(made: tuple[Lab, Parts]) -> None:
    parts = made[1]
    tuned, copy = people(parts, ["tree", "boat"], group=1)
    (other,) = people(parts, ["cobra"])
    pulled, without = np.array([1, 0, 0], np.float32), np.array([0, 1, 0], np.float32)
    left_out.keep(parts.store, TUNED, {tuned: without})
    ids = np.array([tuned, copy, other], np.int64)
    groups = np.array([parts.store.photo(photo_id).group for photo_id in ids.tolist()], np.int64)
    x = features([Encodings(embedding=pulled)] * 3, dim=3)
    seen = left_out.unseen(
        parts.store, TUNED, TrainingSet(x=x, y=np.array([1, 1, 2]), photo_ids=ids, groups=groups)
    )
    assert seen.photo_ids.tolist() == [tuned, other]
    part = layout_of(x.shape[1]).embedding
    np.testing.assert_array_equal(seen.x[:, part], [without, pulled])
