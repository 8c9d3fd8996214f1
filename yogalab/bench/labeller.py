"""Somebody who labels without a browser: a page's queue, and one answer after another."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from yogalab.bench.holdings import Hand
from yogalab.bench.page_client import NotAnswered, PageClient
from yogalab.records import LabelKind

# As the page does: how many cards are ahead, how many of them stay behind the front one whatever the new order,
# how many answered photos it names, and after how many labels it asks for advice.
WANTED: Final = 8
STEADY: Final = 3
NAMED: Final = 64
ADVICE_EVERY: Final = 25
# Every so many labels a photo is skipped, and one in so many is not what the model thinks first.
SKIPS: Final = 20
CORRECTS: Final = 4


@dataclass(kw_only=True)
class Labeller:
    """A coach at a page. Not for several threads.

    ahead: the cards on the page, the one in front first; answered: photos; acknowledged: ids of answers that
    the server says are kept; errors: what went wrong; waited: how often there was no photo to answer.
    """

    page: PageClient
    ahead: list[dict[str, Any]] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    waited: int = 0

    def __post_init__(self) -> None:
        self.hand = Hand(self.page.coach)
        self._lab = ""
        self._usual: Mapping[str, Any] | None = None

    def refresh(self) -> None:
        """Ask for the next photos; the one in front stays, and so do those behind it."""
        try:
            self._refresh()
        except NotAnswered as error:
            self.errors.append(f"queue: {error}")

    def answer(self) -> None:
        """Answer the photo in front, and ask for what the page asks for then."""
        if not self.ahead:
            self.waited += 1
            self.refresh()
            return
        try:
            self._answer(self.ahead.pop(0))
            self._refresh()
            if self.ahead:
                self.page.ask("explain", {"photo": self.ahead[0]["photo"]})
            if len(self.answered) % ADVICE_EVERY == 0:
                self.page.ask("advice", {})
        except NotAnswered as error:
            self.errors.append(str(error))

    def leave(self) -> None:
        """Let go of everything."""
        now = time.perf_counter()
        self.hand.got((), asked=now, heard=now)
        self.page.close()

    def _refresh(self) -> None:
        held = _photos(self.ahead[: 1 + STEADY])
        asking = {"but": self.answered[-NAMED:], "held": held, "renew": held[1:], "seat": self.page.seat}
        asked = time.perf_counter()
        told = self.page.ask("queue", asking)
        heard = time.perf_counter()
        self._lab = told["lab"]
        settled = {*self.answered, *told["closed"]}
        steady = self.ahead[:1] + [card for card in self.ahead[1 : 1 + STEADY] if card["photo"] not in settled]
        settled.update(_photos(steady))
        others = [card for card in told["cards"] if card["photo"] not in settled]
        self.ahead = [*steady, *others][: WANTED + 1]
        self.hand.got(_photos(self.ahead), asked=asked, heard=heard)

    def _answer(self, card: Mapping[str, Any]) -> None:
        self.answered.append(card["photo"])
        about = {"photo": card["photo"], "event": str(uuid4()), "ms": 900, "coach": self.page.coach}
        entry = {**self._said(card), **about}
        self.hand.gave(card["photo"], time.perf_counter())
        told = self.page.ask("answers", {"lab": self._lab, "entries": [entry]})
        for result in told["results"]:
            if "ok" not in result:
                raise NotAnswered(result)
            self.acknowledged.append(result["ok"]["event"])

    def _said(self, card: Mapping[str, Any]) -> dict[str, object]:
        """Mostly the first guess; where none is shown, as for some photos asked at random, the last name."""
        ranked, number = card["ranked"], len(self.answered)
        if ranked:
            self._usual = ranked[min(int(number % CORRECTS == 0), len(ranked) - 1)]
        if number % SKIPS == 0 or self._usual is None:
            return {"name": "mark", "kind": LabelKind.SKIP.value}
        shown = [{key: one[key] for key in ("id", "slug", "probability")} for one in ranked]
        return {"name": "label", "pose": self._usual["id"], "shown": shown}


def _photos(cards: Sequence[Mapping[str, Any]]) -> list[int]:
    return [card["photo"] for card in cards]
