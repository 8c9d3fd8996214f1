"""Models load behind the page, and the page says so."""

from __future__ import annotations

import atexit
import logging
import threading
from typing import Final

from yogalab.errors import YogaLabError
from yogalab.lab.lab import Lab

_log = logging.getLogger(__name__)

# A program that ends while another thread is inside a model's own code is aborted by it, with a core dump.
_FAREWELL_SECONDS: Final = 30.0


class Warmth:
    """Loads what the first prediction needs, behind the page."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._lock = threading.Lock()
        self._started = False
        self.ready = False
        self.trouble: YogaLabError | None = None

    def start(self) -> None:
        """Begin once; later calls do nothing."""
        with self._lock:
            if self._started:
                return
            self._started = True
        thread = threading.Thread(target=self._warm, name="warming up", daemon=True)
        atexit.register(thread.join, _FAREWELL_SECONDS)
        thread.start()

    def _warm(self) -> None:
        try:
            self._lab.warm()
        except YogaLabError as error:
            self.trouble = error
        except Exception:
            _log.exception("warming up failed")
        self.ready = True
