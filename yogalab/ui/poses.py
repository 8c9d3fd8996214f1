"""The poses page: what can be named, and how a coach changes it."""

from __future__ import annotations

from dataclasses import asdict

import gradio as gr

from yogalab.lab.lab import Lab
from yogalab.records import Coach
from yogalab.ui import present
from yogalab.ui.panel import Ask, panel, text, whole, wholes


class PosesPage:
    """Handlers get who is asking and what the script sent, and answer with plain values."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def gallery(self, who: Coach, asked: Ask) -> object:
        """All poses with their other names and how they look, by body part."""
        return {
            "poses": [
                {**present.pose(pose), "aliases": list(pose.aliases), "parts": asdict(pose.descriptions)}
                for pose in self._lab.poses.list(who, hidden=True)
            ]
        }

    def add(self, who: Coach, asked: Ask) -> object:
        """A pose of the coach's own, with what it looks like in words where that is said."""
        added = self._lab.poses.add(
            who,
            text(asked, "name"),
            sanskrit=text(asked, "sanskrit").strip(),
            looks=text(asked, "looks"),
        )
        return present.pose(added)

    def understand(self, who: Coach, asked: Ask) -> object:
        """What is understood of a description, and which words are not."""
        heard = self._lab.poses.understand(who, text(asked, "looks"))
        return {"understood": list(heard.understood), "unknown": list(heard.unknown)}

    def rename(self, who: Coach, asked: Ask) -> object:
        """Another display name; labels stay."""
        return present.pose(self._lab.poses.rename(who, whole(asked, "pose"), text(asked, "name")))

    def merge(self, who: Coach, asked: Ask) -> object:
        """Make one pose part of another."""
        return present.pose(self._lab.poses.merge(who, whole(asked, "pose"), whole(asked, "into")))

    def hide(self, who: Coach, asked: Ask) -> object:
        """Stop suggesting a pose, or start again."""
        return present.pose(self._lab.poses.hide(who, whole(asked, "pose"), hidden=asked.get("hidden") is True))

    def keep_only(self, who: Coach, asked: Ask) -> object:
        """Hide every pose but these."""
        kept = wholes(asked, "poses")
        self._lab.poses.keep_only(who, kept)
        return {"kept": len(kept)}

    def build(self) -> gr.HTML:
        handlers = [
            self.gallery,
            self.add,
            self.understand,
            self.rename,
            self.merge,
            self.hide,
            self.keep_only,
        ]
        return panel("poses", handlers, label="tab.poses")
