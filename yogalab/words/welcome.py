"""What somebody new is told: three steps, and how far they are."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "welcome.open": "Welcome: the first steps",
    "welcome.title": "Welcome! Teach the computer your poses",
    "welcome.lead": "Three short steps, and it names photos the way you do.",
    "welcome.lead_coach": "Two short steps, and it guesses the way you name them.",
    "welcome.close": "Close the welcome",
    "welcome.steps": "The first steps",
    "welcome.done": "done",
    "welcome.photos": "Bring photos",
    "welcome.photos_lead": "A few of your own, in two or three poses. They stay in this lab.",
    "welcome.photos_go": "Bring photos in",
    "welcome.drawn_go": "Play with drawn people",
    "welcome.drawing": "People are being drawn…",
    "welcome.name": "Name {n} of them",
    "welcome.name.one": "Name it",
    "welcome.name_lead": "The computer guesses, you nod or correct it: one key for each photo.",
    "welcome.name_far": "{done} of {wanted}",
    "welcome.name_go": "Name photos",
    "welcome.teach": "Let it learn",
    "welcome.teach_lead": "One click, a few seconds. Then see how much better it knows your poses.",
    "welcome.teach_go": "Go and teach it",
    "welcome.finished": "That was all: it has learned from you. Each photo you name from now on makes it better.",
    "welcome.finished_coach": "That was your part, thank you: its guesses follow your names already. An owner trains a version with them.",
    "welcome.finished_go": "Lovely, close this",
}
