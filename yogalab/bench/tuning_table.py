"""Tuned encoders beside R2, as a table for a terminal."""

from __future__ import annotations

from typing import Final

from rich.table import Table

from yogalab.bench.figures import Figure
from yogalab.bench.table import plus_minus
from yogalab.bench.tuning import TuningResult, TuningRow
from yogalab.words import say

_COLUMNS: Final = ("top1", "macro", "ahead", "served_ahead", "promoted", "seconds", "methods")


def tuning_table(result: TuningResult) -> Table:
    """Return a line a learner and number of labels."""
    table = Table(title=say("bench.tuning.title"), title_justify="left")
    table.add_column(say("bench.few_shot.labels"), justify="right")
    table.add_column(say("bench.tuning.learner"))
    for name in _COLUMNS:
        table.add_column(say(f"bench.tuning.{name}"), justify="right")
    for row in result.rows:
        table.add_row(str(row.shots), row.learner, *_cells(row))
    return table


def _cells(row: TuningRow) -> tuple[str, ...]:
    alone = row.ahead is None
    return (
        plus_minus(row.top1, ".1f"),
        f"{100 * row.macro_recall:.1f}",
        _lead(row.ahead),
        _lead(row.served_ahead),
        "" if alone else f"{100 * row.promoted:.0f}",
        f"{row.seconds.mean:.1f}",
        "" if alone else ", ".join(f"{name} {count}" for name, count in row.methods.items()),
    )


def _lead(figure: Figure | None) -> str:
    return "" if figure is None else plus_minus(figure, "+.1f")
