"""Two tools for assistants that speak MCP, and nothing else of the app: name a pose, list the poses.

Gradio makes tools of all events that have a public name; the pages' own are server functions, which have none.
"""

# Gradio reads these functions' types as objects, not as text: no `from __future__ import annotations` here.

import base64
import binascii
import json

import gradio as gr
from gradio import events

from yogalab.errors import PhotoTooLarge, UnreadablePhoto, YogaLabError
from yogalab.lab.lab import Lab
from yogalab.ui.api.showing import pose as shown
from yogalab.ui.api.trying import predict
from yogalab.ui.live import LARGEST_PICTURE
from yogalab.ui.sessions import coach_of
from yogalab.words import say, sentence

MOST_NAMED = 25


class Told(gr.Error):
    """A sentence for whoever called the tool; Gradio's own would come in quotation marks."""

    def __str__(self) -> str:
        return str(self.message)


def offer_tools(lab: Lab) -> None:
    """Add both to the app being laid out. Each call is asked for the coach again."""

    def predict_pose(picture: str, request: gr.Request, top: int = 5) -> str:
        """Name the yoga pose of the person in a picture. Nothing of the picture is kept.

        Args:
            picture: The file (JPEG, PNG, WebP, HEIC, TIFF) as base64 or a data: address, never a web address.
            top: How many poses to name, from 1 to 25.

        Returns:
            JSON with "poses" (slug, name, calibrated probability), "likely" ones, "people" found, "version"
        """
        try:
            asked = min(max(int(top), 1), MOST_NAMED)
            seen = predict(lab, coach_of(request), say("live.picture"), _picture(picture), top=asked)
        except YogaLabError as error:
            raise Told(sentence(error)) from error
        return seen.model_dump_json(exclude={"landmarks"})

    def list_poses(request: gr.Request) -> str:
        """List every yoga pose that this lab can name.

        Returns:
            JSON with "poses": slug, name, sanskrit name, aliases, family, and whether it is done to one side
        """
        try:
            poses = [
                shown(one).model_dump(exclude={"id", "hidden"}) for one in lab.poses.list(coach_of(request))
            ]
        except YogaLabError as error:
            raise Told(sentence(error)) from error
        return json.dumps({"poses": poses}, ensure_ascii=False)

    # Not by Gradio's queue: answered where they are asked, for whoever the gate let in.
    events.api(predict_pose, queue=False)
    events.api(list_poses, queue=False)


def _picture(given: str) -> bytes:
    """The bytes of a picture given as base64. Raises PhotoTooLarge, UnreadablePhoto."""
    name = say("live.picture")
    text = given.partition(",")[2] if given.startswith("data:") else given
    if len(text) > LARGEST_PICTURE * 4 // 3 + 4:
        size, limit = f"{len(text) * 3 // 4 // 2**20} MB", f"{LARGEST_PICTURE // 2**20} MB"
        raise PhotoTooLarge(name=name, size=size, limit=limit)
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadablePhoto(name=name) from error
