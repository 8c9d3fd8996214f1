"""An encoder that looks at close-ups sees what skeletons show it: a better one, or none where one is wrong."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fakes import AGREED, ColourEncoder, Shelf, Studio, studio_lab
from tests.labs import ANNA, guess
from yogalab.lab.close_ups import RECIPE_OF_EMBEDDING, close_up_recipe
from yogalab.lab.lab import Lab
from yogalab.lab.parts import ENCODER, Parts
from yogalab.lab.traces import Traces
from yogalab.lab.tuning_pictures import pictures
from yogalab.learning.features import layout_of
from yogalab.ports import Pixels
from yogalab.records import CanonicalPhoto, Framing, LabelKind, Landmarks, Upload

NAME = "close/1"
RED, BLUE = (1, 0, 0), (0, 0, 1)
VIOLET = tuple(np.array((1, 0, 1)) / 2**0.5)


class CloseUps(ColourEncoder):
    """Sees the half of a photo in which the body is, all of it without one."""

    name = NAME
    framing = Framing(size=32, close_up=True)

    def picture(self, pixels: Pixels, body: Landmarks | None) -> Pixels:
        middle = pixels.shape[1] // 2
        if body is None:
            return pixels
        return pixels[:, :middle] if body.points[0, 0] < 0.5 else pixels[:, middle:]


class OneSided(Studio):
    """Finds somebody in every photo, always at the same place."""

    def __init__(self, name: str, where: float) -> None:
        super().__init__()
        self.name = name
        self._where = where

    def people(self, photo: CanonicalPhoto) -> tuple[Landmarks, ...]:
        world = np.random.default_rng(0).normal(size=(33, 3)).astype(np.float32)
        return (Landmarks(points=np.full((33, 4), self._where, np.float32), world=world, aspect=1.0),)


def half_and_half() -> Upload:
    """Red on the left, blue on the right."""
    pixels = np.zeros((128, 128, 3), np.uint8)
    pixels[:, :64], pixels[:, 64:] = (255, 0, 0), (0, 0, 255)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return Upload(name="both.png", data=file.getvalue())


def opened(home: Path, studio: Studio | None = None) -> tuple[Lab, Parts]:
    studio = studio or OneSided("studio/1", 0.25)
    return studio_lab(home, studio=studio, encoders=Shelf(CloseUps(), chosen=NAME))


def assert_seen(lab: Lab, photo_id: int, colour: tuple[float, ...]) -> None:
    snapshot = lab._served.snapshot()
    row = snapshot.x[snapshot.row[photo_id], layout_of(snapshot.x.shape[1]).embedding]
    np.testing.assert_allclose(row / np.linalg.norm(row), colour, atol=0.1)
    assert guess(lab, photo_id)


def test_of_a_photo_whose_skeleton_is_wrong_it_sees_all_until_that_is_taken_back(tmp_path: Path) -> None:
    lab, parts = opened(tmp_path)
    with closing(lab):
        (photo,) = lab.photos.add(ANNA, [half_and_half()], consent=AGREED).new
        assert_seen(lab, photo, RED)
        lab.review.mark(ANNA, photo, LabelKind.WRONG_SKELETON)
        assert guess(lab, photo)
        parts.jobs.finish()
        assert_seen(lab, photo, VIOLET)
        # What a version was taught with is found again, whichever it was.
        known = [one.embedding for one in Traces(parts, [photo])._sights("studio/1", NAME)]
        for colour in (RED, VIOLET):
            assert any(one is not None and np.allclose(one, colour, atol=0.1) for one in known)
        # Tuned, it is shown the same.
        assert pictures(parts, NAME, {photo: None})(photo).shape == (128, 128, 3)
        assert pictures(parts, NAME, {})(photo).shape == (128, 64, 3)
        lab.review.undo(ANNA)
        assert_seen(lab, photo, RED)
        assert len(lab.work(ANNA)) == 1


def test_it_sees_the_whole_of_a_photo_that_was_called_wrong_before_it_was_chosen(tmp_path: Path) -> None:
    lab, parts = studio_lab(tmp_path, studio=OneSided("studio/1", 0.25), encoders=Shelf(CloseUps()))
    with closing(lab):
        (photo,) = lab.photos.add(ANNA, [half_and_half()], consent=AGREED).new
        lab.review.mark(ANNA, photo, LabelKind.WRONG_SKELETON)
        lab.encoders.choose(ANNA, NAME)
        parts.jobs.finish()
        assert_seen(lab, photo, VIOLET)
        lab.review.undo(ANNA)
        parts.jobs.finish()
        assert_seen(lab, photo, RED)


def test_what_another_pose_model_shows_it_is_seen_before_that_one_counts(tmp_path: Path) -> None:
    lab, parts = opened(tmp_path)
    (photo,) = lab.photos.add(ANNA, [half_and_half()], consent=AGREED).new
    lab.close()
    lab, parts = opened(tmp_path, OneSided("studio/2", 0.75))
    with closing(lab):
        kept = parts.store.put_landmarks

        def put(photo_id: int, pose_model: str, people: tuple[Landmarks, ...]) -> None:
            assert photo_id in parts.store.embeddings(NAME, close_up_recipe(pose_model))
            kept(photo_id, pose_model, people)

        parts.store.put_landmarks = put  # type: ignore[method-assign,assignment]
        lab.warm()
        parts.jobs.finish()
        assert_seen(lab, photo, BLUE)
        assert photo in parts.store.embeddings(NAME, close_up_recipe("studio/1"))


@pytest.mark.parametrize("nobody", [False, True])
def test_a_lab_from_before_close_ups_had_a_recipe_is_looked_at_anew(tmp_path: Path, nobody: bool) -> None:
    lab, parts = studio_lab(tmp_path, studio=OneSided("studio/1", 0.25), encoders=Shelf(CloseUps()))
    (photo,) = lab.photos.add(ANNA, [half_and_half()], consent=AGREED).new
    parts.store.put_embeddings(NAME, RECIPE_OF_EMBEDDING, {photo: np.array((0, 1, 0), np.float32)})
    parts.store.put_setting(ENCODER, NAME)
    if nobody:
        parts.store.put_landmarks(photo, "studio/1", ())
    lab.close()
    lab, parts = opened(tmp_path)
    with closing(lab):
        assert_seen(lab, photo, (0, 1, 0))
        lab.warm()
        parts.jobs.finish()
        assert_seen(lab, photo, VIOLET if nobody else RED)
        assert len(lab.work(ANNA)) == 1
        lab.warm()
        assert len(lab.work(ANNA)) == 1
