"""A measurement as a table for a terminal."""

from __future__ import annotations

from rich.table import Table

from yogalab.bench.few_shot import FewShotResult
from yogalab.bench.figures import Figure, Row


def few_shot_table(result: FewShotResult) -> Table:
    """Return one line per learner and number of labels: top-1, interval, macro recall, lead over the SVM."""
    table = Table(
        title=f"{result.poses} poses, {result.photos} photos, a person found in {100 * result.found:.1f} %",
        caption=f"{result.draws} draws, 95 % intervals; ahead: points over the landmark SVM on the same photos",
    )
    for heading in ("labels a pose", "learner"):
        table.add_column(heading)
    for heading in ("top-1 %", "interval", "macro recall %", "ahead", "interval"):
        table.add_column(heading, justify="right")
    shown: str | None = None
    for row in result.rows:
        labels = "official split" if row.shots is None else str(row.shots)
        if shown is not None and labels != shown:
            table.add_section()
        table.add_row("" if labels == shown else labels, row.learner, *_figures(row))
        shown = labels
    return table


def _figures(row: Row) -> tuple[str, ...]:
    ahead = ("", "") if row.ahead is None else (f"{100 * row.ahead.mean:+.1f}", _interval(row.ahead, "+.1f"))
    return (f"{100 * row.top1.mean:.1f}", _interval(row.top1, ".1f"), f"{100 * row.macro_recall:.1f}", *ahead)


def _interval(figure: Figure, form: str) -> str:
    return f"{100 * figure.low:{form}} … {100 * figure.high:{form}}"
