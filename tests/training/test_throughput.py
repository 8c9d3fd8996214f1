"""Speed of tuning, measured on a tiny network of the real kind."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from tests.training.networks import opened, write  # noqa: E402
from yogalab.training.throughput import measure_speed  # noqa: E402
from yogalab.training.tuning.recipe import LORA  # noqa: E402


@pytest.mark.parametrize("kind", ["vit", "timm"])
def test_steps_are_timed_and_counted_and_the_network_is_left_as_it_was(kind: str, tmp_path: Path) -> None:
    loaded = opened(write(tmp_path, kind))
    before = {name: value.clone() for name, value in loaded.network.state_dict().items()}
    speed = measure_speed(loaded, LORA, batch=4, steps=3)
    assert (speed.batch, len(speed.step_seconds), speed.peak_bytes) == (4, 3, 0)
    assert speed.step_flops > 0 and min(speed.step_seconds) > 0 and min(speed.latency_seconds) > 0
    assert speed.parameters == sum(weight.numel() for weight in loaded.network.parameters())
    after = loaded.network.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_step_of_twice_as_many_photos_computes_more(tmp_path: Path) -> None:
    loaded = opened(write(tmp_path, "vit"))
    few, many = (measure_speed(loaded, LORA, batch=batch, steps=1).step_flops for batch in (4, 8))
    assert 1.2 * few < many <= 2 * few
