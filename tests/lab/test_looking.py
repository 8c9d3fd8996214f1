"""A new recipe of the pose model, and skeletons that are only faint."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.fakes import AGREED, Studio, studio_lab
from yogalab.lab.looking import LOOK
from yogalab.records import FAINT, CanonicalPhoto, Coach, JobState, Landmarks, Role, Upload

OWNER = Coach(id="ana", name="Ana", role=Role.OWNER)


class Faintly(Studio):
    """Sees everybody only faintly."""

    def find(self, pixels: np.ndarray) -> tuple[Landmarks, ...]:
        return (replace(somebody(), found_by=FAINT, trust=0.3),)

    def people(self, photo: CanonicalPhoto) -> tuple[Landmarks, ...]:
        return tuple(replace(one, found_by=FAINT, trust=0.3) for one in super().people(photo))


class Anew(Studio):
    """The same studio after an upgrade: sees somebody in every photo."""

    name = "studio/2"

    def people(self, photo: CanonicalPhoto) -> tuple[Landmarks, ...]:
        return (somebody(),)


def somebody() -> Landmarks:
    rng = np.random.default_rng(0)
    return Landmarks(
        points=rng.random((33, 4), dtype=np.float32),
        world=rng.normal(size=(33, 3)).astype(np.float32),
        aspect=1.0,
        trust=0.8,
    )


def pictures(studio: Studio, count: int = 3) -> list[Upload]:
    return [studio.draw("tree", seed, label="tree") for seed in range(count)]


def test_after_an_upgrade_every_photo_is_looked_at_anew_and_keeps_its_label(tmp_path: Path) -> None:
    studio = Studio()
    lab, parts = studio_lab(tmp_path, studio=studio)
    added = lab.photos.add(OWNER, pictures(studio), consent=AGREED)
    assert (lab.looking.waiting(OWNER), len(added.new)) == (0, 3)
    lab.warm()
    assert lab.work(OWNER, LOOK) == []
    lab.close()

    lab, parts = studio_lab(tmp_path, studio=Anew())
    with closing(lab):
        assert lab.looking.waiting(OWNER) == 3
        assert lab.health.check(OWNER).unseen == 3
        lab.warm()
        parts.jobs.finish()
        (job,) = lab.work(OWNER, LOOK)
        assert (job.state, job.result) == (JobState.DONE, {"photos": 3})
        assert lab.looking.waiting(OWNER) == 0
        seen = lab.photos.skeletons(OWNER, added.new)
        assert set(seen) == set(added.new)
        assert {one.trust for one in seen.values()} == {0.8}
        assert lab.review.tally(OWNER).labelled == 3


def test_a_photo_whose_file_is_lost_does_not_stop_the_others(tmp_path: Path) -> None:
    studio = Studio()
    lab, parts = studio_lab(tmp_path, studio=studio)
    added = lab.photos.add(OWNER, pictures(studio), consent=AGREED)
    lost = parts.store.photo(added.new[1])
    parts.files.delete(lost.key)
    lab.close()

    lab, _ = studio_lab(tmp_path, studio=Anew())
    with closing(lab):
        assert lab.looking.look_now({}, OWNER.id, lambda share, stage: None) == {"photos": 3}
        assert set(lab.photos.skeletons(OWNER, added.new)) == {added.new[0], added.new[2]}


def test_whoever_is_seen_faintly_is_nobody_to_coaches_and_somebody_to_the_learner(tmp_path: Path) -> None:
    studio = Faintly()
    lab, parts = studio_lab(tmp_path, studio=studio)
    with closing(lab):
        upload = studio.draw("tree", 1)
        added = lab.photos.add(OWNER, [upload], consent=AGREED)
        assert (len(added.new), added.nobody) == (1, 1)
        assert lab.photos.skeletons(OWNER, added.new) == {}
        card = lab.review.card(OWNER, added.new[0])
        assert (card.landmarks, card.people) == (None, 0)
        snapshot = lab._served.snapshot()
        assert snapshot.found.tolist() == [False]
        # The row is made of the faint skeleton all the same.
        assert np.abs(snapshot.x[0]).sum() > 0
        (kept,) = parts.store.landmarks(studio.name)[added.new[0]]
        assert (kept.faint, kept.trust) == (True, 0.3)
        look = lab.photos.look(OWNER, upload.name, upload.data)
        assert look.people == ()
