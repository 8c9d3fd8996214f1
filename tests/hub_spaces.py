"""The test hub's Spaces: how they are set up, the stages they go through, what their logs say."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.hub_repos import Refused, Repo

ZERO_GPU = "zero-a10g"


@dataclass
class Running:
    """A Space beside its repository.

    builds: the stages that every commit sends it through, one a look; the last one stays. runs: the commit that
    runs now, which a new one replaces when it arrives at RUNNING. logs: "build" or "run" -> lines.
    """

    hardware: str = "cpu-basic"
    builds: list[str] = field(default_factory=lambda: ["BUILDING", "APP_STARTING", "RUNNING"])
    stages: list[str] = field(default_factory=lambda: ["NO_APP_FILE"])
    runs: str | None = None
    tells_commit: bool = True
    error: str | None = None
    logs: dict[str, list[str]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    restarts: list[bool] = field(default_factory=list)

    def start(self) -> None:
        self.stages = list(self.builds)

    def look(self, head: str) -> dict[str, Any]:
        stage = self.stages.pop(0) if len(self.stages) > 1 else self.stages[0]
        if stage == "RUNNING":
            self.runs = head
        told = {"sha": self.runs} if self.tells_commit and self.runs else {}
        return {
            "stage": stage,
            "hardware": {"current": self.hardware, "requested": self.hardware},
            "gcTimeout": None,
            "storage": None,
            "hotReloading": None,
            **told,
            **({"errorMessage": self.error} if self.error else {}),
        }


class Spaces:
    """All Spaces. `free`: accounts that get ZeroGPU only, `poor`: those that do not even get that."""

    def __init__(self) -> None:
        self.free: set[str] = set()
        self.poor: set[str] = set()
        self._all: dict[str, Running] = {}

    def at(self, name: str) -> Running:
        return self._all.setdefault(name, Running())

    def make(self, name: str, asked: dict[str, Any]) -> None:
        """Raises Refused where the account would have to pay."""
        owner, hardware = name.split("/")[0], asked.get("hardware") or "cpu-basic"
        self._paid(owner, hardware)
        self.at(name).hardware = hardware

    def _paid(self, owner: str, hardware: str) -> None:
        if owner in self.poor or (owner in self.free and hardware != ZERO_GPU):
            raise Refused(402, "Spaces on this hardware need a subscription")

    def answer(self, command: str, repo: Repo, what: str, body: bytes) -> Any:
        """Answer a request about /api/spaces/OWNER/NAME/<what>."""
        space = self.at(repo.name)
        asked = json.loads(body) if body else {}
        if what in {"secrets", "variables"}:
            return self._set(space, command, what, asked)
        if what.startswith("logs/"):
            return self._log(space, what.removeprefix("logs/"))
        if what == "hardware":
            self._paid(repo.owner, asked["flavor"])
            space.hardware = asked["flavor"]
        if what == "restart":
            space.restarts.append(bool(asked.get("factory")))
            space.start()
        return space.look(repo.head.oid)

    def _set(self, space: Running, command: str, what: str, asked: dict[str, str]) -> Any:
        kept = space.secrets if what == "secrets" else space.variables
        if command == "POST":
            kept[asked["key"]] = asked["value"]
        # A secret goes in and never comes out.
        return {name: {} if what == "secrets" else {"value": value} for name, value in kept.items()}

    def _log(self, space: Running, which: str) -> Any:
        events = [
            f"data: {json.dumps({'data': line, 'timestamp': '2026-01-01T00:00:00.000Z'})}\n\n"
            for line in space.logs.get(which, [])
        ]
        return "".join(events).encode(), {"Content-Type": "text/event-stream"}
