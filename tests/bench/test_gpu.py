"""The arithmetic of speed on a graphics card, and the sentence where there is none."""

from __future__ import annotations

import json

import pytest

from tests.cli.lab_line import run as run_line
from yogalab.bench.gpu import COLUMNS, GpuResult, cells, peak_of, row_of
from yogalab.training.throughput import has_gpu
from yogalab.workbench import Speed

SPEED = Speed(
    device="NVIDIA H200",
    bf16=True,
    parameters=10,
    batch=64,
    step_seconds=(0.4, 0.5, 0.6),
    step_flops=100e12,
    peak_bytes=2**31,
    latency_seconds=(0.003, 0.0035, 0.004),
)


def test_shares_and_speeds_are_those_of_the_median_step() -> None:
    row = row_of("ViT-B-32-256", SPEED)
    # By hand: 64 photos in half a second; 100 TFLOP in half a second are 200 of the card's 989.4 TFLOP/s.
    assert row.photos_per_second == pytest.approx(128)
    assert row.teraflops == pytest.approx(200)
    assert row.peak_share == pytest.approx(200 / 989.4)
    assert row.beside_paper == pytest.approx(0.5)
    assert (row.step.n, row.latency.n) == (3, 3)
    assert cells(row) == ("ViT-B-32-256", "128", "2.0", "200", "20", "3.5", "0.50")
    assert len(COLUMNS) == len(cells(row))
    written = json.loads(json.dumps(GpuResult(device="NVIDIA H200", rows=(row,)).to_json()))
    assert (written["format"], written["bench"]) == (1, "gpu")


@pytest.mark.parametrize(
    ("device", "teraflops"),
    [
        ("NVIDIA H200", 989.4),
        ("NVIDIA H100 80GB HBM3", 989.4),
        ("NVIDIA H100 PCIe", 756),
        ("NVIDIA A100-SXM4-80GB", 312),
        ("NVIDIA A10G", 70),
        ("NVIDIA L4", 121),
        ("NVIDIA GeForce RTX 4090", 165.2),
    ],
)
def test_a_cards_peak_is_found_by_its_name(device: str, teraflops: float) -> None:
    assert peak_of(device) == pytest.approx(teraflops * 1e12)


def test_of_an_unknown_card_no_share_is_told() -> None:
    assert peak_of("Some GPU 9000") is None and peak_of("") is None


def test_without_a_card_one_sentence_is_said() -> None:
    if has_gpu():
        pytest.skip("this machine has one")
    done = run_line("bench", "gpu")
    assert done.status == 0 and "no graphics card" in done.out and done.err == ""
