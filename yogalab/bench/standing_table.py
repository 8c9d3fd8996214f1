"""Standings as tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from yogalab.bench.figures import Figure
from yogalab.bench.standing import Standing
from yogalab.words import say


def standing_table(rows: Sequence[Standing], *, title: str, baseline: str, learner: str) -> Table:
    """Return a line a learner, on photos of one kind. learner: what the first column is called."""
    table = Table(title=title, title_justify="left")
    table.add_column(learner)
    for column in ("photos", "right", "macro"):
        table.add_column(say(f"bench.standing.{column}"), justify="right")
    table.add_column(say("bench.standing.ahead", baseline=baseline), justify="right")
    for row in rows:
        table.add_row(
            row.learner, str(row.n), _right(row.top1), f"{100 * row.macro_recall:.1f}", _ahead(row.ahead)
        )
    return table


def _right(figure: Figure) -> str:
    return f"{100 * figure.mean:.1f} ({100 * figure.low:.1f}–{100 * figure.high:.1f})"


def _ahead(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return f"{100 * figure.mean:+.1f} ({100 * figure.low:+.1f} … {100 * figure.high:+.1f})"
