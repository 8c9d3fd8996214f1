"""What texts teach a skeleton network, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.table import Table

from yogalab.bench.figures import Row
from yogalab.bench.gap import PARTS, GapResult
from yogalab.bench.gap_networks import NO_TEXTS, PART_VIEW
from yogalab.bench.table import first_table, plus_minus
from yogalab.words import say

_VIEWS: Final = ("drawn.alone", "drawn.prior", "learnt.alone", "learnt.beside", "learnt.inside")


def gap_tables(result: GapResult) -> Iterator[Table]:
    """Yield a table for each way of asking, a line an arm, then what each part says by itself."""
    for view in _VIEWS:
        rows = [row for row in result.rows if row.test == view]
        if rows:
            yield first_table(say(f"bench.gap.{view}", baseline=NO_TEXTS), rows)
    by_part = [row for row in result.rows if row.test.startswith(PARTS)]
    if by_part:
        yield _parts(by_part)


def _parts(rows: Sequence[Row]) -> Table:
    """A column a part; below each share what it is ahead of templates and likeness."""
    table = Table(title=say("bench.gap.parts", baseline=PART_VIEW), title_justify="left", show_lines=True)
    table.add_column(say("bench.gap.arm"))
    views = list(dict.fromkeys(row.test for row in rows))
    for view in views:
        table.add_column(say(f"part.{view.removeprefix(PARTS)}"), justify="right")
    for learner in dict.fromkeys(row.learner for row in rows):
        cells = {row.test: _cell(row) for row in rows if row.learner == learner}
        table.add_row(learner, *(cells.get(view, "") for view in views))
    return table


def _cell(row: Row) -> str:
    lead = "" if row.ahead is None else f"\n{plus_minus(row.ahead, '+.1f')}"
    return f"{plus_minus(row.top1, '.1f')}{lead}"
