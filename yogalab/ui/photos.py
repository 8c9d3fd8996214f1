"""The photos page: photos in, the grid, one photo large, naming many, deleting for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import gradio as gr

from yogalab.errors import NotUnderstood
from yogalab.lab.answer_columns import Status
from yogalab.lab.grid import Order, PhotoFilter
from yogalab.lab.lab import Lab
from yogalab.lab.naming import Named
from yogalab.records import Coach
from yogalab.ui import present
from yogalab.ui.consents import ConsentPart
from yogalab.ui.history import history, origin
from yogalab.ui.panel import Ask, choice, panel, share, text, whole, wholes
from yogalab.ui.review import ReviewPage, event_id_of, same_coach

# As many as a large screen shows on three screens.
MOST_TILES = 400


class PhotosPage:
    """Handlers get who is asking and what the script sent, and answer with plain values."""

    def __init__(self, lab: Lab, *, warm: Callable[[], bool] = lambda: True) -> None:
        """warm: whether the lab has read its photos; until then the grid shows what is there already."""
        self._lab = lab
        self._warm = warm
        # A photo can be named where it is looked at, too.
        self._review = ReviewPage(lab)

    def grid(self, who: Coach, asked: Ask) -> object:
        """Some tiles of the grid under the chosen filters."""
        count = min(max(whole(asked, "count", 60), 0), MOST_TILES)
        page = self._lab.photos.grid(
            who, _filter(asked), start=max(whole(asked, "start", 0), 0), count=count, wait=self._warm()
        )
        poses = self._lab.poses.by_id(who)
        bones = asked.get("bones") is True and not page.warming
        shown = [tile.photo.id for tile in page.tiles] if bones else []
        skeletons = self._lab.photos.skeletons(who, shown) if shown else {}
        return {
            "tiles": [present.tile(tile, poses, skeletons.get(tile.photo.id)) for tile in page.tiles],
            "total": page.total,
            "photos": page.photos,
            "warming": page.warming,
        }

    def matching(self, who: Coach, asked: Ask) -> object:
        """The photos that some tiles stand for, or all of them."""
        count = max(whole(asked, "count"), 0) if "count" in asked else None
        start = max(whole(asked, "start", 0), 0)
        return {"photos": self._lab.photos.matching(who, _filter(asked), start=start, count=count)}

    def filters(self, who: Coach, asked: Ask) -> object:
        """What can be chosen: poses and coaches by name."""
        return {
            "poses": [present.pose(pose) for pose in self._lab.poses.list(who)],
            "coaches": [{"id": one.id, "name": one.name} for one in self._lab.people.coaches(who)],
        }

    def photo(self, who: Coach, asked: Ask) -> object:
        """One photo with its prediction and everything said of it."""
        photo_id = whole(asked, "photo")
        poses = self._lab.poses.by_id(who)
        card = self._lab.review.card(who, photo_id)
        names = {coach.id: coach.name for coach in self._lab.people.coaches(who)}
        events = self._lab.review.history(who, photo_id)
        return {
            **present.card(card, poses),
            "origin": origin(card.photo, names),
            "history": history(events, poses, names),
        }

    def name_all(self, who: Coach, asked: Ask) -> object:
        """Name many photos at one click; without a pose: they show none."""
        same_coach(who, asked)
        pose = whole(asked, "pose", 0) or None
        return _named(self._lab.naming.name(who, wholes(asked, "photos"), pose, event_id=event_id_of(asked)))

    def take_back(self, who: Coach, asked: Ask) -> object:
        """Take back what one click named."""
        same_coach(who, asked)
        return _named(self._lab.naming.take_back(who, text(asked, "click"), event_id=event_id_of(asked)))

    def shaped(self, who: Coach, asked: Ask) -> object:
        """Before deleting: how many of the photos an encoder was trained on, and where others have them."""
        photos = wholes(asked, "photos")
        return {
            "shaped": self._lab.photos.shaped(who, photos),
            "published": list(self._lab.data.holding(who, photos)),
        }

    def delete(self, who: Coach, asked: Ask) -> object:
        """Delete photos for good."""
        return {"deleted": self._lab.photos.delete(who, wholes(asked, "photos"))}

    def build(self) -> gr.HTML:
        naming = [self._review.label, self._review.undo, self._review.search, self._review.add_pose]
        many = [self.matching, self.name_all, self.take_back]
        agreeing = ConsentPart(self._lab).handlers
        handlers = [self.grid, self.filters, self.photo, *many, *agreeing, self.shaped, self.delete, *naming]
        return panel("photos", handlers, label="tab.photos")


def _filter(asked: Ask) -> PhotoFilter:
    """Raises NotUnderstood for a status, an order or a moment that is none."""
    found, differ, agreed = (asked.get(name) for name in ("found", "differ", "agreed"))
    return PhotoFilter(
        pose=whole(asked, "pose") if asked.get("pose") else None,
        status=choice(asked, "status", Status) if asked.get("status") else None,
        least=share(asked, "least", 0.0),
        most=share(asked, "most", 1.0),
        coach=text(asked, "coach") or None,
        since=_moment(asked, "since"),
        until=_moment(asked, "until"),
        found=found if isinstance(found, bool) else None,
        differ=differ if isinstance(differ, bool) else None,
        agreed=agreed if isinstance(agreed, bool) else None,
        fold=asked.get("fold") is True,
        order=choice(asked, "order", Order, Order.NEWEST),
    )


def _moment(asked: Ask, name: str) -> datetime | None:
    given = text(asked, name)
    if not given:
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError as error:
        raise NotUnderstood(what=name) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _named(done: Named) -> dict[str, object]:
    return {"click": done.click, "photos": len(done.photos)}
