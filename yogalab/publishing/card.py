"""The card of a version: what it names, how well it does, what it is made of, what it is not for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from yogalab import __version__
from yogalab.publishing import contents
from yogalab.records import Head, base_of
from yogalab.resources import resource

_LICENCE: Final = "apache-2.0"
_MODEL_NAME: Final = "yoga-poses"
# What `records.EncoderChange.method` changes.
_METHODS: Final = {
    "projection": "the last linear map of the image tower (ProLIP)",
    "last-block": "the last block of the image tower",
    "lora": "low-rank changes in both towers (LoRA)",
    "flyp": "both towers, against the poses' own sentences (FLYP)",
}
# Figures of `records.Report` in the order they are read.
_FIGURES: Final = (
    ("First guess right", "top1"),
    ("Among the first three", "top3"),
    ("Mean over poses", "macro_recall"),
    ("Calibration error", "ece"),
)


def render(folder: Path, *, repo: str | None = None, tag: str | None = None) -> str:
    """Return the card of the version in `folder` as Markdown; the same version gives the same text.

    It reads from the facts, all optional: `labels` (how many photos), `report` and `baseline` (both
    `records.Report`), `verdict` (`records.Verdict`), `encoder_licence`, `licence` (the head's own).

    Raises:
        ValueError: the Hub would not accept the card's metadata.
    """
    head = contents.read(folder)
    facts = contents.read_facts(folder)
    report = _mapping(facts.get("report"))
    baseline = _mapping(facts.get("baseline"))
    names = {pose.slug: _cell(pose.name) for pose in head.poses}
    licence = str(facts.get("licence") or _LICENCE)
    card = ModelCard.from_template(
        _metadata(report, licence),
        template_path=str(resource("models", "card.md")),
        repo=repo,
        source=repo or "path/to/this/folder",
        tag=tag,
        poses=list(names.values()),
        version=__version__,
        labels=facts.get("labels"),
        report=report,
        baseline=baseline,
        early=bool(_mapping(facts.get("verdict")).get("early")),
        figures=_figures(report, baseline),
        per_pose=_per_pose(report, names),
        pose_model=head.pose_model,
        encoder=base_of(head.encoder) if head.encoder else None,
        tuned=_tuned(head),
        encoder_licence=facts.get("encoder_licence") or _encoder_licence(head),
        rung=head.rung,
        kind=head.kind,
        recipe=head.recipe,
        licence=licence,
    )
    text = re.sub(r"\n{3,}", "\n\n", str(card)).rstrip() + "\n"
    validate(text)
    return text


def validate(text: str) -> None:
    """Check a card as the Hub would, without asking it.

    Raises:
        ValueError: the metadata is missing, malformed, or its model-index cannot be read.
    """
    if not text.startswith("---\n"):
        raise ValueError("the card has no metadata")
    data: dict[str, Any] = ModelCard(text).data.to_dict()  # type: ignore[no-untyped-call]
    missing = [name for name in ("license", "library_name", "pipeline_tag", "tags") if not data.get(name)]
    if missing:
        raise ValueError(f"the card's metadata lacks {', '.join(missing)}")
    if any(not isinstance(tag, str) or not tag for tag in data["tags"]):
        raise ValueError("the card's tags must be words")


def _metadata(report: Mapping[str, Any], licence: str) -> ModelCardData:
    results = [
        EvalResult(
            task_type="image-classification",
            dataset_type="private",
            dataset_name=f"the lab's own photos ({report['method']}, n = {report['n']})",
            metric_type=kind,
            metric_name=name,
            metric_value=round(float(report[key]), 4),
        )
        for kind, name, key in (("accuracy", "top-1", "top1"), ("recall", "macro recall", "macro_recall"))
        if report
    ]
    return ModelCardData(
        license=licence,
        library_name="yogalab",
        pipeline_tag="image-classification",
        tags=["yogalab", "yoga", "pose", "mediapipe", "open_clip"],
        model_name=_MODEL_NAME,
        eval_results=results or None,
    )


def _figures(report: Mapping[str, Any], baseline: Mapping[str, Any]) -> list[dict[str, str]]:
    if not report:
        return []
    rows = [
        {"name": name, "now": _percent(report[key]), "before": _of(baseline, key)} for name, key in _FIGURES
    ]
    rows[0]["now"] += _interval(report)
    if baseline:
        rows[0]["before"] += _interval(baseline)
    return rows


def _per_pose(report: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": names.get(str(row["slug"]), _cell(str(row["slug"]))),
            "n": int(row["n"]),
            "recall": _percent(row["recall"]),
            "precision": _percent(row["precision"]),
        }
        for row in report.get("per_pose", ())
    ]


def _interval(report: Mapping[str, Any]) -> str:
    low, high = report["interval"]
    return f" ({_percent(low)} to {_percent(high)})"


def _of(report: Mapping[str, Any], key: str) -> str:
    return _percent(report[key]) if report else ""


def _percent(share: float) -> str:
    # A pose without a photo has no recall: stored as nan, which JSON spells as a string.
    share = float(share)
    return "–" if share != share else f"{100 * share:.1f} %"


def _cell(text: str) -> str:
    """Return a name that cannot break out of a table's cell: coaches name poses freely."""
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", " ".join(text.split()))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _encoder_licence(head: Head) -> str:
    """Return the licence that models/encoders.toml gives the encoder, or a dash."""
    try:
        table = tomllib.loads(resource("models", "encoders.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return "–"
    rows = [
        row for value in table.values() if isinstance(value, list) for row in value if isinstance(row, dict)
    ]
    # What is made of weights stays under their licence.
    base = base_of(head.encoder) if head.encoder else None
    return next((str(row.get("licence", "–")) for row in rows if row.get("name") == base), "–")


def _tuned(head: Head) -> dict[str, str] | None:
    """What was tuned of the encoder, in the card's words; None where nothing was."""
    change = head.change
    if change is None:
        return None
    kilobytes = sum(array.nbytes for array in change.arrays.values()) / 1000
    return {
        "rung": change.rung,
        "what": _METHODS.get(change.method, change.method),
        "share": f"{100 * change.alpha:.0f} %",
        "size": f"{kilobytes / 1000:.1f} MB" if kilobytes >= 1000 else f"{kilobytes:.0f} kB",
    }
