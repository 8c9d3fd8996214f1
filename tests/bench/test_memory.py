"""What the server of a lab holds is read while labels come in. How much that is, no test says."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.ui.serving import serving
from yogalab.bench import memory
from yogalab.bench.memory import MemoryResult
from yogalab.bench.served_lab import Served
from yogalab.bench.timing import resident_memory
from yogalab.settings import Settings
from yogalab.wiring import open_with_parts


def test_memory_is_read_as_labels_come_in(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, encoder="")
    poses = memory.fill(settings, 130, seed=0)
    lab, parts = open_with_parts(settings)
    with serving(lab, settings) as address:
        served = Served(address=address, pid=os.getpid(), seconds=0.0)
        result = memory.measure(served, poses[:110], photos=130)
    events = parts.store.events()
    lab.close()
    # Right after the first labels, and at the end.
    assert list(result.held) == [50, 110]
    assert min(result.warm, *result.held.values()) > 1e6
    assert [(event.photo_id, event.pose_id) for event in events] == poses[:110]
    assert json.loads(json.dumps(result.to_json()))["bench"] == "memory"


def test_a_process_that_grows_is_told_from_one_that_stays_as_it_is() -> None:
    def held(*megabytes: int) -> MemoryResult:
        read = {1000 * place + 50: 1_000_000 * each for place, each in enumerate(megabytes)}
        return MemoryResult(photos=1, labels=1, seconds=1.0, warm=0, held=read)

    assert held(900, 940, 1000).bars == held(900, 850).bars == {"flat": True}
    assert held(900, 940, 1001).bars == held(900, 950, 840).bars == {"flat": False}
    assert held(900, 1002, 950).off == 51_000_000


def test_a_process_that_is_gone_holds_nothing() -> None:
    assert resident_memory(2**22 + 1) == 0
