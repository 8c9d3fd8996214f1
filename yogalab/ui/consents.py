"""What the photos page shows and changes of who agreed to what."""

from __future__ import annotations

from collections.abc import Mapping

from yogalab.errors import NotUnderstood
from yogalab.lab.lab import Lab
from yogalab.records import Coach, Consent
from yogalab.ui.panel import Ask, Handler, choice, text, wholes


class ConsentPart:
    """Handlers of the photos page; see `PhotosPage`."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    @property
    def handlers(self) -> list[Handler]:
        return [self.consents, self.agree]

    def consents(self, who: Coach, asked: Ask) -> object:
        """What is recorded of some photos, and where others can see them."""
        told = self._lab.consents.recorded(who, wholes(asked, "photos"))
        recorded = sorted(told.consents.items(), key=lambda pair: -pair[1])
        return {
            "recorded": [[consent.value, count] for consent, count in recorded],
            "own": told.own,
            "shown": list(told.shown),
        }

    def agree(self, who: Coach, asked: Ask) -> object:
        """Record consent; answers with what was recorded before, by which it is taken back.

        asked: {wanted: {consent: [photo ids]}, was}; `was`: only where this is recorded now.
        """
        was = choice(asked, "was", Consent) if text(asked, "was") else None
        before = self._lab.consents.record(who, _wanted(asked), was=was)
        told: dict[str, list[int]] = {}
        for photo_id, consent in before.items():
            told.setdefault(consent.value, []).append(photo_id)
        return {"before": told, "photos": len(before)}


def _wanted(asked: Ask) -> Mapping[int, Consent]:
    """Raises NotUnderstood."""
    given = asked.get("wanted")
    if not isinstance(given, Mapping):
        raise NotUnderstood(what="wanted")
    named = {choice({"wanted": name}, "wanted", Consent): wholes(given, name) for name in given}
    return {photo_id: consent for consent, photos in named.items() for photo_id in photos}
