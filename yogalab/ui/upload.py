"""Files from a browser to photos of the lab, step by step."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import copy_context
from typing import Final

from starlette.datastructures import FormData, UploadFile

from yogalab.errors import YogaLabError
from yogalab.lab.arrivals import Added, Arrival
from yogalab.records import NO_POSE, Coach, Upload
from yogalab.words import sentence

# As a zip of photos may be; a form around it costs a little more.
LARGEST_UPLOAD: Final = 2 * 1024**3 + 1024**2
# Small enough that a lost connection costs seconds of work.
MOST_FILES: Final = 16
# Enough drawn people to walk the whole loop, few enough to be there within a minute.
DRAWN: Final = 60

Step = dict[str, object]


def offered(form: FormData) -> Iterator[Upload]:
    """The form's files, each read when its turn comes.

    `labels` names the poses that came with them; `folders` says that folders inside zips name poses, too.
    """
    folders = form.get("folders") == "yes"
    labels = [str(label) for label in form.getlist("labels")]
    files = [file for file in form.getlist("files") if isinstance(file, UploadFile)]
    for place, file in enumerate(files):
        label = labels[place] if place < len(labels) else ""
        name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
        label = "" if label.lower() in NO_POSE else label
        yield Upload(name=name or "photo", data=file.file.read(), label=label or None, folders=folders)


class Stopped(Exception):
    """Whoever adds the photos has had enough: what was looked at is kept, the rest stays out."""


class Runs:
    """Runs of adding photos that may be stopped half-way, by the name that the browser gave them."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], threading.Event] = {}

    @contextmanager
    def open(self, who: Coach, name: str) -> Iterator[threading.Event]:
        """The event that says to stop, for as long as the run goes on."""
        stop = self._open.setdefault((who.id, name), threading.Event())
        try:
            yield stop
        finally:
            self._open.pop((who.id, name), None)

    def stop(self, who: Coach, name: str) -> bool:
        """Ask a run to stop; False where none of this coach's has that name."""
        stop = self._open.get((who.id, name))
        if stop is not None:
            stop.set()
        return stop is not None


def steps(
    add: Callable[[Callable[[Added], None]], Added],
    stopping: Callable[[], AbstractContextManager[threading.Event]] = lambda: nullcontext(threading.Event()),
) -> Iterator[Step]:
    """Run what adds photos and tell after each step what became of each file; the last one carries "done".

    The adding goes on when the browser turns away: what has arrived is kept.

    stopping: around the run; the event it gives ends the run at the next photo.
    """
    told: queue.SimpleQueue[Step | None] = queue.SimpleQueue()

    def work() -> None:
        heard = _Heard()
        try:
            with stopping() as stop:
                added = add(lambda so_far: told.put(heard.step(so_far, stop)))
            told.put({**heard.step(added), "done": True})
        except Stopped:
            told.put({**heard.last(), "done": True, "stopped": True})
        except YogaLabError as error:
            told.put({"failed": sentence(error)})
        except Exception as error:
            told.put({"failed": sentence(error)})
            raise
        finally:
            told.put(None)

    # The context goes with it: troubles are told in the language of whoever adds the photos.
    threading.Thread(target=copy_context().run, args=(work,), name="adding photos", daemon=True).start()
    while (step := told.get()) is not None:
        yield step


class _Heard:
    """Turns what was added so far into a step: of the files only those with news, each trouble told once."""

    def __init__(self) -> None:
        self._added = Added()
        self._told: list[tuple[dict[str, int], int]] = []

    def step(self, added: Added, stop: threading.Event | None = None) -> Step:
        """What is new since the last step. Raises Stopped, once, where `stop` is set."""
        self._added = added
        if stop is not None and stop.is_set():
            # Once: what was looked at is still to be kept, and told of.
            stop.clear()
            raise Stopped
        return self.last()

    def last(self) -> Step:
        """The same of what was heard last."""
        added = self._added
        return {
            "seen": added.seen,
            "new": len(added.new),
            "known": len(added.known),
            "refused": len(added.refused),
            "alike": added.alike,
            "nobody": added.nobody,
            "labelled": added.labelled,
            "files": [
                {"file": place, **arrival.counts, "troubles": [sentence(error) for error in fresh]}
                for place, (arrival, fresh) in enumerate(self._news(added))
                if fresh is not None
            ],
        }

    def _news(self, added: Added) -> Iterator[tuple[Arrival, list[Exception] | None]]:
        """Each file with its fresh troubles; None where nothing has changed."""
        for place, arrival in enumerate(added.files):
            if place == len(self._told):
                self._told.append(({}, 0))
            counts, errors = self._told[place]
            self._told[place] = (arrival.counts, len(arrival.errors))
            yield arrival, None if self._told[place] == (counts, errors) else arrival.errors[errors:]
