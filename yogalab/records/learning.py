"""What is learnt from, what was learnt, and how good it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from yogalab.records.arrays import Matrix
from yogalab.records.tuning import EncoderChange


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainingSet:
    """Labelled photos as arrays.

    x: (n, d) features; y: (n,) int64 pose ids; photo_ids, groups: (n,) int64.
    """

    x: Matrix
    y: NDArray[np.int64]
    photo_ids: NDArray[np.int64]
    groups: NDArray[np.int64]
    fingerprint: str = ""

    def __len__(self) -> int:
        return len(self.y)

    def only(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> TrainingSet:
        """Return some of the photos, or all in another order; it is no longer the set of that fingerprint."""
        return TrainingSet(
            x=self.x[rows], y=self.y[rows], photo_ids=self.photo_ids[rows], groups=self.groups[rows]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseRef:
    """A pose as a version knows it."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Head:
    """Everything between features and probabilities, self-contained: saved, it predicts elsewhere.

    rung: "R0" (no label) or "R2" (trained), "R3" and "R4" when an encoder was tuned.
    arrays: named float32 arrays; their meaning belongs to `kind`, the learner that wrote them.
    recipe: the feature recipe; encoder and pose_model name what the features were made with.
    conformal: scores in ascending order, kept for the prediction sets.
    change: how `encoder` is made from the row it comes from, where it was tuned.
    """

    kind: str
    rung: str
    poses: tuple[PoseRef, ...]
    arrays: Mapping[str, Matrix]
    recipe: str
    encoder: str | None
    pose_model: str
    temperature: float = 1.0
    conformal: tuple[float, ...] = ()
    settings: Mapping[str, float] = field(default_factory=dict)
    format: int = 1
    change: EncoderChange | None = None

    @property
    def pose_ids(self) -> NDArray[np.int64]:
        return np.array([pose.id for pose in self.poses], dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderInfo:
    """An encoder on offer.

    parameters: in millions; suggested: "cpu", "gpu" or ""; here: its weights are on this machine.
    """

    name: str
    dim: int
    licence: str
    parameters: float = 0
    suggested: str = ""
    note: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseReport:
    """One pose in a report."""

    pose_id: int
    slug: str
    n: int
    recall: float
    precision: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a head does on photos it was not trained on.

    interval: Wilson 95 % bounds of top1; ece: expected calibration error, 15 equal-mass bins.
    method: "hold-out" or "leave-one-out".
    """

    n: int
    top1: float
    top3: float
    macro_recall: float
    interval: tuple[float, float]
    ece: float
    per_pose: tuple[PoseReport, ...]
    method: str = "hold-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The gate's answer. `reason` is a code in the catalogue of words, `data` fills its blanks."""

    promoted: bool
    early: bool
    reason: str
    difference: float
    interval: tuple[float, float]
    worse_poses: tuple[str, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """A trained version. The fingerprint is its identity, the number is this lab's, the tag the Hub's.

    seq: the last label event it has seen; labels after it reach the served head through R1.
    """

    number: int
    fingerprint: str
    parent: int | None
    created_at: datetime
    created_by: str
    labels: int
    seq: int
    pose_count: int
    encoder: str | None
    pose_model: str
    report: Report
    baseline: Report
    verdict: Verdict
    active: bool = False
    hub_repo: str | None = None
    hub_commit: str | None = None
    tag: str | None = None
