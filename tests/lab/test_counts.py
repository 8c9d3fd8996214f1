"""What is counted as answers come is what counting them all gives, whatever was said, taken back or deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import Studio
from tests.labs import ANNA, BEN, fill
from yogalab.lab.answer_counts import Counted
from yogalab.lab.lab import Lab
from yogalab.lab.ledger import Ledger
from yogalab.lab.parts import Parts
from yogalab.lab.ways import CLICK
from yogalab.learning.labels import standing
from yogalab.ports import Pulse
from yogalab.records import Consent, LabelEvent, LabelKind, Photo, Resolved, Scored

COACHES = ("anna", "ben", "cleo")
PHOTOS = range(1, 7)
DAY = datetime(2026, 11, 20, 22, tzinfo=UTC)


class Log:
    """The label log in memory: what is there, and how often something was deleted."""

    def __init__(self) -> None:
        self.kept: list[LabelEvent] = []
        self.purges = 0
        self.seq = 0

    def append(self, event: LabelEvent) -> None:
        self.seq += 1
        self.kept.append(replace(event, seq=self.seq))

    def events(self, *, after: int = 0, photo_id: int | None = None) -> Sequence[LabelEvent]:
        return [event for event in self.kept if (event.seq or 0) > after and photo_id in (None, event.photo_id)]

    @property
    def pulse(self) -> Pulse:
        newest = max((event.seq or 0 for event in self.kept), default=0)
        return Pulse(seq=newest, purges=self.purges, photos=0, looked=0, embeddings=0, poses=0, activation=0)


def photo(number: int, *, holdout: bool) -> Photo:
    return Photo(
        id=number,
        sha256=f"{number}",
        source_sha256=f"{number}",
        key="",
        name="",
        width=1,
        height=1,
        added_by="anna",
        added_at=DAY,
        source="",
        consent=Consent.DRAWN,
        group=number,
        holdout=holdout,
    )


def counted(resolved: Mapping[int, Resolved], row: Mapping[int, int], photos: Mapping[int, Photo]) -> Counted:
    """All of it anew, each figure by its definition."""
    answers = list(resolved.values())
    here = [a for a in answers if a.photo_id in photos and (a.pose_id is not None or a.disputed)]
    coaches = {coach for answer in here for coach in answer.coaches}
    return Counted(
        labelled=sum(a.pose_id is not None and not a.disputed for a in answers),
        disputed=sum(a.disputed for a in answers),
        closed=sum(a.answered and a.photo_id in row for a in answers),
        holdout=sum(
            a.pose_id is not None and a.photo_id in photos and photos[a.photo_id].holdout for a in answers
        ),
        passed_on={a.photo_id: a for a in answers if a.skipped_by and not a.answered},
        poses=frozenset(a.pose_id for a in answers),
        judged={coach: sum(coach in a.coaches for a in here) for coach in coaches},
        shared={coach: sum(coach in a.coaches and len(a.coaches) > 1 for a in here) for coach in coaches},
        alone={a.photo_id: a.coaches[0] for a in here if photos[a.photo_id].holdout and len(a.coaches) == 1},
    )


def positive(found: Counted) -> Counted:
    """A coach who is counted no longer may stand there with 0."""
    return replace(
        found,
        judged={coach: n for coach, n in found.judged.items() if n},
        shared={coach: n for coach, n in found.shared.items() if n},
    )


ANSWERS = {LabelKind.POSE, LabelKind.NOT_A_POSE, LabelKind.NOBODY}
KINDS = [kind for kind in LabelKind if kind is not LabelKind.UNDO]
SAID = st.tuples(
    st.just("say"), st.sampled_from(PHOTOS), st.sampled_from(COACHES), st.sampled_from(KINDS), st.integers(1, 3)
)
UNDONE = st.tuples(st.just("undo"), st.integers(0, 30), st.sampled_from(COACHES))
DELETED = st.tuples(st.just("delete"), st.sampled_from(PHOTOS))
OTHERS = st.sampled_from([("look",), ("move",), ("merge",), ("night",)])
STEPS = st.lists(st.one_of(SAID, SAID, SAID, UNDONE, DELETED, OTHERS), max_size=40)


class World:
    """A log, and a ledger that follows it step by step."""

    def __init__(self) -> None:
        self.log = Log()
        self.ledger = Ledger(self.log)  # type: ignore[arg-type]
        self.photos = {number: photo(number, holdout=number % 2 == 0) for number in PHOTOS}
        self.row = {1: 0, 2: 1, 3: 2}
        self.merged: dict[int, int] = {}
        self.now = DAY
        self.seqs = [0]

    def take(self, step: tuple[Any, ...]) -> None:
        name, *what = step
        getattr(self, name)(*what)
        self.now += timedelta(minutes=7)
        self.ledger.merge(self.merged)
        self.ledger.catch_up(self.log.pulse)

    def say(self, photo_id: int, coach: str, kind: LabelKind, pose: int) -> None:
        if photo_id in self.photos:
            named = kind in {LabelKind.POSE, LabelKind.RULING} or (
                kind is LabelKind.WRONG_SKELETON and pose == 3
            )
            self.log.append(
                LabelEvent(
                    id=f"e{self.log.seq}",
                    photo_id=photo_id,
                    coach=coach,
                    kind=kind,
                    pose_id=pose if named else None,
                    person=pose % 2,
                    shown=(Scored(pose_id=1, slug="tree", probability=0.5),),
                    at=self.now,
                )
            )

    def undo(self, number: int, coach: str) -> None:
        # The target may be another coach's, taken back before, or still to come.
        target = next((event.photo_id for event in self.log.kept if event.id == f"e{number}"), 1)
        if target in self.photos:
            event = LabelEvent(
                id=f"e{self.log.seq}",
                photo_id=target,
                coach=coach,
                kind=LabelKind.UNDO,
                undoes=f"e{number}",
                at=self.now,
            )
            self.log.append(event)

    def delete(self, photo_id: int) -> None:
        self.photos = {i: one for i, one in self.photos.items() if i != photo_id}
        self.row = {i: at for i, at in self.row.items() if i != photo_id}
        self.log.kept = [event for event in self.log.kept if event.photo_id != photo_id]
        self.log.purges += 1

    def look(self) -> None:
        self.row = {photo_id: at for at, photo_id in enumerate(self.photos)}

    def move(self) -> None:
        self.photos = {i: replace(one, holdout=not one.holdout) for i, one in self.photos.items()}

    def merge(self) -> None:
        self.merged = {2: 1}

    def night(self) -> None:
        self.now += timedelta(hours=24)
        self.seqs.append(self.log.seq)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_every_count_is_what_counting_anew_gives(steps: list[tuple[Any, ...]]) -> None:
    world = World()
    for step in steps:
        world.take(step)
        ledger = world.ledger
        expected = counted(ledger.resolved, world.row, world.photos)
        assert positive(ledger.counts(world.row, world.photos)) == positive(expected)
    anew = Ledger(world.log)  # type: ignore[arg-type]
    anew.merge(world.merged)
    anew.catch_up(world.log.pulse)
    assert ledger_of(world.ledger) == ledger_of(anew)
    for seq in world.seqs:
        assert world.ledger.learnt_since(seq) == anew.learnt_since(seq)
    for coach in COACHES:
        said = [replace(event, shown=()) for event in world.log.kept if event.coach == coach]
        assert list(world.ledger.said_by(coach)) == said
        assert list(world.ledger.standing(coach)) == standing(said)
        answers = [event for event in standing(said) if event.kind in ANSWERS]
        for begins in (
            DAY - timedelta(hours=3),
            DAY + timedelta(hours=20, minutes=45),
            DAY - timedelta(days=9),
        ):
            on = [event for event in answers if event.at and begins <= event.at < begins + timedelta(hours=25)]
            assert world.ledger.answered_on(coach, begins) == len(on)
        named = Counter(world.merged.get(event.pose_id, event.pose_id) for event in answers if event.pose_id)
        assert world.ledger.named_by(coach) == named


def ledger_of(ledger: Ledger) -> tuple[object, ...]:
    return ledger.resolved, {i: ledger.history(i) for i in PHOTOS}, ledger.seq


@settings(max_examples=60, deadline=None)
@given(STEPS, st.integers(0, 39))
def test_what_was_learnt_since_a_version_is_followed(steps: list[tuple[Any, ...]], trained: int) -> None:
    world = World()
    for place, step in enumerate(steps):
        world.take(step)
        if place >= trained:
            # Asked again and again, beside the one that looks at everything.
            seq = world.seqs[-1]
            anew = Ledger(world.log)  # type: ignore[arg-type]
            anew.merge(world.merged)
            anew.catch_up(world.log.pulse)
            assert world.ledger.learnt_since(seq) == anew.learnt_since(seq)
            assert world.ledger.learnt_since(0) == anew.learnt_since(0)


def test_a_coach_sees_the_counts_of_the_lab_as_it_is(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=2)
    lab.review.label(ANNA, ids[0], "tree", shown=(Scored(pose_id=1, slug="tree", probability=0.5),))
    lab.review.mark(ANNA, ids[1], LabelKind.SKIP)
    lab.review.label(BEN, ids[2], "boat")
    lab.review.label(ANNA, ids[2], "cobra")
    mine, theirs = lab.review.tally(ANNA), lab.review.tally(BEN)
    assert (mine.labelled, mine.disputed, mine.photos) == (1, 1, len(ids))
    assert (mine.waiting, mine.skipped) == (len(ids) - 3, 1)
    assert (theirs.waiting, theirs.skipped) == (len(ids) - 2, 0)
    lab.review.undo(ANNA)
    assert (lab.review.tally(ANNA).disputed, lab.review.tally(ANNA).labelled) == (0, 2)
    # What was suggested is kept with the answer, wherever else it is not.
    (event, *_) = lab.review.history(ANNA, ids[0])
    assert event.shown == (Scored(pose_id=1, slug="tree", probability=0.5),)


def test_today_is_the_coachs_own_day_and_what_was_said_photo_by_photo(
    made: tuple[Lab, Parts], studio: Studio
) -> None:
    lab, parts = made
    ids = fill(lab, studio, each=2, labelled=True)
    midnight = datetime(2026, 11, 20, 18, 15, tzinfo=UTC)  # in Kathmandu

    def say(number: int, at: datetime, kind: LabelKind, **more: Any) -> None:
        event = LabelEvent(id=f"said-{number}", photo_id=ids[number], coach=ANNA.id, kind=kind, at=at, **more)
        parts.store.append(event)

    say(0, midnight - timedelta(minutes=1), LabelKind.POSE, pose_id=1)
    say(7, midnight - timedelta(hours=2), LabelKind.NOT_A_POSE)
    say(1, midnight, LabelKind.POSE, pose_id=1)
    say(2, midnight + timedelta(hours=1), LabelKind.SKIP)
    say(3, midnight + timedelta(hours=2), LabelKind.WRONG_SKELETON)
    say(4, midnight + timedelta(hours=3), LabelKind.NOBODY)
    say(5, midnight + timedelta(hours=4), LabelKind.POSE, pose_id=1, details={CLICK: "a click"})
    say(6, midnight + timedelta(hours=23), LabelKind.NOT_A_POSE)
    assert lab.review.tally(ANNA, since=midnight).today == 3
    assert lab.review.tally(BEN, since=midnight).today == 0
    parts.clock.now = midnight  # type: ignore[attr-defined]
    assert lab.review.tally(ANNA).today == 4
    lab.review.undo(ANNA, target="said-4")
    assert lab.review.tally(ANNA, since=midnight).today == 2


def test_the_poses_that_a_coach_names_most_come_by_name(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=4)
    assert lab.given.most_named(ANNA) == []
    for place, slug in enumerate(["warrior_2"] * 3 + ["tree"] * 2 + ["boat"] * 2 + ["cobra"]):
        lab.review.label(ANNA, ids[place], slug)
    lab.review.label(BEN, ids[9], "chair")
    assert [pose.slug for pose in lab.given.most_named(ANNA)] == ["boat", "cobra", "tree", "warrior_2"]
    assert [pose.slug for pose in lab.given.most_named(ANNA, most=3)] == ["boat", "tree", "warrior_2"]
    lab.review.undo(ANNA, photo_id=ids[7])
    assert [pose.slug for pose in lab.given.most_named(ANNA)] == ["boat", "tree", "warrior_2"]
