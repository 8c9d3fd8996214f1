"""Work over several processes comes out as in one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from tests.bench.bodies import drawn_bodies
from yogalab.bench import crew, ledger
from yogalab.bench.collection import Collection
from yogalab.bench.ledger import Ledger, key_of


@dataclass(frozen=True)
class Part:
    row: int

    @property
    def name(self) -> str:
        return f"row {self.row}"


def looked_at(bench: Collection, part: Part) -> dict[str, float]:
    """What a process sees of its photos, and how many threads it may use."""
    threads = [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]
    return {"sum": float(bench.x[part.row].sum()), "threads": max(threads, default=1)}


def test_two_processes_find_the_same_on_one_thread_each() -> None:
    bench, parts = drawn_bodies(1), [Part(row) for row in range(3)]
    alone = dict(crew.each(looked_at, bench, parts, processes=1))
    assert dict(crew.each(looked_at, bench, parts, processes=2)) == alone
    assert {found["threads"] for found in alone.values()} == {1}
    assert [alone[part]["sum"] for part in parts] == [float(np.sum(bench.x[part.row])) for part in parts]


def test_what_is_in_the_ledger_is_not_measured_again(tmp_path: Path) -> None:
    bench, shares = drawn_bodies(1), []
    Ledger(tmp_path, "looks", "key").add("row 1", "known")
    ledger = Ledger(tmp_path, "looks", "key")
    parts = [Part(row) for row in range(3)]
    crew.finish(looked_at, bench, parts, ledger=ledger, processes=1, on_progress=shares.append)
    assert ledger.done["row 1"] == "known" and set(ledger.done) == {"row 0", "row 1", "row 2"}
    assert shares == [1 / 3, 2 / 3, 1]


def test_a_line_left_half_written_is_measured_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, "looks", "key")
    ledger.add("row 0", 1)
    (file,) = tmp_path.iterdir()
    file.write_text(file.read_text() + '\n{"step": "row 1", "resu')
    ledger = Ledger(tmp_path, "looks", "key")
    assert ledger.done == {"row 0": 1}
    ledger.add("row 1", 2)
    assert Ledger(tmp_path, "looks", "key").done == {"row 0": 1, "row 1": 2}


def test_old_ledgers_do_not_pile_up(tmp_path: Path) -> None:
    for key in range(12):
        Ledger(tmp_path, "looks", str(key)).add("row", key)
    assert len(list(tmp_path.iterdir())) <= 7
    assert Ledger(tmp_path, "looks", "11").done == {"row": 11}


def test_another_prior_or_network_is_measured_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = drawn_bodies(1)
    key = key_of(bench, 0)
    assert key_of(drawn_bodies(1), 0) == key
    wider = {**bench.prior.arrays, "tolerances": bench.prior.arrays["tolerances"] * 2}
    assert key_of(replace(bench, prior=replace(bench.prior, arrays=wider)), 0) != key
    network = tmp_path / "drawn.safetensors"
    network.write_bytes(b"made anew")
    monkeypatch.setattr(ledger, "resource", lambda *parts: network)
    assert key_of(bench, 0) != key
