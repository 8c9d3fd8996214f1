"""What a card's tables say, worded from a version's facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

# Figures of `records.Report` in the order they are read.
_FIGURES: Final = (
    ("First guess right", "top1"),
    ("Among the first three", "top3"),
    ("Mean over poses", "macro_recall"),
    ("Calibration error", "ece"),
)
CONSENT: Final = {
    "agreed": "everybody shown agreed to its use for teaching",
    "public": "everybody shown agreed to its use and to publishing it",
    "myself": "shows only who added it",
    "drawn": "drawn, nobody real",
    "unknown": "nobody said whether they agreed",
    "withdrawn": "took their consent back since",
}
_SOURCES: Final = {
    "upload": "through the pages",
    "folder": "from folders",
    "video": "from video clips",
    "camera": "with the camera",
    "demo": "drawn by the lab",
}
_OTHERWISE: Final = "otherwise"

Facts = Mapping[str, Any]


def figures(report: Facts, baseline: Facts) -> list[dict[str, str]]:
    """The version's figures beside those it was judged against."""
    if not report:
        return []
    rows = [{"name": name, "now": percent(report[key]), "before": _of(baseline, key)} for name, key in _FIGURES]
    rows[0]["now"] += _interval(report)
    if baseline:
        rows[0]["before"] += _interval(baseline)
    return rows


def per_pose(report: Facts, baseline: Facts, paired: Facts, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each pose that was judged; gained and lost are photos, None where nobody counted."""
    before = {str(row["slug"]): row for row in baseline.get("per_pose", ())}
    changed = {str(row[0]): row for row in paired.get("poses", ())}
    rows = []
    for row in report.get("per_pose", ()):
        slug = str(row["slug"])
        there = before.get(slug)
        rows.append(
            {
                "name": names.get(slug, cell(slug)),
                "n": int(row["n"]),
                "recall": percent(row["recall"]),
                "precision": percent(row["precision"]),
                "before": percent(there["recall"]) if there else "–",
                "change": _points(float(row["recall"]) - float(there["recall"])) if there else "–",
                "gained": int(changed[slug][2]) if slug in changed else None,
                "lost": int(changed[slug][3]) if slug in changed else None,
            }
        )
    return rows


def compared(verdict: Facts, paired: Facts) -> dict[str, Any] | None:
    """The version beside the one before on the same photos, None where nobody compared."""
    if not paired.get("n"):
        return None
    low, high = verdict.get("interval") or (0.0, 0.0)
    return {
        "n": int(paired["n"]),
        "gained": int(paired["gained"]),
        "lost": int(paired["lost"]),
        "points": _points(float(verdict.get("difference", 0.0))),
        "low": _points(float(low)),
        "high": _points(float(high)),
    }


def data(facts: Facts) -> dict[str, Any] | None:
    """What the version was made with, in numbers; None where nobody counted."""
    if not facts:
        return None
    return {
        "taught": int(facts.get("taught", 0)),
        "aside": int(facts.get("aside", 0)),
        "coaches": int(facts.get("labellers", 0)),
        "consent": _counted(facts.get("consent"), CONSENT),
        "sources": _counted(facts.get("sources"), _SOURCES),
    }


def percent(share: float) -> str:
    """A share, 0 to 1, as people read it; a pose without a photo has none: stored as nan, JSON's string."""
    share = float(share)
    return "–" if share != share else f"{100 * share:.1f} %"


def cell(text: str) -> str:
    """Return a name that cannot break out of a table's cell: coaches name poses freely."""
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", " ".join(text.split()))


def _counted(counts: object, words: Mapping[str, str]) -> list[tuple[str, int]]:
    known: dict[str, int] = {}
    for code, count in (counts if isinstance(counts, Mapping) else {}).items():
        # What a program put there in its own words is nobody's to read.
        word = words.get(str(code), _OTHERWISE)
        known[word] = known.get(word, 0) + int(count)
    return sorted(known.items(), key=lambda pair: -pair[1])


def _points(difference: float) -> str:
    return "–" if difference != difference else f"{100 * difference:+.1f}"


def _interval(report: Facts) -> str:
    low, high = report["interval"]
    return f" ({percent(low)} to {percent(high)})"


def _of(report: Facts, key: str) -> str:
    return percent(report[key]) if report else ""
