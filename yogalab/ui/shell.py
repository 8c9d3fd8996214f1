"""The strip above all pages: which encoder is speaking, whether it is ready, who is labelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import gradio as gr

from yogalab.lab.lab import Lab
from yogalab.records import Coach
from yogalab.settings import Settings
from yogalab.ui.panel import Ask, panel
from yogalab.ui.people import PeoplePanel
from yogalab.ui.present import encoder_name
from yogalab.ui.safekeeping import SafekeepingPanel
from yogalab.ui.sessions import ANYBODY
from yogalab.ui.warmth import Warmth
from yogalab.words import language, say, sentence


class Shell:
    """The strip."""

    def __init__(self, lab: Lab, settings: Settings) -> None:
        self._lab = lab
        self._settings = settings
        self._warmth = Warmth(lab)

    def warm(self) -> bool:
        """Whether everything that the first prediction needs has been loaded, or could not be."""
        return self._warmth.ready

    def state(self, who: Coach, asked: Ask) -> object:
        """What the strip says; asking for the first time starts the warming up."""
        self._warmth.start()
        return {
            "coach": who.name,
            "role": who.role.value,
            "coaches": self._names(who),
            # Who only looks in can sign in; who has a password of their own can change it.
            "anybody": who.id == ANYBODY.id,
            "own_password": self._settings.locked and self._lab.passwords.mine(who),
            "ready": self._warmth.ready,
            "trouble": sentence(self._warmth.trouble) if self._warmth.trouble else "",
            "encoder": self._sight(),
            "locked": self._settings.locked,
            "language": language(),
        }

    def steps(self, who: Coach, asked: Ask) -> object:
        """How far a newcomer is."""
        return asdict(self._lab.beginning.steps(who))

    def _names(self, who: Coach) -> Sequence[str]:
        """Whose name somebody may go on under on this machine."""
        if self._settings.locked or not self._warmth.ready:
            return []
        return [coach.name for coach in self._lab.people.coaches(who)]

    def _sight(self) -> str:
        encoder = self._lab.encoder()
        if encoder is None:
            return say("shell.no_encoder")
        missing = self._lab.encoder_trouble() is not None
        return say("shell.encoder_missing" if missing else "shell.encoder", encoder=encoder_name(encoder))

    def build(self) -> gr.HTML:
        self._warmth.start()
        people = PeoplePanel(self._lab).handlers
        kept = SafekeepingPanel(self._lab).kept
        return panel("shell", [self.state, self.steps, kept, *people], label="shell.label")
