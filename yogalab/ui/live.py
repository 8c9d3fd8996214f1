"""The live page: a camera's pictures in, skeleton and prediction out. Nothing is kept."""

from __future__ import annotations

import base64
import binascii

import gradio as gr

from yogalab.errors import PhotoTooLarge, UnreadablePhoto
from yogalab.lab.lab import Lab
from yogalab.records import Coach
from yogalab.ui import present
from yogalab.ui.panel import Ask, panel, text
from yogalab.words import say

# A picture chosen from the disk may be a full photo; a camera's frame is far smaller.
LARGEST_PICTURE = 25 * 1024**2
RANKED = 5


class LivePage:
    """Handlers get who is asking and what the script sent, and answer with plain values."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def look(self, who: Coach, asked: Ask) -> object:
        """Predict a picture, given as base64."""
        name = text(asked, "name") or say("live.picture")
        given = text(asked, "picture")
        if len(given) > LARGEST_PICTURE * 4 // 3 + 4:
            raise PhotoTooLarge(name=name, size=f"{len(given) * 3 // 4 // 1024**2} MB", limit="25 MB")
        try:
            data = base64.b64decode(given, validate=True)
        except (binascii.Error, ValueError) as error:
            raise UnreadablePhoto(name=name) from error
        seen = self._lab.photos.look(who, name, data)
        poses = self._lab.poses.by_id(who)
        return {
            "people": [present.points(person) for person in seen.people],
            "aspect": seen.people[0].aspect if seen.people else None,
            "ranked": present.ranked(seen.prediction, poses, most=RANKED),
            "version": seen.prediction.version,
        }

    def build(self) -> gr.HTML:
        return panel("live", [self.look], label="tab.live")
