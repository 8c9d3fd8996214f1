"""Few labels of poses an encoder never saw, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from yogalab.bench.left_out import BESIDE, LeftOutResult
from yogalab.bench.table import first_table, plus_minus
from yogalab.words import say


def left_out_tables(result: LeftOutResult) -> Iterator[Table]:
    """Yield fused beside skeletons, with and without prior, probes beside each other, then each encoder."""
    for test, (baseline, _) in BESIDE.items():
        rows = [row for row in result.rows if row.test == test]
        yield first_table(say(f"bench.left_out.{test}", baseline=baseline), rows)
    table = Table(title=say("bench.left_out.folds"), title_justify="left")
    table.add_column(say("bench.left_out.fold"))
    table.add_column(say("bench.few_shot.labels"), justify="right")
    for column in ("skeleton", "ahead"):
        table.add_column(say(f"bench.left_out.{column}"), justify="right")
    for one in result.per_fold:
        figures = plus_minus(one.skeleton, ".1f"), plus_minus(one.ahead, "+.1f")
        table.add_row(one.fold, str(one.shots), *figures)
    yield table
