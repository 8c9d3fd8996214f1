"""What asking well saves, as tables for a terminal and as pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.table import Table

from yogalab.bench.asking import AskingResult, SettingResult
from yogalab.bench.curves import Needed, Strategy
from yogalab.bench.figures import Figure
from yogalab.bench.plot import curves
from yogalab.words import say

_SHOWN: Final = (25, 50, 100, 200, 500)


def asking_tables(result: AskingResult) -> Iterator[Table]:
    """Yield one table a setting: top-1 at some numbers of labels, area under the curve, labels needed."""
    for setting in result.settings:
        table = Table(
            title=_title(setting),
            caption=say("bench.asking.cells", draws=result.draws, full=f"{100 * setting.full:.1f}"),
            title_justify="left",
            caption_justify="left",
        )
        shown = [count for count in _SHOWN if count in setting.strategies[0].labels]
        table.add_column(say("bench.asking.strategy"))
        for heading in (*map(str, shown), *(say(f"bench.asking.{name}") for name in _COLUMNS)):
            table.add_column(heading, justify="right")
        for strategy in setting.strategies:
            table.add_row(strategy.name, *_cells(strategy, shown))
        yield table


_COLUMNS: Final = ("area", "ahead", "macro", "ninety", "half", "below")


def asking_plot(result: AskingResult, path: Path) -> list[Path]:
    """Draw one picture a setting, its name added to the file's; return the files."""
    files = []
    for setting in result.settings:
        file = path.with_stem(f"{path.stem}-{setting.setting}") if len(result.settings) > 1 else path
        curves(
            file,
            title=_title(setting),
            x_label=say("bench.asking.labels"),
            y_label=say("bench.plot.top1"),
            series={
                strategy.name: [
                    (float(count), 100 * figure.mean, 100 * figure.low, 100 * figure.high)
                    for count, figure in zip(strategy.labels, strategy.top1, strict=True)
                    if count
                ]
                for strategy in setting.strategies
            },
        )
        files.append(file)
    return files


def _title(setting: SettingResult) -> str:
    return say(f"bench.asking.{setting.setting}", pool=round(setting.pool), test=round(setting.test))


def _cells(strategy: Strategy, shown: Sequence[int]) -> Iterator[str]:
    figures = dict(zip(strategy.labels, strategy.top1, strict=True))
    yield from (f"{100 * figures[count].mean:.1f}" for count in shown)
    yield _plus_minus(strategy.area, ".1f")
    yield "" if strategy.ahead is None else _plus_minus(strategy.ahead, "+.1f")
    yield f"{100 * strategy.macro:.1f}"
    yield _needed(strategy.ninety)
    yield _needed(strategy.half)
    yield "" if strategy.ahead is None else f"{100 * strategy.below:+.1f}"


def _needed(needed: Needed) -> str:
    more = "" if needed.reached == 1 else ">"
    return f"{more}{needed.labels:.0f} ({100 * needed.over_random:.0f} %)"


def _plus_minus(figure: Figure, form: str) -> str:
    return f"{100 * figure.mean:{form}} ± {50 * (figure.high - figure.low):.1f}"
