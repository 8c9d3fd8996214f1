"""Answers that waited: sent many at once, in order, to the lab they were given in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import Studio
from tests.labs import ANNA, fill
from yogalab.errors import BadLabel, LabBehind, OtherLab
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


def test_a_lab_that_lacks_an_earlier_answer_takes_no_later_one(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    page = ReviewPage(lab)
    sent(lab, entry(1, ids[0]))
    later = {"lab": lab.mark, "entries": [entry(2, ids[0], kind="nobody")]}
    with pytest.raises(LabBehind):
        page.answers(ANNA, {**later, "after": "lost-0001"})
    assert [event.id for event in lab.review.history(ANNA, ids[0])] == ["1111-0001"]
    page.answers(ANNA, {**later, "after": "1111-0001"})
    assert [event.id for event in lab.review.history(ANNA, ids[0])] == ["1111-0001", "1111-0002"]


@pytest.mark.parametrize("entries", [None, "x", [1], [{"name": "drop"}]])
def test_what_is_no_answer_is_refused(lab: Lab, entries: object) -> None:
    with pytest.raises(BadLabel):
        ReviewPage(lab).answers(ANNA, {"lab": lab.mark, "entries": entries})


def test_earlier_answers_come_with_their_photos_and_those_that_wait_come_first(
    lab: Lab, studio: Studio
) -> None:
    ids = fill(lab, studio, each=1)
    page = ReviewPage(lab)
    tree = lab.poses.pose(ANNA, "tree")
    assert page.sitting(ANNA, {}) == {"answers": [], "more": False}
    sent(lab, entry(1, ids[0], name="label", pose=tree.id), entry(2, ids[1]), entry(3, ids[2]))
    waiting = [
        {"event": "1111-0009", "photo": ids[4], "pose": tree.id},
        {"event": "1111-0008", "photo": 999, "kind": "skip"},
        {"event": "1111-0007", "photo": ids[3], "kind": "skip"},
    ]
    found: Any = page.sitting(ANNA, {"but": ["1111-0003"], "waiting": waiting})
    told = [(one["event"], one["card"]["photo"], one["kind"]) for one in found["answers"]]
    assert told == [
        ("1111-0009", ids[4], "pose"),
        ("1111-0007", ids[3], "skip"),
        ("1111-0002", ids[1], "skip"),
        ("1111-0001", ids[0], "pose"),
    ]
    assert [one["pose"] and one["pose"]["name"] for one in found["answers"]] == [
        tree.name,
        None,
        None,
        tree.name,
    ]
    (first,) = page.sitting(ANNA, {"before": found["answers"][2]["seq"]})["answers"]  # type: ignore[index]
    assert first["event"] == "1111-0001"
    assert page.missing(ANNA, {"events": ["1111-0001", "gone-0001"]}) == {"events": ["gone-0001"]}


def test_the_queue_does_not_wait_for_advice(lab: Lab, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(lab, studio, each=1)
    page = ReviewPage(lab)
    assert page.advice(ANNA, {}) == {"advice": ""}

    def unasked(who: object) -> None:
        raise AssertionError("the queue worked out advice")

    monkeypatch.setattr(lab.stopping, "advice", unasked)
    assert page.queue(ANNA, {"seat": "here"})["cards"]  # type: ignore[index]
