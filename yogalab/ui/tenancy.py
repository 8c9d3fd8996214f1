"""How the process that serves a lab shares the machine: threads take short turns, free memory goes back."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from typing import Final

from threadpoolctl import threadpool_limits

# How long a thread that computes keeps the others waiting. A label asks the database a few times, and each
# time it would wait Python's usual 5 ms behind a ranking: with eight coaches this halves what all of them wait.
TURN_SECONDS: Final = 0.001
# GNU's names for what `mallopt` sets, by their numbers in malloc.h.
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
# Of arrays this large each has memory of its own, which goes back to the system with it. Left alone, the C
# library raises this to 32 MB and keeps what arrays below it leave behind, in each of up to 40 threads.
_OWN_MEMORY: Final = 8 << 20
_KEPT_FREE: Final = 8 << 20
_ARENAS: Final = 2


def settle_in() -> None:
    """Set all of it, for the whole process; what a system does not know is left as it is there."""
    sys.setswitchinterval(TURN_SECONDS)
    # Answers to several people keep several cores busy by themselves. A second thread for one answer's
    # arithmetic mostly waits for the first, awake, on a core that another answer wants.
    threadpool_limits(limits=1, user_api="blas")
    # Only GNU's C library has it, and only there is it needed.
    with suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        for what, value in (
            (_MMAP_THRESHOLD, _OWN_MEMORY),
            (_TRIM_THRESHOLD, _KEPT_FREE),
            (_ARENA_MAX, _ARENAS),
        ):
            mallopt(what, value)
