"""Where a training stands, kept so that being killed costs no more than the steps since.

A checkpoint is two files: `<step>.safetensors` with the tensors and `<step>.json` with everything else and the
first one's checksum. Each is written aside, flushed and renamed, the JSON last, so one without the other, or
with another's bytes, is not taken for a checkpoint and the one before it counts. Nothing is ever unpickled.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from yogalab.errors import DiskFull

# One more than is needed: the newest may turn out damaged.
KEEP: Final = 2
_PART: Final = ".part"
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
# How safetensors words it: its errors carry no number.
_NO_ROOM_WORDS: Final = ("No space left", "os error 28", "os error 122", "Disk quota")


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A training after `step` steps. state: what `save` was told that is no tensor, as JSON gives it back."""

    step: int
    tensors: dict[str, Tensor]
    state: dict[str, Any]


def save(folder: Path, step: int, tensors: Mapping[str, Tensor], state: Mapping[str, object]) -> None:
    """Keep where a training stands, and let go of all but the newest `KEEP` checkpoints.

    tensors: from any device, views and shared storage included; state: plain values that JSON knows.

    Raises:
        DiskFull: there is no room; the checkpoints before are unchanged.
    """
    stem = f"{step:09d}"
    weights, facts = folder / f"{stem}.safetensors", folder / f"{stem}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside = weights.with_name(f"{weights.name}{_PART}")
        save_file({name: _apart(tensor) for name, tensor in tensors.items()}, aside)
        text = json.dumps({"step": step, "sha256": _checksum(aside), "state": dict(state)}, sort_keys=True)
        _put(aside, weights)
        aside = facts.with_name(f"{facts.name}{_PART}")
        aside.write_text(text, encoding="utf-8")
        _put(aside, facts)
    except (OSError, SafetensorError) as error:
        _drop(folder, stem)
        if _no_room(error):
            raise DiskFull(folder=str(folder), free_megabytes=_free_megabytes(folder)) from error
        raise
    for step_before in sorted(_steps(folder), reverse=True)[KEEP:]:
        _drop(folder, f"{step_before:09d}")


def latest(folder: Path) -> Checkpoint | None:
    """Return the newest checkpoint that is whole, on the CPU; None where there is none."""
    for step in sorted(_steps(folder), reverse=True):
        found = _read(folder, f"{step:09d}")
        if found is not None:
            return found
    return None


def of_optimiser(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Return an optimiser's memory as tensors for `save`; its settings are the caller's to make anew."""
    memory = optimiser.state_dict()["state"]
    return {
        f"optimiser/{index}/{name}": torch.as_tensor(value)
        for index, values in memory.items()
        for name, value in values.items()
    }


def into_optimiser(optimiser: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Give an optimiser over the same parameters the memory that `of_optimiser` took."""
    memory: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        kind, *rest = key.split("/")
        if kind == "optimiser":
            memory.setdefault(int(rest[0]), {})[rest[1]] = tensor
    optimiser.load_state_dict({**optimiser.state_dict(), "state": memory})


def _apart(tensor: Tensor) -> Tensor:
    """A tensor of its own on the CPU: safetensors takes no two over one storage."""
    return tensor.detach().to("cpu", copy=True).contiguous()


def _read(folder: Path, stem: str) -> Checkpoint | None:
    weights = folder / f"{stem}.safetensors"
    try:
        facts = json.loads((folder / f"{stem}.json").read_text(encoding="utf-8"))
        if facts["sha256"] != _checksum(weights):
            return None
        return Checkpoint(int(facts["step"]), load_file(weights), dict(facts["state"]))
    except (OSError, ValueError, KeyError, TypeError, SafetensorError):
        # Half-written, damaged or somebody else's: whatever is wrong with it, it is no checkpoint.
        return None


def _steps(folder: Path) -> Iterator[int]:
    return (int(path.stem) for path in folder.glob("*.json") if path.stem.isdigit())


def _drop(folder: Path, stem: str) -> None:
    # The JSON first: without it the tensors are nothing.
    for name in (f"{stem}.json", f"{stem}.safetensors"):
        (folder / name).unlink(missing_ok=True)
        (folder / f"{name}{_PART}").unlink(missing_ok=True)


def _put(aside: Path, target: Path) -> None:
    """Flush a finished file and give it its name."""
    with aside.open("rb+") as file:
        os.fsync(file.fileno())
    aside.replace(target)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _no_room(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    return any(words in str(error) for words in _NO_ROOM_WORDS)


def _free_megabytes(folder: Path) -> int:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free // 2**20
