"""Leaving a block out takes it from the comparison of photos, and from nothing else."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.bench.bodies import drawn_bodies
from yogalab.bench.ablation import FULL, of_collection, undrawn, without
from yogalab.bench.collection import Collection
from yogalab.bench.table import ablation_tables
from yogalab.learning import ladder
from yogalab.learning.features import layout_of
from yogalab.learning.kernel import kernel


@pytest.fixture(scope="module")
def bench() -> Collection:
    return drawn_bodies()


BLOCKS = tuple(layout_of(1000).blocks)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_left_out_no_longer_tells_photos_apart(bench: Collection, block: str) -> None:
    ours, rng = without(bench, block), np.random.default_rng(0)
    columns = layout_of(bench.x.shape[1]).blocks[block]
    shaken = ours.x.copy()
    shaken[:, columns] = ours.x[rng.permutation(len(ours.x))][:, columns]
    alike = kernel(shaken, ours.x, embedding_share=0.0)
    np.testing.assert_allclose(alike, kernel(ours.x, ours.x, embedding_share=0.0), atol=1e-3)
    assert np.abs(kernel(bench.x, bench.x, embedding_share=0.0) - alike).max() > 1e-3


@pytest.mark.parametrize("block", BLOCKS)
def test_templates_still_say_what_they_said(bench: Collection, block: str) -> None:
    full = undrawn(bench)
    ours = without(full, block)
    np.testing.assert_allclose(
        ladder.probabilities(ours.prior, ours.x), ladder.probabilities(full.prior, full.x), atol=1e-6
    )


def test_every_block_is_measured_beside_the_full_row(bench: Collection, tmp_path: Path) -> None:
    result = of_collection(bench, folder=tmp_path, shots=(1, 2), draws=2)
    assert set(result.blocks) == set(BLOCKS)
    for rows in result.rows.values():
        assert {(row.learner, row.shots) for row in rows} == {(b, k) for b in (FULL, *BLOCKS) for k in (1, 2)}
        for row in rows:
            full = next(one for one in rows if (one.learner, one.shots) == (FULL, row.shots))
            if row.learner == FULL:
                assert row.ahead is None
            else:
                assert row.ahead is not None
                assert row.ahead.mean == pytest.approx(row.top1.mean - full.top1.mean)
    assert json.loads(json.dumps(result.to_json()))["bench"] == "ablation"
    console = Console(width=140, record=True, file=io.StringIO())
    for table in ablation_tables(result):
        console.print(table)
    text = console.export_text()
    assert "R2 without prior" in text and FULL in text and "visibility" in text
