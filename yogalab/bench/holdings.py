"""Who had which photo in front when, as the pages themselves know it: no two may have one at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One page had one photo in hand. since, until: seconds of one clock that all pages share.

    seat: whose page it is; each coach has one.
    """

    photo: int
    seat: str
    since: float
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The promises that were stored, photo -> whose, at some moment from `start` to `end`."""

    start: float
    end: float
    seats: Mapping[int, str]


class Hand:
    """What one page has in hand, told as it comes and goes.

    A photo counts from when the page heard of it until it asked for something that lets it go: a little less
    than what the lab had promised, so that every overlap found is one.
    """

    def __init__(self, seat: str) -> None:
        self._seat = seat
        self._since: dict[int, float] = {}
        self.past: list[Holding] = []

    def got(self, photos: Iterable[int], *, asked: float, heard: float) -> None:
        """The page has these photos from now on and no others; it asked for them at `asked`."""
        now = set(photos)
        for photo in self._since.keys() - now:
            self.gave(photo, asked)
        for photo in now - self._since.keys():
            self._since[photo] = heard

    def gave(self, photo: int, at: float) -> None:
        """The page let go of a photo, or answered it."""
        since = self._since.pop(photo, at)
        if at > since:
            self.past.append(Holding(photo=photo, seat=self._seat, since=since, until=at))


def shared(held: Iterable[Holding]) -> list[tuple[Holding, Holding]]:
    """Return holdings of one photo by two pages at a time, each with the longest one it fell into."""
    of: dict[int, list[Holding]] = defaultdict(list)
    for one in held:
        of[one.photo].append(one)
    found = []
    for holdings in of.values():
        first, *others = sorted(holdings, key=lambda one: one.since)
        for other in others:
            if other.seat != first.seat and other.since < first.until:
                found.append((first, other))
            first = max(first, other, key=lambda one: one.until)
    return found


def unpromised(held: Sequence[Holding], looks: Iterable[Look]) -> list[tuple[Holding, Look]]:
    """Return holdings that lasted throughout a look at the stored promises and were not among them."""
    return [
        (one, look)
        for look in looks
        for one in held
        if one.since <= look.start and look.end <= one.until and look.seats.get(one.photo) != one.seat
    ]
