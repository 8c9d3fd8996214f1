"""Many ask for photos at once, and none of them waits while another's answer is worked into the order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.fakes import Studio
from tests.labs import ANNA, BEN, POSES, fill
from yogalab.lab.lab import Lab


@contextmanager
def somebody_at_work(lab: Lab) -> Iterator[None]:
    """Another thread catches up with what was said, and takes its time."""
    begun, over = threading.Event(), threading.Event()

    def work() -> None:
        with lab._served.steady(), lab.review._turns._lock:
            begun.set()
            # Whoever waits for this thread is found out.
            assert over.wait(20)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        assert begun.wait(60)
        try:
            yield
        finally:
            over.set()
            done.result()


def asked(lab: Lab, seat: str, *, but: list[int] | None = None) -> list[int]:
    return [card.photo.id for card in lab.review.queue(BEN, 4, seat=seat, but=but or [])]


def test_who_comes_meanwhile_gets_the_order_before_and_nothing_answered_since(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=4)
    first, *_ = asked(lab, "one")
    before = lab.review.tally(ANNA)
    with somebody_at_work(lab):
        # Anna's answer is in no order yet; nobody is asked about that photo all the same.
        lab.review.label(ANNA, first, "tree")
        given = asked(lab, "one") + asked(lab, "two")
        assert len(set(given)) == 8 and first not in given
        assert lab.review.tally(ANNA) == before
        assert lab.review.explain(ANNA, first) is not None
    assert lab.review.tally(ANNA).labelled == before.labelled + 1
    assert lab.review._turns.now().snapshot.seq == lab._served.snapshot().seq
    assert first not in asked(lab, "one")
    assert set(ids) >= set(given)


def test_what_was_asked_last_comes_to_its_own_order(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=2)
    orders = []
    for place, photo_id in enumerate(ids[:3]):
        lab.review.label(ANNA, photo_id, POSES[place])
        orders.append(lab.review._turns.now())
    assert [turn.snapshot.counted.labelled for turn in orders] == [1, 2, 3]
    assert all(photo not in {one.photo_id for one in orders[-1].asked} for photo in ids[:3])
    assert lab.review._turns.now() is orders[-1]


def test_poses_are_read_anew_when_somebody_changes_one(lab: Lab) -> None:
    tree = lab.poses.pose(ANNA, "tree")
    assert lab.poses.by_id(ANNA)[tree.id] is lab.poses.by_id(ANNA)[tree.id]
    lab.poses.rename(ANNA, "tree", "Baum")
    assert lab.poses.by_id(ANNA)[tree.id].name == "Baum"
    lab.poses.merge(ANNA, "boat", "tree")
    boat = next(pose for pose in lab._parts.store.poses() if pose.slug == "boat")
    assert lab.poses.by_id(ANNA)[boat.id].name == "Baum"
    assert boat.id not in {pose.id for pose in lab.poses.list(ANNA)}
