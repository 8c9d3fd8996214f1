"""A coach's own answers, as far back as they go."""

from __future__ import annotations

from tests.fakes import AGREED, Studio
from tests.labs import ANNA, BEN, fill
from yogalab.lab.checklists import Check
from yogalab.lab.lab import Lab
from yogalab.records import LabelKind


def test_answers_come_newest_first_some_at_a_time_and_only_once(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=2)
    for number, photo in enumerate(ids[:5]):
        lab.review.label(ANNA, photo, "tree", event_id=f"e-{number}")
    lab.review.label(BEN, ids[6], "tree")
    lab.review.label(ANNA, ids[1], "boat", event_id="again")
    lab.review.mark(ANNA, ids[7], LabelKind.SKIP, event_id="skip")
    lab.review.undo(ANNA, target="e-3")
    newest = lab.given.before(ANNA, count=3, but=["skip"])
    assert [one.event.id for one in newest.given] == ["again", "e-4", "e-2"]
    assert [one.card.photo.id for one in newest.given] == [ids[1], ids[4], ids[2]]
    assert newest.more
    rest = lab.given.before(ANNA, newest.given[-1].event.seq)
    assert [one.event.id for one in rest.given] == ["e-1", "e-0"]
    assert not rest.more


def test_what_was_not_said_photo_by_photo_is_taken_back_where_it_was_done(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    lab.photos.add(ANNA, [studio.draw("tree", 9, label="tree")], consent=AGREED)
    lab.review.rule(ANNA, ids[0], "tree")
    lab.review.label(BEN, ids[1], "tree")
    lab.checks.keep(ANNA, [ids[1]], Check.SUSPECTS)
    lab.review.label(ANNA, ids[2], "tree", event_id="mine")
    assert [one.event.id for one in lab.given.before(ANNA).given] == ["mine"]


def test_a_deleted_photo_is_no_longer_among_them(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    for photo in ids[:2]:
        lab.review.label(ANNA, photo, "tree")
    lab.photos.delete(ANNA, [ids[1]])
    assert [one.card.photo.id for one in lab.given.before(ANNA).given] == [ids[0]]


def test_a_photo_is_closed_to_who_answered_it_and_to_all_once_it_is_gone(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    lab.review.label(ANNA, ids[0], "tree")
    lab.review.mark(ANNA, ids[1], LabelKind.SKIP)
    lab.review.mark(ANNA, ids[2], LabelKind.WRONG_SKELETON)
    lab.photos.delete(ANNA, [ids[3]])
    assert list(lab.given.closed(ANNA, ids)) == [ids[0], ids[1], ids[3]]
    assert list(lab.given.closed(BEN, ids)) == [ids[3]]
    # Overruled is answered, too.
    lab.review.label(BEN, ids[2], "tree")
    lab.review.rule(ANNA, ids[2], "boat")
    assert ids[2] in lab.given.closed(BEN, ids)


def test_what_a_page_has_ready_is_judged_anew_and_stays_its_own(lab: Lab, studio: Studio) -> None:
    fill(lab, studio)
    front, second, third = (card.photo.id for card in lab.review.queue(ANNA, 3))
    before = lab.review.card(ANNA, second).prediction
    for photo in (card.photo.id for card in lab.review.queue(BEN, 6)):
        lab.review.label(BEN, photo, "boat")
    cards = lab.review.queue(ANNA, 2, held=[front, second, third], renew=[second, third])
    assert {card.photo.id for card in cards[:2]} == {second, third}
    assert front not in {card.photo.id for card in cards}
    assert len(cards) == 4
    after = next(card for card in cards if card.photo.id == second)
    assert after.asked is not None
    assert after.prediction is None or after.prediction != before
    assert not {front, second, third} & {card.photo.id for card in lab.review.queue(BEN, 30)}
