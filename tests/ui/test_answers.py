"""Answers that waited: sent many at once, in order, to the lab they were given in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import Studio
from tests.labs import ANNA, fill
from yogalab.errors import BadLabel, NothingToUndo, OtherLab
from yogalab.lab.lab import Lab
from yogalab.ui.review import ReviewPage


def sent(lab: Lab, *entries: dict[str, object]) -> list[dict[str, Any]]:
    answer: Any = ReviewPage(lab).answers(ANNA, {"lab": lab.mark, "entries": list(entries)})
    results: list[dict[str, Any]] = answer["results"]
    return results


def entry(number: int, photo: int, **other: object) -> dict[str, object]:
    return {
        "name": "mark",
        "kind": "skip",
        "photo": photo,
        "event": f"1111-{number:04}",
        "coach": "Anna",
    } | other


def test_many_answers_are_kept_in_their_order_and_once(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    pose = lab.poses.pose(ANNA, "tree").id
    entries = [
        entry(1, ids[0], name="label", pose=pose),
        entry(2, ids[1]),
        entry(3, ids[0], name="undo", target="1111-0001"),
    ]
    first = sent(lab, *entries)
    assert [result["ok"]["seq"] for result in first] == sorted(result["ok"]["seq"] for result in first)
    assert [result["ok"]["again"] for result in sent(lab, *entries)] == [True, True, True]
    assert [event.id for event in lab.review.history(ANNA, ids[0])] == ["1111-0001", "1111-0003"]
    assert lab.review.tally(ANNA).labelled == 0


def test_it_stops_at_the_first_that_cannot_be_kept(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    results = sent(lab, entry(1, ids[0]), entry(2, 999), entry(3, ids[1]))
    assert [result.get("code") for result in results] == [None, "photo.not_found"]
    assert lab.review.history(ANNA, ids[1]) == ()
    (refused,) = sent(lab, entry(4, ids[1], coach="Ben"))
    assert refused["code"] == "label.other_coach"


def test_another_labs_answers_are_not_taken(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    page = ReviewPage(lab)
    for way in (page.answers, page.missing):
        with pytest.raises(OtherLab):
            way(ANNA, {"lab": "another", "entries": [entry(1, ids[0])], "events": []})
    assert lab.review.history(ANNA, ids[0]) == ()


@pytest.mark.parametrize("entries", [None, "x", [1], [{"name": "drop"}]])
def test_what_is_no_answer_is_refused(lab: Lab, entries: object) -> None:
    with pytest.raises(BadLabel):
        ReviewPage(lab).answers(ANNA, {"lab": lab.mark, "entries": entries})


def test_the_last_answer_comes_with_its_photo(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    page = ReviewPage(lab)
    with pytest.raises(NothingToUndo):
        page.last(ANNA, {})
    sent(lab, entry(1, ids[0]), entry(2, ids[1]))
    last: Any = page.last(ANNA, {"but": ["1111-0002"]})
    assert (last["event"], last["card"]["photo"]) == ("1111-0001", ids[0])
    assert page.missing(ANNA, {"events": ["1111-0001", "gone-0001"]}) == {"events": ["gone-0001"]}


def test_the_queue_does_not_wait_for_advice(lab: Lab, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(lab, studio, each=1)
    page = ReviewPage(lab)
    assert page.advice(ANNA, {}) == {"advice": ""}

    def unasked(who: object) -> None:
        raise AssertionError("the queue worked out advice")

    monkeypatch.setattr(lab.stopping, "advice", unasked)
    assert page.queue(ANNA, {"seat": "here"})["cards"]  # type: ignore[index]
