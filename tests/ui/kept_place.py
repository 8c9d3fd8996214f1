"""A served lab with a second place, whose machine can be lost: its process ends, and its disk is wiped."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from threading import Event

from tests.fakes import studio_lab
from tests.hub_server import HubServer
from tests.ui.outage import Place, answers
from yogalab.keeping.photo_files import FolderPhotoFiles
from yogalab.keeping.safekeeping import bring_back_first, keeper_of
from yogalab.keeping.store import open_store
from yogalab.lab.lab import Lab
from yogalab.publishing.vault import HubVault
from yogalab.settings import Settings
from yogalab.ui import site
from yogalab.ui.pages import build_app

REPO = "coach/lab"


def serve(home: Path, port: int, hub: str, pace: float, said: Path) -> None:
    """Serve the lab as `yogalab serve` does; what it prints goes to a file."""
    with said.open("w") as out:
        os.dup2(out.fileno(), 1)
    settings = Settings(home=home, port=port, vault=REPO, hub_endpoint=hub)
    vault = HubVault(settings, REPO, token="hf_coach")
    bring_back_first(settings, vault, patient=True, told=print)
    _, parts = studio_lab(home)
    keeper, files = keeper_of(
        settings,
        parts.store,  # type: ignore[arg-type]
        FolderPhotoFiles(home / "photos"),
        vault,
        pace_seconds=pace,
    )
    lab = Lab(replace(parts, keeper=keeper, files=files))
    site.serve(build_app(lab, settings), lab, settings)


class KeptPlace(Place):
    """One lab at one address. pace: seconds between two rounds of keeping."""

    def __init__(self, home: Path, hub: HubServer, *, photos: int, pace: float) -> None:
        super().__init__(home, photos=photos)
        self.hub = hub
        self._pace = pace
        self._said = home.with_name("said")

    @property
    def said(self) -> str:
        """What the present process has printed."""
        return self._said.read_text()

    def start(self) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(["tests.ui.kept_place"])
        process = context.Process(
            target=serve, args=(self.home, self.port, self.hub.url, self._pace, self._said), daemon=True
        )
        process.start()
        self._process = process
        while not answers(self.address):
            assert process.is_alive(), "the lab does not open"
            Event().wait(0.05)

    def end(self) -> int | None:
        """As a platform does; the process's status."""
        assert self._process is not None and self._process.pid is not None
        os.kill(self._process.pid, signal.SIGTERM)
        self._process.join(30)
        return self._process.exitcode

    def events(self) -> dict[str, int]:
        """Ids and numbers of the label events that the lab has."""
        with closing(open_store(Settings(home=self.home))) as store:
            return {event.id: event.seq or 0 for event in store.events()}

    def wipe(self) -> None:
        """The disk of a machine that is gone."""
        shutil.rmtree(self.home)


@contextmanager
def kept_place(home: Path, *, photos: int, pace: float) -> Iterator[KeptPlace]:
    """Serve such a lab until the block ends."""
    with HubServer() as hub:
        place = KeptPlace(home, hub, photos=photos, pace=pace)
        place.start()
        try:
            yield place
        finally:
            place.kill()
