"""A measurement as tables for a terminal, a line a learner, a column a number of labels; and as a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.table import Table

from yogalab.bench.ablation import AblationResult
from yogalab.bench.few_shot import BASELINE, TESTS, FewShotResult
from yogalab.bench.figures import Figure, Row
from yogalab.bench.plot import Point, curves
from yogalab.words import say

# In this order; more lines would hide each other, and the others lie close to one of these.
_PICTURED: Final = (
    *("R2", "R2, other photos as pool", "R2 without prior", "landmark SVM", "k-NN (MediaPipe)", "R0"),
    *("landmark SVM, all photos", "Tip-Adapter", "CLIP linear probe", "CLIP zero-shot"),
)


def few_shot_tables(result: FewShotResult) -> Iterator[Table]:
    """Yield two tables for each set of test photos: first guesses with leads, then recall and top-5."""
    for test in TESTS:
        rows = [row for row in result.rows if row.test == test]
        if rows:
            first, second = say("bench.few_shot.first", baseline=BASELINE), say("bench.few_shot.second")
            yield _table(_asked(result, test), first, rows, _first)
            yield _table(None, second, rows, _second)


def _asked(result: FewShotResult, test: str) -> str:
    if not result.taught:
        return say(f"bench.few_shot.{test}")
    asked = say("bench.few_shot.untaught" if test == "untuned" else f"bench.few_shot.{test}")
    of = {"encoder": result.encoder, "taught": result.taught, "poses": result.poses}
    return f"{asked}\n{say('bench.few_shot.taught', **of)}"


def ablation_tables(result: AblationResult) -> Iterator[Table]:
    """Yield a table for each learner: first guesses without each block, and their lead over the full row."""
    for learner, measured in result.rows.items():
        test = min((row.test for row in measured), key=TESTS.index)
        rows = [row for row in measured if row.test == test]
        yield _table(
            say("bench.ablation.learner", learner=learner, asked=say(f"bench.few_shot.{test}")),
            say("bench.ablation.cells"),
            rows,
            _first,
        )


def few_shot_plot(result: FewShotResult, path: Path) -> None:
    """Draw top-1 over labels a pose on photos that no template was tuned on. path: ends in .png or .svg."""
    test = min((row.test for row in result.rows), key=TESTS.index)
    series: dict[str, list[Point]] = {learner: [] for learner in _PICTURED}
    for row in result.rows:
        if row.test == test and row.learner in series:
            figure = row.top1
            point = (float(row.shots or 0), 100 * figure.mean, 100 * figure.low, 100 * figure.high)
            series[row.learner].append(point)
    curves(
        path,
        title=say("bench.few_shot.plot", photos=result.untuned, poses=result.poses),
        x_label=say("bench.few_shot.labels"),
        y_label=say("bench.plot.top1"),
        series=series,
        log_x=True,
    )


def first_table(title: str, rows: Sequence[Row]) -> Table:
    """Return first guesses, a line a learner, a column a number of labels a pose; leads below them."""
    return _table(title, None, rows, _first)


def plus_minus(figure: Figure, form: str) -> str:
    """Return a share in percent with half the width of its interval."""
    return f"{100 * figure.mean:{form}} ± {50 * (figure.high - figure.low):.1f}"


def _table(title: str | None, caption: str | None, rows: Sequence[Row], cell: Callable[[Row], str]) -> Table:
    table = Table(
        title=title,
        caption=caption,
        title_justify="left",
        caption_justify="left",
        show_lines=cell is _first,
    )
    counts = list(dict.fromkeys(row.shots for row in rows))
    table.add_column(say("bench.few_shot.labels"))
    for shots in counts:
        table.add_column(_heading(shots, rows), justify="right")
    for learner in _order(rows):
        cells = {row.shots: cell(row) for row in rows if row.learner == learner}
        table.add_row(learner, *(cells.get(shots, "") for shots in counts))
    return table


def _order(rows: Sequence[Row]) -> list[str]:
    """Learners as they first come, those without a label before all others."""
    return list(dict.fromkeys(row.learner for row in rows))


def _heading(shots: int | None, rows: Sequence[Row]) -> str:
    label = say("bench.few_shot.every") if shots is None else str(shots)
    draws = max(row.draws for row in rows if row.shots == shots)
    return f"{label}\n{say('bench.few_shot.draws', draws=draws)}" if draws > 1 else label


def _first(row: Row) -> str:
    lead = f"\n{plus_minus(row.ahead, '+.1f')}" if row.ahead is not None else ""
    return f"{plus_minus(row.top1, '.1f')}{lead}"


def _second(row: Row) -> str:
    return f"{100 * row.macro_recall:.1f} / {100 * row.top5:.1f}"
