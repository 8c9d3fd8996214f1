"""Another person in the photo: chosen by a coach, judged, taught and forgotten as if there were nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import AGREED, Shelf, Studio, studio_lab
from tests.lab.standins import named, people
from tests.lab.test_cards import seen, somebody
from tests.lab.test_close_ups import BLUE, RED, CloseUps, assert_seen, half_and_half
from tests.labs import ANNA, BEN, guess, probabilities, worked_off
from yogalab.errors import BadLabel, NotAllowed, PhotoNotFound
from yogalab.lab.checklists import Check
from yogalab.lab.close_ups import close_up_recipe
from yogalab.lab.lab import Lab
from yogalab.lab.outgoing import outgoing
from yogalab.lab.parts import Parts
from yogalab.ports import Pixels
from yogalab.records import CanonicalPhoto, Coach, Landmarks, Matrix, Role, Sample
from yogalab.ui import present

TREE, BOAT = somebody("tree"), replace(somebody("boat"), person=1)
SLUGS = ("tree", "boat", "chair")


def row(lab: Lab, photo_id: int) -> Matrix:
    snapshot = lab._served.snapshot()
    return np.asarray(snapshot.x[snapshot.row[photo_id]])


def test_turning_shows_the_other_one_and_says_nothing_of_the_photo(made: tuple[Lab, Parts]) -> None:
    lab, _ = made
    photo = seen(made, [TREE, BOAT])
    card = lab.review.turn_to(ANNA, photo, 1)
    assert card.landmarks is not None and (card.landmarks.points == BOAT.points).all()
    assert [one.person for one in card.others] == [0]
    assert card.prediction is not None and card.prediction.best.slug == "boat"
    assert (card.person, card.people, card.label) == (1, 2, None)
    assert lab.review.history(ANNA, photo) == ()
    assert guess(lab, photo) == "tree"
    # Back again it is the card that it was.
    back = lab.review.turn_to(ANNA, photo, 0).prediction
    first = lab.review.card(ANNA, photo).prediction
    assert back is not None and first is not None
    assert [one.slug for one in back.ranked[:5]] == [one.slug for one in first.ranked[:5]]
    assert back.best.probability == pytest.approx(first.best.probability, abs=1e-4)


def test_only_coaches_turn_and_only_photos_of_the_lab(made: tuple[Lab, Parts]) -> None:
    lab, _ = made
    photo = seen(made, [TREE, BOAT])
    with pytest.raises(NotAllowed):
        lab.review.turn_to(Coach(id="guest", name="Guest", role=Role.VIEWER), photo, 1)
    with pytest.raises(PhotoNotFound):
        lab.review.turn_to(ANNA, 4711, 1)
    for person in (-1, 10**9):
        with pytest.raises(BadLabel):
            lab.review.label(ANNA, photo, "boat", person=person)


def test_a_hidden_guess_stays_hidden_when_turning(made: tuple[Lab, Parts]) -> None:
    photo = seen(made, [TREE, BOAT])
    card = made[0].review.turn_to(ANNA, photo, 1, sample=Sample.HIDDEN)
    assert card.prediction is None and card.landmarks is not None and not card.sides


def test_a_label_makes_the_photo_that_persons_until_it_is_taken_back(made: tuple[Lab, Parts]) -> None:
    lab, _ = made
    photo = seen(made, [TREE, BOAT])
    before = row(lab, photo).copy()
    lab.review.label(ANNA, photo, "boat", person=1, event_id="e-1")
    card = lab.review.card(ANNA, photo)
    assert card.landmarks is not None and (card.landmarks.points == BOAT.points).all()
    assert (lab.photos.skeletons(ANNA, [photo])[photo].points == BOAT.points).all()
    # Who names it from elsewhere speaks of the same one.
    lab.checks.settle(BEN, photo, "boat", Check.SUSPECTS)
    lab.review.label(ANNA, photo, "chair")
    assert [event.person for event in lab.review.history(ANNA, photo)] == [1, 1, 1]
    assert not np.array_equal(row(lab, photo), before)
    lab.review.undo(ANNA)
    lab.review.undo(ANNA)
    lab.review.undo(BEN)
    np.testing.assert_array_equal(row(lab, photo), before)
    assert lab.review.card(ANNA, photo).person == 0


@pytest.mark.parametrize("trained", [False, True])
def test_it_teaches_what_a_lab_would_learn_that_only_ever_had_that_person(
    tmp_path: Path, trained: bool
) -> None:
    answers = []
    for number, there in enumerate(([TREE, BOAT], [replace(BOAT, person=0)])):
        lab, parts = studio_lab(tmp_path / str(number))
        with closing(lab):
            shown = people(parts, ["boat", "tree", "camel", "eagle"])
            named(parts, [slug for slug in SLUGS for _ in range(4)])
            (photo,) = people(parts, ["cobra"])
            parts.store.put_landmarks(photo, parts.landmarker.name, there)
            if trained:
                worked_off(lab, lab.versions.train(ANNA).id)
            lab._served.snapshot()
            lab.review.label(ANNA, photo, "camel", person=there[-1].person)
            answers.append([probabilities(lab, one) for one in shown])
    for one, other in zip(*answers, strict=True):
        assert one == pytest.approx(other, abs=2e-5)
        assert one["camel"] > 0


def test_a_training_that_learnt_from_the_first_is_another_than_from_the_second(made: tuple[Lab, Parts]) -> None:
    lab, parts = made
    named(parts, [slug for slug in SLUGS for _ in range(4)])
    photo = seen(made, [TREE, BOAT])
    lab.review.label(ANNA, photo, "boat")
    worked_off(lab, lab.versions.train(ANNA).id)
    lab.review.label(ANNA, photo, "boat", person=1)
    worked_off(lab, lab.versions.train(ANNA).id)
    first, second = (parts.versions.load(one.fingerprint) for one in parts.store.versions())
    mine = row(lab, photo)
    assert not any(np.allclose(one, mine, atol=1e-5) for one in first.arrays["support"])
    assert any(np.allclose(one, mine, atol=1e-5) for one in second.arrays["support"])


def test_a_deletion_takes_the_chosen_person_out_of_every_version(made: tuple[Lab, Parts]) -> None:
    lab, parts = made
    named(parts, [slug for slug in SLUGS for _ in range(4)])
    photo = seen(made, [TREE, BOAT])
    lab.review.label(ANNA, photo, "boat", person=1)
    mine = row(lab, photo).copy()
    worked_off(lab, lab.versions.train(ANNA).id)
    lab.review.label(ANNA, photo, "tree", person=0)
    lab.photos.delete(ANNA, [photo])
    for version in parts.store.versions():
        head = parts.versions.load(version.fingerprint)
        assert not any(np.allclose(one, mine, atol=1e-4) for one in head.arrays["support"])


def test_what_is_written_out_begins_with_the_chosen_one(made: tuple[Lab, Parts]) -> None:
    lab, parts = made
    photo = seen(made, [TREE, BOAT])
    lab.review.label(ANNA, photo, "boat", person=1)
    served = lab._served
    (out,) = outgoing(parts, served, served.snapshot(), [photo], lambda done, total: None)
    assert [one.person for one in out.people] == [1, 0]


def test_a_pose_of_ones_own_looks_like_whom_it_is_about(made: tuple[Lab, Parts]) -> None:
    lab, _ = made
    photo = seen(made, [TREE, BOAT])
    turned = lab.poses.add(ANNA, "Raft", like=photo, person=1)
    lab.review.label(ANNA, photo, "boat", person=1)
    assert lab.poses.add(ANNA, "Canoe", like=photo).template == turned.template
    assert lab.poses.add(ANNA, "Mast", like=photo, person=0).template != turned.template


def test_the_card_tells_the_page_who_is_who(made: tuple[Lab, Parts]) -> None:
    lab, _ = made
    photo = seen(made, [TREE, BOAT, replace(somebody("chair"), person=2)])
    drawn = present.card(lab.review.turn_to(ANNA, photo, 1), lab.poses.by_id(ANNA))
    assert (drawn["person"], drawn["whose"], drawn["people"]) == (1, [0, 2], 3)
    assert drawn["skeleton"] == present.points(BOAT)
    assert len(drawn["others"]) == 2  # type: ignore[arg-type]


class Two(Studio):
    """Finds one person on the left and one on the right of every photo."""

    def people(self, photo: CanonicalPhoto) -> tuple[Landmarks, ...]:
        return tuple(
            replace(body, points=np.full((33, 4), where, np.float32))
            for body, where in ((TREE, 0.25), (BOAT, 0.75))
        )


def test_its_close_up_is_looked_at_once_and_goes_with_the_photo(tmp_path: Path) -> None:
    looks: list[int] = []

    class Counting(CloseUps):
        def encode_photos(self, photos: Sequence[Pixels]) -> Matrix:
            looks.append(len(photos))
            return super().encode_photos(photos)

    lab, parts = studio_lab(tmp_path, studio=Two(), encoders=Shelf(Counting(), chosen=CloseUps.name))
    with closing(lab):
        (photo,) = lab.photos.add(ANNA, [half_and_half()], consent=AGREED).new
        assert_seen(lab, photo, RED)
        looks.clear()
        for person in (1, 0, 1):
            lab.review.turn_to(ANNA, photo, person)
        assert looks == [1]
        assert_seen(lab, photo, RED)
        lab.review.label(ANNA, photo, "tree", person=1)
        assert_seen(lab, photo, BLUE)
        assert looks == [1] and not lab.work(ANNA)
        lab.review.undo(ANNA)
        assert_seen(lab, photo, RED)
        recipe = close_up_recipe("studio/1")
        kept = [recipe, f"{recipe}@1"]
        assert all(parts.store.embeddings(CloseUps.name, one) for one in kept)
        lab.photos.delete(ANNA, [photo])
        assert not any(parts.store.embeddings(CloseUps.name, one) for one in kept)


def test_people_whom_nobody_found_leave_nothing_behind(tmp_path: Path) -> None:
    lab, parts = studio_lab(tmp_path, studio=Two(), encoders=Shelf(CloseUps(), chosen=CloseUps.name))
    with closing(lab):
        (photo,) = lab.photos.add(ANNA, [half_and_half()], consent=AGREED).new
        before = parts.store.pulse()
        guest = Coach(id="guest", name="Guest", role=Role.VIEWER)
        for person in (1, 2, 10**9):
            assert lab.review.explain(guest, photo, person=person) is not None
        for person in (2, 10**9, -1):
            assert lab.review.turn_to(ANNA, photo, person).person == 0
        assert parts.store.pulse() == before


def test_a_close_up_that_nobody_turned_to_is_made_behind(tmp_path: Path) -> None:
    lab, parts = studio_lab(tmp_path, studio=Two(), encoders=Shelf(CloseUps(), chosen=CloseUps.name))
    with closing(lab):
        (photo,) = lab.photos.add(ANNA, [half_and_half()], consent=AGREED).new
        lab.review.label(ANNA, photo, "tree", person=1)
        # Until it is made, what was seen before stands in.
        assert_seen(lab, photo, RED)
        parts.jobs.finish()
        assert_seen(lab, photo, BLUE)
