"""From what coaches say to what is taught."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from yogalab.learning.labels import fingerprint, resolve
from yogalab.records import LabelEvent, LabelKind, Resolved

TREE, BOAT, CROW = 1, 2, 3
_numbers = itertools.count(1)


def said(
    coach: str,
    pose: int | None = None,
    *,
    kind: LabelKind = LabelKind.POSE,
    photo: int = 1,
    person: int = 0,
    undoes: str | None = None,
) -> LabelEvent:
    seq = next(_numbers)
    return LabelEvent(
        id=f"e{seq}",
        photo_id=photo,
        coach=coach,
        kind=kind,
        pose_id=pose,
        person=person,
        undoes=undoes,
        seq=seq,
    )


def one(*events: LabelEvent, owners: tuple[str, ...] = ()) -> Resolved:
    return resolve(events, owners)[1]


def test_one_coach_is_taken_at_her_word() -> None:
    answer = one(said("ann", TREE))
    assert (answer.pose_id, answer.kind, answer.coaches, answer.disputed) == (
        TREE,
        LabelKind.POSE,
        ("ann",),
        False,
    )


def test_a_coachs_newest_answer_counts() -> None:
    assert one(said("ann", TREE), said("ann", BOAT)).pose_id == BOAT


def test_the_servers_order_decides_what_is_newest() -> None:
    older, newer = said("ann", TREE), said("ann", BOAT)
    assert resolve([newer, older])[1].pose_id == BOAT


def test_an_undo_brings_back_the_answer_before() -> None:
    first, second = said("ann", TREE), said("ann", BOAT)
    undo = said("ann", kind=LabelKind.UNDO, undoes=second.id)
    assert one(first, second, undo).pose_id == TREE


def test_an_undo_that_comes_before_its_answer_takes_it_back_all_the_same() -> None:
    undo = said("ann", kind=LabelKind.UNDO, undoes="late")
    label = replace(said("ann", TREE), id="late")
    assert resolve([undo, label]) == {}


def test_nobody_takes_back_what_another_coach_said() -> None:
    label = said("ann", TREE)
    assert one(label, said("bea", kind=LabelKind.UNDO, undoes=label.id)).pose_id == TREE


def test_a_photo_whose_only_answer_was_taken_back_is_open_again() -> None:
    label = said("ann", TREE)
    assert resolve([label, said("ann", kind=LabelKind.UNDO, undoes=label.id)]) == {}


def test_the_majority_of_coaches_decides() -> None:
    answer = one(said("ann", TREE), said("bea", BOAT), said("cy", TREE))
    assert (answer.pose_id, answer.coaches) == (TREE, ("ann", "cy"))


def test_a_tie_is_a_dispute_and_no_label() -> None:
    answer = one(said("ann", TREE), said("bea", BOAT))
    assert answer.disputed
    assert answer.pose_id is None
    assert answer.coaches == ("ann", "bea")


def test_changing_ones_mind_ends_a_dispute() -> None:
    assert one(said("ann", TREE), said("bea", BOAT), said("bea", TREE)).pose_id == TREE


def test_the_owners_ruling_beats_any_majority() -> None:
    votes = (said("ann", TREE), said("bea", TREE))
    answer = one(*votes, said("owner", BOAT, kind=LabelKind.RULING), owners=("owner",))
    assert (answer.pose_id, answer.kind, answer.disputed) == (BOAT, LabelKind.RULING, False)


def test_a_ruling_by_somebody_who_is_no_owner_is_one_vote() -> None:
    votes = (said("ann", TREE), said("bea", TREE))
    assert one(*votes, said("cy", BOAT, kind=LabelKind.RULING), owners=("owner",)).pose_id == TREE


def test_votes_after_a_ruling_do_not_undo_it() -> None:
    ruling = said("owner", BOAT, kind=LabelKind.RULING)
    assert one(ruling, said("ann", TREE), said("bea", TREE), owners=("owner",)).pose_id == BOAT


def test_who_ruled_may_change_their_mind_by_naming_it_again() -> None:
    ruling = said("owner", BOAT, kind=LabelKind.RULING)
    answer = one(said("ann", TREE), ruling, said("bea", TREE), said("owner", CROW), owners=("owner",))
    assert answer.pose_id == CROW


def test_a_skip_is_no_label_and_takes_no_answer_back() -> None:
    alone = one(said("ann", kind=LabelKind.SKIP))
    assert (alone.pose_id, alone.kind, alone.disputed) == (None, LabelKind.SKIP, False)
    assert one(said("ann", TREE), said("bea", kind=LabelKind.SKIP)).pose_id == TREE
    assert one(said("ann", TREE), said("ann", kind=LabelKind.SKIP)).pose_id == TREE


@pytest.mark.parametrize("kind", [LabelKind.NOT_A_POSE, LabelKind.NOBODY])
def test_no_pose_is_an_answer_that_can_win_or_dispute(kind: LabelKind) -> None:
    answer = one(said("ann", kind=kind))
    assert (answer.pose_id, answer.kind) == (None, kind)
    assert one(said("ann", kind=kind), said("bea", kind=kind), said("cy", TREE)).kind is kind
    assert one(said("ann", kind=kind), said("bea", TREE)).disputed


def test_a_wrong_skeleton_is_remembered_beside_the_pose() -> None:
    flag = said("bea", kind=LabelKind.WRONG_SKELETON)
    answer = one(flag, said("ann", TREE))
    assert (answer.pose_id, answer.embedding_only, answer.disputed) == (TREE, True, False)
    alone = one(said("bea", kind=LabelKind.WRONG_SKELETON))
    assert (alone.pose_id, alone.kind, alone.embedding_only) == (None, LabelKind.WRONG_SKELETON, True)
    undone = one(flag, said("ann", TREE), said(flag.coach, kind=LabelKind.UNDO, undoes=flag.id))
    assert not undone.embedding_only


def test_a_wrong_skeleton_with_a_pose_is_a_label_too() -> None:
    answer = one(said("ann", TREE, kind=LabelKind.WRONG_SKELETON))
    assert (answer.pose_id, answer.kind, answer.embedding_only) == (TREE, LabelKind.POSE, True)


def test_photos_are_settled_apart_and_know_their_last_event() -> None:
    tree, boat = said("ann", TREE, photo=1), said("ann", BOAT, photo=2)
    skip = said("bea", kind=LabelKind.SKIP, photo=1)
    answers = resolve([tree, boat, skip])
    assert {i: answer.pose_id for i, answer in answers.items()} == {1: TREE, 2: BOAT}
    assert (answers[1].seq, answers[2].seq) == (skip.seq, boat.seq)


FLAG, SKIP, NOBODY, RULING = LabelKind.WRONG_SKELETON, LabelKind.SKIP, LabelKind.NOBODY, LabelKind.RULING

# What is said, as (coach, pose, person, kind), and what it amounts to, as (pose, person, disputed, judged by).
WHOM: dict[
    str, tuple[list[tuple[str, int | None, int, LabelKind]], tuple[int | None, int, bool, int | None]]
] = {
    "the first, unless said otherwise": ([("ann", TREE, 0, LabelKind.POSE)], (TREE, 0, False, 0)),
    "the newest answer says whom": (
        [("ann", TREE, 0, LabelKind.POSE), ("ann", BOAT, 2, LabelKind.POSE)],
        (BOAT, 2, False, 2),
    ),
    "coaches who name two people do not differ": (
        [("ann", TREE, 0, LabelKind.POSE), ("bea", BOAT, 1, LabelKind.POSE)],
        (BOAT, 1, False, 1),
    ),
    "nor does a majority about another one count": (
        [*((who, TREE, 0, LabelKind.POSE) for who in ("ann", "cy")), ("bea", BOAT, 1, LabelKind.POSE)],
        (BOAT, 1, False, 1),
    ),
    "coaches who name one differently differ": (
        [("ann", TREE, 1, LabelKind.POSE), ("bea", BOAT, 1, LabelKind.POSE)],
        (None, 1, True, 1),
    ),
    "nobody there is said against whoever is named": (
        [("ann", None, 0, NOBODY), ("bea", BOAT, 1, LabelKind.POSE)],
        (None, 1, True, 1),
    ),
    "nobody there is said of no person": (
        [("bea", BOAT, 1, LabelKind.POSE), ("ann", None, 0, NOBODY)],
        (None, 1, True, 1),
    ),
    "a ruling says whom": (
        [("own", BOAT, 1, RULING), ("ann", TREE, 0, LabelKind.POSE), ("bea", TREE, 0, LabelKind.POSE)],
        (BOAT, 1, False, 1),
    ),
    "a skip says nothing of whom": (
        [("ann", BOAT, 1, LabelKind.POSE), ("bea", None, 0, SKIP)],
        (BOAT, 1, False, 1),
    ),
    "a wrong skeleton is one person's": (
        [("ann", None, 0, FLAG), ("ann", BOAT, 1, LabelKind.POSE)],
        (BOAT, 1, False, 1),
    ),
    "and counts where that one is named": (
        [("ann", None, 1, FLAG), ("ann", BOAT, 1, LabelKind.POSE)],
        (BOAT, 1, False, None),
    ),
    "without an answer the newest word on a skeleton says whom": (
        [("ann", None, 0, FLAG), ("bea", None, 2, FLAG), ("ann", None, 0, SKIP)],
        (None, 2, False, None),
    ),
}


@pytest.mark.parametrize("case", WHOM)
def test_whom_a_photo_is_about(case: str) -> None:
    events, (pose, person, disputed, judged_by) = WHOM[case]
    answer = one(*(said(coach, name, person=whom, kind=kind) for coach, name, whom, kind in events))
    assert (answer.pose_id, answer.person, answer.disputed, answer.judged_by) == (
        pose,
        person,
        disputed,
        judged_by,
    )


def test_an_undo_brings_the_person_back_who_was_named_before() -> None:
    first, second = said("ann", TREE), said("ann", BOAT, person=1)
    answer = one(first, second, said("ann", kind=LabelKind.UNDO, undoes=second.id))
    assert (answer.pose_id, answer.person) == (TREE, 0)


@pytest.mark.parametrize("kind", [FLAG, SKIP])
def test_neither_a_skip_nor_a_wrong_skeleton_answers_a_photo(kind: LabelKind) -> None:
    answer = one(said("ann", kind=kind))
    skipped = kind is SKIP
    assert (answer.answered, answer.open_to("ann"), answer.open_to("bea")) == (False, not skipped, True)
    assert answer.skipped_by == (("ann",) if skipped else ())
    answer = one(said("ann", kind=kind), said("bea", TREE))
    assert (answer.answered, answer.open_to("cy")) == (True, False)
    assert one(said("ann", TREE), said("bea", BOAT)).answered


SAME = {"recipe": "r", "encoder": None, "pose_model": "b", "learner": "k"}


def test_a_fingerprint_is_of_the_set_of_labels_not_their_order() -> None:
    labels = [("aa", "tree"), ("bb", "boat")]
    assert fingerprint(labels, **SAME) == fingerprint(labels[::-1], **SAME)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [{"recipe": "r2"}, {"encoder": "e"}, {"pose_model": "h"}, {"learner": "l"}],
)
def test_a_fingerprint_changes_with_everything_that_changes_a_version(change: dict[str, str]) -> None:
    labels = [("aa", "tree"), ("bb", "boat")]
    before = fingerprint(labels, **SAME)  # type: ignore[arg-type]
    assert fingerprint(labels, **{**SAME, **change}) != before  # type: ignore[arg-type]
    assert fingerprint([("aa", "boat"), ("bb", "tree")], **SAME) != before  # type: ignore[arg-type]
