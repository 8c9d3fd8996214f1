"""The live page: a camera's pictures in, skeleton and prediction out. Nothing is kept."""

from __future__ import annotations

import gradio as gr

from yogalab.lab.lab import Lab
from yogalab.lab.sitting import STILL, Seen
from yogalab.records import Coach
from yogalab.ui import present
from yogalab.ui.panel import panel
from yogalab.words import say

# A picture chosen from the disk may be a full photo; a camera's frame is far smaller.
LARGEST_PICTURE = 25 * 1024**2
RANKED = 5
LONGEST_NAME = 200
# Below this the likeliest pose of a moving picture is no more than a guess.
WORTH_NAMING = 0.25


class LivePage:
    """The panel; what its script asks goes the ways of `live_route`."""

    def build(self) -> gr.HTML:
        return panel("live", [], label="tab.live")


def looked(lab: Lab, who: Coach, name: str, data: bytes) -> dict[str, object]:
    """What a picture that is not kept shows, for the script that draws it. Raises PhotoError, TooOften."""
    seen = lab.photos.look(who, name[:LONGEST_NAME] or say("live.picture"), data)
    poses = lab.poses.by_id(who)
    return {
        "people": [present.points(person) for person in seen.people],
        "aspect": seen.people[0].aspect if seen.people else None,
        "ranked": present.ranked(seen.prediction, poses, most=RANKED),
        "version": seen.prediction.version,
    }


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
