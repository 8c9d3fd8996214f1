"""Speed of tuning, measured on a tiny network of the real kind."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from tests.training.networks import opened, write  # noqa: E402
from yogalab.training.throughput import measure_speed  # noqa: E402
from yogalab.training.tuning import course  # noqa: E402
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


def test_on_a_processor_with_units_for_bfloat16_it_says_that_steps_ran_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    processor = tmp_path / "cpuinfo"
    processor.write_text("flags : fpu avx512_bf16")
    monkeypatch.setattr(course, "_CPU", processor)
    assert measure_speed(opened(write(tmp_path, "vit")), LORA, batch=2, steps=1).bf16
    processor.write_text("flags : fpu avx2")
    assert not course.has_bf16("cpu")


def test_a_step_of_twice_as_many_photos_computes_more(tmp_path: Path) -> None:
    loaded = opened(write(tmp_path, "vit"))
    few, many = (measure_speed(loaded, LORA, batch=batch, steps=1).step_flops for batch in (4, 8))
    assert 1.2 * few < many <= 2 * few
