"""Reports and verdicts as JSON. Numbers that do not exist (no photo, no figure) are null."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from yogalab.records import PoseReport, Report, Verdict


def storable(value: object) -> Any:
    """Return the value as plain JSON: tuples become lists, NaN and infinity null, strangers their text."""
    if isinstance(value, Mapping):
        return {str(name): storable(item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [storable(item) for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, (int, str)):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    # NumPy's scalars know how to become Python's.
    return storable(value.item()) if hasattr(value, "item") else str(value)


def report_to_json(report: Report) -> dict[str, Any]:
    return dict(storable(asdict(report)))


def report_from_json(data: Mapping[str, Any]) -> Report:
    return Report(
        n=data["n"],
        top1=_number(data["top1"]),
        top3=_number(data["top3"]),
        macro_recall=_number(data["macro_recall"]),
        interval=_pair(data["interval"]),
        ece=_number(data["ece"]),
        per_pose=tuple(_pose_report(one) for one in data["per_pose"]),
        method=data["method"],
    )


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    return dict(storable(asdict(verdict)))


def verdict_from_json(data: Mapping[str, Any]) -> Verdict:
    return Verdict(
        promoted=data["promoted"],
        early=data["early"],
        reason=data["reason"],
        difference=_number(data["difference"]),
        interval=_pair(data["interval"]),
        worse_poses=tuple(data["worse_poses"]),
        data=data["data"],
    )


def _pose_report(data: Mapping[str, Any]) -> PoseReport:
    return PoseReport(
        pose_id=data["pose_id"],
        slug=data["slug"],
        n=data["n"],
        recall=_number(data["recall"]),
        precision=_number(data["precision"]),
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _pair(values: list[float | None]) -> tuple[float, float]:
    low, high = values
    return _number(low), _number(high)
