"""What the live page says. A code with ".one" behind it is used where n is 1."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "live.title": "Try it",
    "live.lead": "Stand where the camera sees all of you, or choose a picture.",
    "live.idle": "Camera off",
    "live.ended": "The camera was unplugged or taken by another program.",
    "live.insecure": "Browsers let a page use the camera only on this very machine or over https. Choosing a picture works all the same.",
    "live.denied": "This page may not use the camera. Allow it in your browser, beside the address, and start again.",
    "live.start": "Start the camera",
    "live.stop": "Stop the camera",
    "live.choose": "Choose a picture",
    "live.camera": "Your camera's picture",
    "live.picture": "picture",
    "live.looking": "Looking…",
    "live.people": "{n} people found; the first one is named.",
    "live.people.one": "One person found.",
    "live.nobody": "Nobody found. Step back until all of you is in the picture.",
    "live.no_camera": "The camera could not be opened. Allow it for this page in your browser, and close other programs that use it.",
    "live.too_large": "This picture is too large for a camera's. Choose it as a picture instead.",
    "live.odd": "This picture came without saying when it was taken. Reload the page.",
    "live.hold": "Take a pose and hold it: it is named as soon as you are still.",
    "live.practise": "I want to do",
    "live.any": "Whatever I do (guess it)",
    "live.aim": "You want to do",
    "live.seems": "This looks like",
    "live.other": "Other camera",
    "live.large": "Large view",
    "live.many": "How sure it is",
    "live.ready": "The camera is on.",
    "live.fetching": "The camera is on. Getting ready…",
    "live.busy": "This camera's pictures come faster than they can be looked at.",
    "live.full": "{cameras} cameras are on already. As soon as one of them is switched off, yours can be watched.",
    "live.close": "Step back until the camera sees all of you, from head to feet.",
    "live.far": "Come a little closer: you are small in the picture.",
    "live.nothing_kept": "Nothing on this page is kept.",
}
