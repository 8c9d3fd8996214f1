"""The card of a version: what it names, how well it does, what it is made of, what it is not for."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from yogalab import __version__
from yogalab.publishing import card_rows, contents, plots
from yogalab.publishing.card_rows import cell
from yogalab.records import Head, base_of
from yogalab.resources import resource

# Where versions are published unless the settings name another hub.
HUB: Final = "https://huggingface.co"
# The folder of a card's pictures.
PLOTS: Final = "plots"
_LICENCE: Final = "apache-2.0"
_MODEL_NAME: Final = "yoga-poses"
# What `records.EncoderChange.method` changes.
_METHODS: Final = {
    "projection": "the last linear map of the image tower (ProLIP)",
    "last-block": "the last block of the image tower",
    "lora": "low-rank changes in both towers (LoRA)",
    "flyp": "both towers, against the poses' own sentences (FLYP)",
}
# Figures of a report that go into the metadata: metric, name, field.
_METRICS: Final = (
    ("accuracy", "top-1", "top1"),
    ("recall", "macro recall", "macro_recall"),
    ("ece", "calibration error", "ece"),
)
_PICTURES: Final = {
    "learning": "Right at first guess, by labels, version by version",
    "confusion": "Which poses are called what",
    "calibration": "How sure answers are, and how often right",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a card will be read. package: the wheel beside it; plots: paths of its pictures."""

    repo: str
    tag: str
    package: str
    endpoint: str = HUB
    plots: tuple[str, ...] = ()


def render(folder: Path, place: Place | None = None) -> str:
    """Return the card of the version in `folder` as Markdown; the same version gives the same text.

    place: the repository it is published in; without one it tells how to load the folder itself.

    It reads from the facts, all optional: `labels` (how many photos), `report` and `baseline` (both
    `records.Report`), `verdict` (`records.Verdict`), `figures` (`learning.figures`), `data` (counts of what it
    was made with), `encoder_licence`, `licence` (the head's own).

    Raises:
        ValueError: the Hub would not accept the card's metadata.
    """
    head = contents.read(folder)
    facts = contents.read_facts(folder)
    report, baseline = _mapping(facts.get("report")), _mapping(facts.get("baseline"))
    verdict, paired = _mapping(facts.get("verdict")), _mapping(_mapping(facts.get("figures")).get("paired"))
    names = {pose.slug: cell(pose.name) for pose in head.poses}
    licence = str(facts.get("licence") or _LICENCE)
    card = ModelCard.from_template(
        _metadata(report, licence),
        template_path=str(resource("models", "card.md")),
        **_use(head, place),
        poses=list(names.values()),
        version=__version__,
        labels=facts.get("labels"),
        report=report,
        baseline=baseline,
        early=bool(verdict.get("early")),
        figures=card_rows.figures(report, baseline),
        per_pose=card_rows.per_pose(report, baseline, paired, names),
        compared=card_rows.compared(verdict, paired),
        data=card_rows.data(_mapping(facts.get("data"))),
        pose_model=head.pose_model,
        encoder=base_of(head.encoder) if head.encoder else None,
        tuned=_tuned(head),
        encoder_licence=facts.get("encoder_licence") or _row(head).get("licence", "–"),
        rung=head.rung,
        kind=head.kind,
        recipe=head.recipe,
        licence=licence,
    )
    text = re.sub(r"\n{3,}", "\n\n", str(card)).rstrip() + "\n"
    validate(text)
    return text


def pictures(folder: Path) -> dict[str, bytes]:
    """Return path -> PNG of what its facts let be drawn; the same version gives the same bytes."""
    names = tuple((pose.slug, pose.name) for pose in contents.read(folder).poses)
    facts = (folder / contents.TRAINING).read_bytes()
    return {f"{PLOTS}/{name}.png": png for name, png in _drawn(facts, names)}


@lru_cache(maxsize=2)
def _drawn(facts: bytes, names: tuple[tuple[str, str], ...]) -> tuple[tuple[str, bytes], ...]:
    """Kept: what is published is often looked at first, and now and then has to be sent again."""
    return tuple(plots.drawn(json.loads(facts), dict(names)).items())


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


def _use(head: Head, place: Place | None) -> dict[str, Any]:
    """How the version is installed and loaded, from its repository or from a folder."""
    if place is None:
        return {"repo": None, "source": "path/to/this/folder", "tag": None, "plots": []}
    # What ships with YogaLab needs no more than it; others are open_clip's.
    extra = "[clip]" if head.encoder and "weights" not in _row(head) else ""
    url = f"{place.endpoint.rstrip('/')}/{place.repo}/resolve/{place.tag}/{place.package}"
    return {
        "repo": place.repo,
        "source": place.repo,
        "tag": place.tag,
        "package": place.package,
        "install": f"yogalab{extra} @ {url}",
        "mirror": place.endpoint if place.endpoint != HUB else None,
        "plots": [(path, _PICTURES[Path(path).stem]) for path in place.plots],
    }


def _metadata(report: Mapping[str, Any], licence: str) -> ModelCardData:
    results = [
        EvalResult(
            task_type="image-classification",
            dataset_type="private",
            dataset_name=f"the lab's own photos ({report['method']}, n = {report['n']})",
            dataset_args={"n": int(report["n"]), "method": str(report["method"])},
            metric_type=kind,
            metric_name=name,
            metric_value=round(float(report[key]), 4),
            metric_args=_bounds(report) if key == "top1" else None,
        )
        for kind, name, key in _METRICS
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


def _bounds(report: Mapping[str, Any]) -> dict[str, Any]:
    low, high = (round(float(bound), 4) for bound in report["interval"])
    return {"interval": "Wilson, 95 %", "low": low, "high": high}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _row(head: Head) -> Mapping[str, Any]:
    """The encoder's row of models/encoders.toml, empty where there is none."""
    try:
        table = tomllib.loads(resource("models", "encoders.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    rows = [row for value in table.values() if isinstance(value, list) for row in value]
    # What is made of weights stays under their licence.
    base = base_of(head.encoder) if head.encoder else None
    return next((row for row in rows if isinstance(row, dict) and row.get("name") == base), {})


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
