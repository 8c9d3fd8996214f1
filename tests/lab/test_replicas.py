"""Two servers of one lab on PostgreSQL, each with a memory of its own: what one is told, the other knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import Studio, studio_lab
from tests.keeping.servers import postgres
from tests.labs import ANNA, BEN, fill, probabilities, worked_off
from yogalab.errors import PhotoNotFound
from yogalab.lab.grid import PhotoFilter
from yogalab.lab.lab import Lab


@pytest.fixture
def labs(tmp_path: Path, studio: Studio) -> Iterator[tuple[Lab, Lab]]:
    with postgres() as url:
        one, _ = studio_lab(tmp_path, studio=studio, database=url)
        other, _ = studio_lab(tmp_path, studio=studio, database=url)
        yield one, other
        one.close()
        other.close()


def _in_hand(lab: Lab, coach: object) -> set[int]:
    return {card.photo.id for card in lab.review.queue(coach)}  # type: ignore[arg-type]


def test_what_one_server_is_told_the_other_knows(labs: tuple[Lab, Lab], studio: Studio) -> None:
    one, other = labs
    assert len(other.photos.grid(BEN, PhotoFilter()).tiles) == 0
    photos = fill(one, studio, each=4)
    assert len(other.photos.grid(BEN, PhotoFilter()).tiles) == len(photos)
    # No photo is before two coaches, whichever servers they are at.
    assert not _in_hand(one, ANNA) & _in_hand(other, BEN)
    before = probabilities(other, photos[-1])
    for photo, pose in zip(photos, ("tree", "warrior_2", "downward_dog", "cobra", "boat"), strict=False):
        one.review.label(ANNA, photo, pose)
    after = probabilities(other, photos[-1])
    assert after != before
    np.testing.assert_allclose(list(after.values()), list(probabilities(one, photos[-1]).values()), atol=1e-6)
    label = other.review.card(BEN, photos[0]).label
    assert label is not None and label.coaches == (ANNA.id,)
    # Taken back at the other server, which has not heard her label.
    other.review.undo(ANNA)
    assert one.review.card(BEN, photos[4]).label is None
    one.poses.add(ANNA, "Sleeping otter")
    assert other.poses.pose(BEN, "sleeping_otter").name == "Sleeping otter"
    worked_off(one, one.versions.train(ANNA).id)
    assert (one.answering(ANNA), other.answering(BEN)) == (1, 1)
    one.photos.picture(ANNA, photos[2])
    assert one.photos.delete(ANNA, photos[2:4]) == 2
    assert len(other.photos.grid(BEN, PhotoFilter()).tiles) == len(photos) - 2
    with pytest.raises(PhotoNotFound):
        other.photos.picture(BEN, photos[2])
    assert other.photos.known(BEN, studio.draw("tree", 0).data).id == photos[0]
