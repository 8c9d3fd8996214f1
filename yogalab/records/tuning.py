"""What an encoder is tuned on, and what tuning makes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.records.arrays import Matrix


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TuningRequest:
    """Labelled photos and what is to be done with the encoder.

    rung: "R3" (projection or last block) or "R4" (low-rank changes or both towers).
    encoder: the row of models/encoders.toml that is tuned.
    photo_ids, groups: (n,) int64, near-duplicates share a group; y: (n,) int64 rows of `captions`.
    captions: for each pose that may be named, labelled or not, the sentences that describe it.
    fingerprint: of the labels, the photos and the recipe; names the tuned encoder.
    """

    rung: str
    encoder: str
    photo_ids: NDArray[np.int64]
    y: NDArray[np.int64]
    groups: NDArray[np.int64]
    captions: tuple[tuple[str, ...], ...]
    fingerprint: str
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EncoderChange:
    """A tuned encoder as the difference to the one it comes from.

    name: "<base>+<rung>-<12 hex>", an encoder's name of its own; base: the row it changes.
    method: "projection", "last-block", "lora" or "flyp"; alpha: WiSE-FT's share of the tuned weights.
    arrays: parameter name -> what `method` says is to be done with it.
    recipe: everything needed to make it again, as plain values.
    """

    name: str
    base: str
    rung: str
    method: str
    arrays: Mapping[str, Matrix]
    alpha: float = 1.0
    recipe: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tuned:
    """What came of a request.

    left_out: (n, dim) unit embeddings of the request's photos, each by an encoder that was tuned without that
    photo's group. A tuned encoder is too sure of the photos it was tuned on, so how far to trust it is
    chosen on these. A row of zeros: this photo was left out of no tuning, and nothing is chosen on it.
    """

    change: EncoderChange
    left_out: Matrix


@dataclass(frozen=True, slots=True)
class TunedName:
    """What the name of a tuned encoder says: the row it comes from, the rung, and which tuning it was."""

    base: str
    rung: str
    mark: str

    def __str__(self) -> str:
        return f"{self.base}+{self.rung}-{self.mark}"


_TUNED: Final = re.compile(r"(?P<base>[^+]+)\+(?P<rung>R[34])-(?P<mark>[0-9a-f]{12})")


def tuned_name(base: str, rung: str, fingerprint: str) -> str:
    """Return the name of the encoder that tuning makes. fingerprint: the request's, hexadecimal."""
    return str(TunedName(base, rung, fingerprint[:12]))


def read_tuned_name(name: str) -> TunedName | None:
    """Return what a tuned encoder's name says; None for an encoder that was not tuned."""
    match = _TUNED.fullmatch(name)
    return TunedName(**match.groupdict()) if match else None


def base_of(name: str) -> str:
    """Return the row of models/encoders.toml that an encoder comes from: its own name unless it was tuned."""
    tuned = read_tuned_name(name)
    return tuned.base if tuned else name
