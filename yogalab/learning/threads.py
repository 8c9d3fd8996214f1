"""Keeps small linear algebra on one thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController

_LOCK = threading.Lock()
_inside = 0
_limited = None


@contextmanager
def one_thread() -> Iterator[None]:
    """Run what is inside on one BLAS thread; may be nested, and entered by several threads at once.

    A label's few milliseconds of arithmetic gain little from a second thread and wait a hundred times longer
    for it whenever other work holds that core.
    """
    global _inside, _limited
    with _LOCK:
        # The limit belongs to the process: the first one in sets it, the last one out lifts it.
        if _inside == 0:
            _limited = _controller().limit(limits=1, user_api="blas")
        _inside += 1
    try:
        yield
    finally:
        with _LOCK:
            _inside -= 1
            if _inside == 0 and _limited is not None:
                _limited.restore_original_limits()


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
