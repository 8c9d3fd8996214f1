"""Calibration and the gate measured on drawn photos whose skeletons are known."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.learning.bodies import POSES, person
from yogalab.bench import calibration, gate, pairs
from yogalab.bench.calibration import CalibrationResult, CalibrationRow, Step, bins, measure, worst
from yogalab.bench.certainty_table import calibration_plot, calibration_tables, gate_table
from yogalab.bench.collection import Collection, of_sights
from yogalab.bench.dataset import Sample
from yogalab.bench.figures import Figure
from yogalab.bench.sights import Sights

SLUGS = sorted(POSES)[:13]
EACH = 8


@pytest.fixture(scope="module")
def bench() -> Collection:
    """Bodies in 13 poses, and one photo of nobody."""
    people = [person(slug, seed) for slug in SLUGS for seed in range(EACH)]
    seen = [one.landmarks for one in people]
    found = np.ones(len(seen) + 1, dtype=bool)
    found[-1] = False
    blank = np.zeros((1, 33, 4), np.float32)
    photos = [Sample(path=Path(f"{k}.jpg"), pose=slug) for k, slug in enumerate(np.repeat(SLUGS, EACH))]
    sights = Sights(
        points=np.concatenate([np.stack([one.points for one in seen if one]), blank]),
        world=np.concatenate([np.stack([one.world for one in seen if one]), blank[:, :, :3]]),
        aspect=np.ones(len(found), np.float32),
        found=found,
        trust=found.astype(np.float32),
        hashes=np.random.default_rng(0).integers(0, 1 << 63, len(found), dtype=np.uint64),
    )
    return of_sights([*photos, Sample(path=Path("x.jpg"), pose=SLUGS[0])], sights, "drawn")


def test_a_draw_says_how_sure_and_how_right(bench: Collection) -> None:
    found = measure(bench, Step(kind="known", seed=0, draw=0, shots=4))
    assert found["found"]["top1"] > 0.8
    assert found["found"]["coverage"] > 0.8
    assert 0 <= found["found"]["ece"] <= 1
    # The photo of nobody may be anything: it is in the larger set only, and held there.
    assert found["all"]["set_size"] > found["found"]["set_size"]
    assert sum(n for *_, n in found["bins"]) == len(SLUGS) * (EACH - 4)
    assert found == measure(bench, Step(kind="known", seed=0, draw=0, shots=4))


def test_left_out_poses_are_told_apart(bench: Collection) -> None:
    found = measure(bench, Step(kind="unknown", seed=1, draw=0, shots=4))["unknown"]
    assert found["auroc"] > 0.7


def test_the_worst_pose_is_one_with_photos_enough() -> None:
    y = np.repeat([0, 1, 2], [20, 20, 3])
    held = np.ones(43, dtype=bool)
    held[:5], held[40:] = False, False
    assert worst(held, y) == 0.75
    assert worst(held[40:], y[40:]) == 0.0


def test_bins_run_from_unsure_to_sure() -> None:
    p = np.array([[0.6, 0.4], [0.9, 0.1], [0.7, 0.3]], dtype=np.float32)
    found = np.array(bins(p, np.array([1, 0, 0])))
    np.testing.assert_allclose(found, [[0.6, 0.0, 1], [0.7, 1.0, 1], [0.9, 1.0, 1]], atol=1e-6)


def test_the_result_can_be_read_drawn_and_kept(tmp_path: Path) -> None:
    names = ("top1", "ece_raw", "ece", "nll", "brier", "within", "coverage", "worst_coverage", "set_size")
    figures = {name: Figure(mean=0.5, low=0.4, high=0.6) for name in names}
    some = CalibrationRow(shots=5, asked="found", draws=2, figures=figures, bins=((0.4, 0.5, 9), (0.8, 0.9, 9)))
    result = CalibrationResult(photos=9, poses=3, found=0.9, seed=0, rows=(some,))
    console = Console(width=160, record=True, file=(tmp_path / "table").open("w"))
    for table in calibration_tables(result):
        console.print(table)
    assert "50.0 ± 10.0" in console.export_text()
    calibration_plot(result, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 1000
    assert json.loads(json.dumps(result.to_json()))["rows"][0]["figures"]["ece"]["mean"] == 0.5
    assert result.row(5, "found") is some
    with pytest.raises(KeyError):
        result.row(5, "all")


def test_a_family_of_versions_is_kept_as_it_was_measured(bench: Collection) -> None:
    family = pairs.measure(bench, pairs.Step(seed=0, draw=0))
    assert json.loads(json.dumps(family)) == family
    assert {one["how"] for one in family} == {"own", "more", "flipped", "fewer", "other", "shuffled"}
    found = pairs.pairs_of(bench, family, fewest=1)
    assert "shuffled" in {kind for kind, _ in found}
    assert pairs.pairs_of(bench, family) == []
    for kind, pair in found:
        if kind == "equal":
            assert abs(pair.difference) <= 0.002
        if kind == "worse":
            assert pair.difference == pytest.approx(-0.03, abs=0.002)


def test_the_gate_is_asked_with_a_hold_out_and_a_pool(bench: Collection) -> None:
    truth = np.tile(np.arange(10), 200)
    good = pairs.Pair(related=True, truth=truth, mine=truth, theirs=truth)
    bad = pairs.Pair(related=True, truth=truth, mine=(truth + 1) % 10, theirs=truth)
    rng = np.random.default_rng(0)
    assert gate.verdict_on(good, 50, bench.prior.poses, rng).promoted
    assert gate.verdict_on(bad, 50, bench.prior.poses, rng).reason == "gate.worse"


def test_the_verdicts_become_a_table(tmp_path: Path) -> None:
    row = gate.GateRow(
        kind="worse",
        holdout=100,
        candidates=200,
        pairs=7,
        differing=0.07,
        promoted=Figure(mean=0.03, low=0.014, high=0.064),
        lost=0.0,
    )
    result = gate.GateResult(photos=9, poses=3, seed=0, shuffled=0.3, rows=(row,))
    console = Console(width=160, record=True, file=(tmp_path / "table").open("w"))
    console.print(gate_table(result))
    assert "3.0 (1.4–6.4)" in console.export_text()
    assert result.to_json()["rows"] == (asdict(row),)


def test_figures_of_draws_become_means_with_intervals() -> None:
    step = Step(kind="unknown", seed=0, draw=0, shots=5)
    other = Step(kind="unknown", seed=0, draw=1, shots=5)
    measured = {step: {"unknown": {"auroc": 0.9}}, other: {"unknown": {"auroc": 0.92}}}
    (row,) = calibration._rows(measured, [5])
    assert row.figures["auroc"].mean == pytest.approx(0.91)
    assert row.figures["auroc"].low < 0.9
