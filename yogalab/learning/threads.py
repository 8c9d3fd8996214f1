"""Keeps small linear algebra on one thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController

# The limit belongs to the process: two that overlap would restore each other's.
_ALONE = threading.Lock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Run what is inside on one BLAS thread.

    A label's few milliseconds of arithmetic gain little from a second thread and wait a hundred times longer
    for it whenever other work holds that core.
    """
    with _ALONE, _controller().limit(limits=1, user_api="blas"):
        yield


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
