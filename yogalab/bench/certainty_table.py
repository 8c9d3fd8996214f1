"""How sure against how right, and the gate's verdicts, as tables for a terminal and as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.table import Table

from yogalab.bench.calibration import LEFT_OUT, CalibrationResult, CalibrationRow
from yogalab.bench.gate import GateResult, GateRow
from yogalab.bench.pairs import KINDS
from yogalab.bench.plot import reliability
from yogalab.words import say

_KNOWN: Final = (
    *("top1", "ece_raw", "ece", "nll", "brier"),
    *("within", "coverage", "worst_coverage", "set_size"),
)
_UNKNOWN: Final = ("auroc", "false_alarms", "caught")
_SHARES: Final = frozenset(
    {"top1", "ece_raw", "ece", "within", "coverage", "worst_coverage", "false_alarms", "caught"}
)


def calibration_tables(result: CalibrationResult) -> Iterator[Table]:
    """Yield a table of taught poses, and one of left-out poses where there were poses enough."""
    known = [row for row in result.rows if row.asked != "unknown"]
    yield _figures(say("bench.calibration.known"), known, _KNOWN)
    unknown = [row for row in result.rows if row.asked == "unknown"]
    if unknown:
        yield _figures(say("bench.calibration.unknown", left_out=LEFT_OUT), unknown, _UNKNOWN)


def calibration_plot(result: CalibrationResult, path: Path) -> None:
    """Draw the reliability of photos in which somebody was found, a line for each number of labels a pose."""
    label = say("bench.few_shot.labels")
    reliability(
        path,
        title=say("bench.calibration.plot"),
        x_label=say("bench.calibration.sure"),
        y_label=say("bench.calibration.right"),
        series={f"{row.shots} {label}": row.bins for row in result.rows if row.bins},
    )


def gate_table(result: GateResult) -> Table:
    """Return a line a kind of candidate, a column a size of hold-out."""
    sizes = sorted({row.holdout for row in result.rows})
    candidates = max((row.candidates for row in result.rows), default=0)
    table = Table(title=say("bench.gate.title", candidates=candidates), title_justify="left")
    table.add_column(say("bench.gate.kind"))
    table.add_column(say("bench.gate.differing"), justify="right")
    for size in sizes:
        table.add_column(str(size), justify="right")
    for kind in KINDS:
        rows = {row.holdout: row for row in result.rows if row.kind == kind}
        if rows:
            differing = f"{100 * next(iter(rows.values())).differing:.1f} %"
            cells = (_promoted(rows[size]) if size in rows else "" for size in sizes)
            table.add_row(say(f"bench.gate.{kind}"), differing, *cells)
    return table


def _promoted(row: GateRow) -> str:
    one = row.promoted
    return f"{100 * one.mean:.1f} ({100 * one.low:.1f}–{100 * one.high:.1f})"


def _figures(title: str, rows: Sequence[CalibrationRow], names: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(say("bench.few_shot.labels"), justify="right")
    several = len({row.asked for row in rows}) > 1
    if several:
        table.add_column("")
    for name in names:
        table.add_column(say(f"bench.calibration.{name}"), justify="right")
    for row in rows:
        asked = [say(f"bench.calibration.asked.{row.asked}")] if several else []
        table.add_row(str(row.shots), *asked, *(_cell(row, name) for name in names))
    return table


def _cell(row: CalibrationRow, name: str) -> str:
    one = row.figures[name]
    half = (one.high - one.low) / 2
    if name in _SHARES:
        return f"{100 * one.mean:.1f} ± {100 * half:.1f}"
    return f"{one.mean:.3f} ± {half:.3f}" if name != "set_size" else f"{one.mean:.2f}"
