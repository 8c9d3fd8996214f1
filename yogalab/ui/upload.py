"""Files from a browser to photos of the lab, step by step."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Final

from starlette.datastructures import FormData, UploadFile

from yogalab.errors import YogaLabError
from yogalab.lab.intake import Added
from yogalab.records import NO_POSE, Upload
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


def steps(add: Callable[[Callable[[Added], None]], Added]) -> Iterator[Step]:
    """Run what adds photos and tell after each step how many are done; the last one carries "done".

    The adding goes on when the browser turns away: what has arrived is kept.
    """
    told: queue.SimpleQueue[Step | None] = queue.SimpleQueue()

    def work() -> None:
        heard = _Heard()
        try:
            added = add(lambda so_far: told.put(heard.step(so_far)))
            told.put({**heard.step(added), "done": True})
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
    """Turns what was added so far into a step, each trouble told once."""

    def __init__(self) -> None:
        self._errors = 0

    def step(self, added: Added) -> Step:
        fresh = added.errors[self._errors :]
        self._errors = len(added.errors)
        return {
            "seen": added.seen,
            "new": len(added.new),
            "known": len(added.known),
            "refused": list(added.refused),
            "nobody": added.nobody,
            "labelled": added.labelled,
            "troubles": [sentence(error) for _, error in fresh],
        }
