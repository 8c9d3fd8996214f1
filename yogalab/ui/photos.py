"""The photos page: photos in, the grid, one photo large, deleting for good."""

from __future__ import annotations

import gradio as gr

from yogalab.lab.grid import Order, PhotoFilter, Status
from yogalab.lab.lab import Lab
from yogalab.records import Coach, LabelEvent
from yogalab.ui import present
from yogalab.ui.panel import Ask, panel, share, text, whole, wholes
from yogalab.ui.review import ReviewPage
from yogalab.words import say

PAGE_SIZE = 48


class PhotosPage:
    """Handlers get who is asking and what the script sent, and answer with plain values."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        # A photo can be named where it is looked at, too.
        self._review = ReviewPage(lab)

    def grid(self, who: Coach, asked: Ask) -> object:
        """A page of the grid under the chosen filters."""
        wanted = PhotoFilter(
            pose=whole(asked, "pose") if asked.get("pose") else None,
            status=Status(text(asked, "status")) if asked.get("status") else None,
            least=share(asked, "least", 0.0),
            most=share(asked, "most", 1.0),
            order=Order(text(asked, "order", Order.NEWEST)),
        )
        page = self._lab.photos.grid(who, wanted, page=max(whole(asked, "page", 0), 0), size=PAGE_SIZE)
        poses = self._lab.poses.by_id(who)
        skeletons = self._lab.photos.skeletons(who, [tile.photo.id for tile in page.tiles])
        return {
            "tiles": [present.tile(tile, poses, skeletons.get(tile.photo.id)) for tile in page.tiles],
            "total": page.total,
            "size": PAGE_SIZE,
        }

    def filters(self, who: Coach, asked: Ask) -> object:
        """What can be chosen: poses by name."""
        return {"poses": [present.pose(pose) for pose in self._lab.poses.list(who)]}

    def photo(self, who: Coach, asked: Ask) -> object:
        """One photo with its prediction and everything said of it."""
        photo_id = whole(asked, "photo")
        poses = self._lab.poses.by_id(who)
        card = present.card(self._lab.review.card(who, photo_id), poses)
        names = {coach.id: coach.name for coach in self._lab.people.coaches(who)}
        history = self._lab.review.history(who, photo_id)
        return {**card, "history": [_said(event, poses, names) for event in history]}

    def shaped(self, who: Coach, asked: Ask) -> object:
        """Before deleting: how many of the photos an encoder has been trained deeper on."""
        return {"shaped": self._lab.photos.shaped(who, wholes(asked, "photos"))}

    def delete(self, who: Coach, asked: Ask) -> object:
        """Delete photos for good."""
        return {"deleted": self._lab.photos.delete(who, wholes(asked, "photos"))}

    def build(self) -> gr.HTML:
        naming = [self._review.label, self._review.undo, self._review.search, self._review.add_pose]
        handlers = [self.grid, self.filters, self.photo, self.shaped, self.delete, *naming]
        return panel("photos", handlers, label=say("tab.photos"))


def _said(event: LabelEvent, poses: present.Poses, names: dict[str, str]) -> dict[str, object]:
    pose = poses.get(event.pose_id) if event.pose_id is not None else None
    return {
        "id": event.id,
        "coach": names.get(event.coach, event.coach),
        "kind": event.kind.value,
        "pose": pose.name if pose else "",
        "at": event.at.isoformat() if event.at else "",
        "undoes": event.undoes,
    }
