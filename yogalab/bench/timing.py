"""How long things take, as spreads and as ratios to a floor measured in the same run."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Seconds: the median, the 95th percentile, the worst, and of how many."""

    n: int
    p50: float
    p95: float
    worst: float


def spread(seconds: Sequence[float]) -> Spread:
    """Return the spread of at least one duration."""
    p50, p95 = np.percentile(seconds, [50, 95])
    return Spread(n=len(seconds), p50=float(p50), p95=float(p95), worst=float(max(seconds)))


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def peak_memory() -> int:
    """Return the most memory this process has held so far, in bytes; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if status.is_file():
        # What getrusage tells a young process is the most its parent held.
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)
        if found:
            return 1024 * int(found[1])
    try:
        # Not on Windows.
        import resource  # noqa: PLC0415
    except ModuleNotFoundError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if platform.system() == "Darwin" else 1024 * most


def resident_memory(pid: int) -> int:
    """Return the bytes of memory a process holds now; 0 where the system does not tell."""
    try:
        found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return 1024 * int(found[1]) if found else 0


def tree_seconds(pid: int) -> float:
    """Return seconds of one core that a process, those below it and those they have waited for took so far.

    0 where the system does not tell.
    """
    parents, used = dict[int, int](), dict[int, float]()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # What comes after the name, which may hold anything: the parent, then ticks from the 12th on.
            facts = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        one = int(stat.parent.name)
        parents[one] = int(facts[1])
        used[one] = sum(map(int, facts[11:15])) / os.sysconf("SC_CLK_TCK")
    below = {pid}
    while more := {one for one, parent in parents.items() if parent in below} - below:
        below |= more
    return sum(used.get(one, 0.0) for one in below)


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    return {"system": platform.system(), "python": platform.python_version(), "cores": cores()}
