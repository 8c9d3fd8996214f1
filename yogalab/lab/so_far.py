"""What the first labels that were given would have made of the model: a few of them, and more and more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from yogalab.lab.ledger import named
from yogalab.lab.served import Served
from yogalab.lab.snapshot import Snapshot
from yogalab.learning import ladder
from yogalab.records import Resolved


def drawn_at_random(snapshot: Snapshot) -> dict[int, Resolved]:
    """Return the photos kept aside for judging whose pose is known: only these say how good a model is."""
    return {
        photo_id: answer
        for photo_id, answer in named(snapshot.resolved).items()
        if photo_id in snapshot.row and snapshot.holdout[snapshot.row[photo_id]]
    }


def in_order(snapshot: Snapshot) -> list[Resolved]:
    """Return the answers that teach, in the order they were given."""
    taught = (
        answer
        for photo_id, answer in named(snapshot.resolved).items()
        if photo_id in snapshot.row and snapshot.photos[photo_id].teaches
    )
    return sorted(taught, key=lambda answer: answer.seq)


def right_by_size(
    served: Served, taught: Sequence[Resolved], asked: Mapping[int, Resolved], sizes: Sequence[int]
) -> NDArray[np.bool_]:
    """Return which of the asked photos the first so many labels answer rightly, (s, n); 0: the prior."""
    photos, prior = served.training_set(dict(asked)), served.prior
    right = []
    for size in sizes:
        if size == 0:
            right.append(prior.pose_ids[ladder.probabilities(prior, photos.x).argmax(axis=1)] == photos.y)
            continue
        part = served.training_set({answer.photo_id: answer for answer in taught[:size]})
        refresh = ladder.refresh(prior, part, prior=prior)
        said = ladder.served(prior, refresh, photos.x, prior=prior).argmax(axis=1)
        right.append(refresh.pose_ids[said] == photos.y)
    return np.array(right)
