"""The live page: a camera's pictures in, skeleton and prediction out. Nothing is kept."""

from __future__ import annotations

import base64
import binascii

import gradio as gr

from yogalab.errors import PhotoTooLarge, UnreadablePhoto
from yogalab.lab.lab import Lab
from yogalab.lab.sitting import STILL, Seen
from yogalab.records import Coach
from yogalab.ui import present
from yogalab.ui.panel import Ask, panel, text
from yogalab.words import say

# A picture chosen from the disk may be a full photo; a camera's frame is far smaller.
LARGEST_PICTURE = 25 * 1024**2
RANKED = 5
# Below this the likeliest pose of a moving picture is no more than a guess.
WORTH_NAMING = 0.25


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


def told(seen: Seen, practised: bool) -> dict[str, object]:
    """What a camera's picture shows, for the script that draws it.

    practised: whether the coach has said which pose it is to be. state: what the page should say beside it;
    advice: sentences, worst first.
    """
    named = seen.shown if seen.shown and seen.shown.probability >= WORTH_NAMING else None
    state, advice = _advice(seen, practised)
    return {
        "person": present.points(seen.person),
        "state": state,
        "advice": advice,
        "pose": {**present.pose(seen.poses[named.pose_id]), "probability": named.probability}
        if named
        else None,
        "ranked": [
            {**present.pose(seen.poses[one.pose_id]), "probability": one.probability} for one in seen.ranked
        ],
    }


def _advice(seen: Seen, practised: bool) -> tuple[str, list[str]]:
    """What is to be said of the body: a state, and sentences."""
    if seen.person is None:
        return "nobody", [say("live.nobody")]
    if seen.framing is not None:
        return "framing", [say(seen.framing)]
    if seen.about is None:
        return "waiting", []
    if not seen.about.template:
        return "silent", [say("advice.no_template", pose=seen.about.name)] if practised else []
    if seen.elsewhere:
        return "elsewhere", [say("advice.come", pose=seen.about.name)] if practised else []
    if seen.cues:
        return "advice", [
            say(cue.code, much=say("advice.much" if cue.much else "advice.little")) for cue in seen.cues
        ]
    return ("well", [say("advice.well")]) if seen.held >= STILL else ("moving", [])
