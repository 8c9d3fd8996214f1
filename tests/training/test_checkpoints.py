"""A checkpoint is there whole or not at all, and training goes on from it as if nothing had happened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from yogalab.errors import DiskFull
from yogalab.training.checkpoints import KEEP, into_optimiser, latest, of_optimiser, save


def keep(folder: Path, *steps: int) -> None:
    for step in steps:
        save(folder, step, {"w": torch.full((3, 2), float(step))}, {"order": [3, 1, 2], "done": step})


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    assert latest(tmp_path / "never") is None
    shared = torch.arange(6.0)
    save(tmp_path, 7, {"all": shared, "some": shared[2:], "turned": shared.view(2, 3).T}, {"rate": 0.5})
    found = latest(tmp_path)
    assert found is not None
    assert (found.step, found.state) == (7, {"rate": 0.5})
    assert torch.equal(found.tensors["some"], shared[2:])
    assert torch.equal(found.tensors["turned"], shared.view(2, 3).T)


def test_the_newest_counts_and_old_ones_go(tmp_path: Path) -> None:
    keep(tmp_path, 1, 2, 10, 9)
    found = latest(tmp_path)
    assert found is not None and found.step == 10
    assert len(list(tmp_path.iterdir())) == 2 * KEEP


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "000000002.safetensors").write_bytes(b"cut short"),
        lambda folder: (folder / "000000002.safetensors").unlink(),
        lambda folder: (folder / "000000002.json").write_text('{"step": 2'),
        lambda folder: (folder / "000000002.json").write_text("[]"),
        lambda folder: _flip(folder / "000000002.safetensors"),
    ],
    ids=["cut short", "no tensors", "half the JSON", "other JSON", "one bit"],
)
def test_a_damaged_one_is_passed_over(harm: object, tmp_path: Path) -> None:
    keep(tmp_path, 1, 2)
    harm(tmp_path)  # type: ignore[operator]
    found = latest(tmp_path)
    assert found is not None and found.step == 1


def test_one_without_its_facts_was_never_finished(tmp_path: Path) -> None:
    keep(tmp_path, 1, 2)
    (tmp_path / "000000002.json").rename(tmp_path / "000000002.json.part")
    found = latest(tmp_path)
    assert found is not None and found.step == 1
    # Reached again, it is kept as if nothing had been there.
    keep(tmp_path, 2)
    assert latest(tmp_path).step == 2  # type: ignore[union-attr]


def test_a_full_disk_is_said_and_leaves_what_was_there(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    # A device that takes no byte stands for the full disk.
    (tmp_path / "000000002.json.part").symlink_to("/dev/full")
    with pytest.raises(DiskFull):
        keep(tmp_path, 2)
    found = latest(tmp_path)
    assert found is not None and found.step == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["000000001.json", "000000001.safetensors"]


def test_an_optimiser_goes_on_where_it_was(tmp_path: Path) -> None:
    def start() -> tuple[torch.nn.Linear, torch.optim.Optimizer]:
        torch.manual_seed(0)
        layer = torch.nn.Linear(4, 3)
        return layer, torch.optim.AdamW(layer.parameters(), 0.1)

    def step(layer: torch.nn.Linear, optimiser: torch.optim.Optimizer, number: int) -> None:
        rows = torch.randn(5, 4, generator=torch.Generator().manual_seed(number))
        optimiser.zero_grad()
        layer(rows).square().sum().backward()
        optimiser.step()

    through, optimiser = start()
    for number in range(6):
        step(through, optimiser, number)
        if number == 2:
            save(tmp_path, number, {**through.state_dict(), **of_optimiser(optimiser)}, {})
    found = latest(tmp_path)
    assert found is not None
    resumed, optimiser = start()
    resumed.load_state_dict({name: found.tensors[name] for name in ("weight", "bias")})
    into_optimiser(optimiser, found.tensors)
    for number in range(3, 6):
        step(resumed, optimiser, number)
    assert torch.equal(resumed.weight, through.weight)


def test_the_state_is_readable(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    assert json.loads((tmp_path / "000000001.json").read_text())["state"]["order"] == [3, 1, 2]


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
