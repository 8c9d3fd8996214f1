"""Measurements as pictures: curves over a number of labels, and how sure answers are against how right.

Files end in .png or .svg. Colours are those of Okabe and Ito (Color Universal Design, 2008), which people who
do not tell red from green tell apart; every curve also carries its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# (x, mean, low, high): low and high bound the 95 % interval.
Point = tuple[float, float, float, float]

_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#444444", "#8F7700")
_STYLES: Final = ("-", "--", "-.", ":")
_GRID: Final = "#DDDDDD"
_TEXT: Final = "#222222"
# Two names need this much of the height between them.
_LINE_HEIGHT: Final = 0.052
# More different x than this are no ticks of their own.
_MOST_TICKS: Final = 9


def curves(
    path: Path,
    *,
    title: str,
    x_label: str,
    y_label: str,
    series: Mapping[str, Sequence[Point]],
    log_x: bool = False,
) -> None:
    """Draw one line a series with its interval as a band and its name at the right end.

    series: name -> (x, mean, low, high) of each point, in the units of the labels; drawn in the order given.
    A series of one point is a level: it is drawn right across, dashed. log_x: doublings are equally far apart,
    and 0 has a place left of 1.
    """
    figure, axes = _page(title, x_label, y_label)
    drawn = {name: sorted(points) for name, points in series.items() if points}
    places = sorted({point[0] for points in drawn.values() if len(points) > 1 for point in points})
    if log_x:
        axes.set_xscale("symlog", base=2, linthresh=1)
    ends: dict[str, tuple[float, str]] = {}
    for number, (name, points) in enumerate(drawn.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        style = _STYLES[number // len(_COLOURS) % len(_STYLES)]
        x, mean, low, high = np.array(points, dtype=np.float64).T
        ends[name] = (float(mean[-1]), colour)
        if len(points) == 1:
            axes.axhline(mean[0], color=colour, linestyle=(0, (5, 3)), linewidth=1.2)
            continue
        axes.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(x, mean, color=colour, linestyle=style, linewidth=1.8, marker="o", markersize=3.5)
    if 0 < len(places) <= _MOST_TICKS:
        axes.set_xticks(places, [f"{x:g}" for x in places])
        axes.set_xticks([], minor=True)
    _name_ends(axes, ends)
    _write(figure, path)


def reliability(
    path: Path,
    *,
    title: str,
    x_label: str,
    y_label: str,
    series: Mapping[str, Sequence[tuple[float, float, int]]],
) -> None:
    """Draw how often answers are right against how sure they were; on the diagonal the two are the same.

    series: name -> (mean certainty, share right, photos) of each bin, shares of 1; a dot's area grows with
    its photos.
    """
    figure, axes = _page(title, x_label, y_label)
    axes.plot([0, 1], [0, 1], color="#888888", linewidth=1, linestyle="--")
    for number, (name, bins) in enumerate(series.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        filled = np.array([one for one in bins if one[2] > 0], dtype=np.float64).reshape(-1, 3)
        area = 90 * filled[:, 2] / max(filled[:, 2].max(initial=0), 1)
        axes.plot(filled[:, 0], filled[:, 1], color=colour, linewidth=1.5, label=name)
        axes.scatter(filled[:, 0], filled[:, 1], s=10 + area, color=colour, alpha=0.7, linewidths=0)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.01)
    axes.set_aspect("equal")
    if series:
        axes.legend(loc="upper left", frameon=False, fontsize=9, labelcolor=_TEXT)
    _write(figure, path)


def _page(title: str, x_label: str, y_label: str) -> tuple[Figure, Axes]:
    # Half a second and a font cache: only where a picture is asked for. No pyplot: it keeps figures for ever.
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(7.2, 4.6), dpi=160, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontsize=11, color=_TEXT)
    axes.set_xlabel(x_label, fontsize=9, color=_TEXT)
    axes.set_ylabel(y_label, fontsize=9, color=_TEXT)
    axes.grid(True, color=_GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8, colors=_TEXT, length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#999999")
    return figure, axes


def _name_ends(axes: Axes, ends: Mapping[str, tuple[float, str]]) -> None:
    """Write each name beside its line's end, moved up or down as far as the others need room."""
    low, high = axes.get_ylim()
    names = sorted(ends, key=lambda name: ends[name][0])
    heights = spread_out([(ends[name][0] - low) / (high - low) for name in names], gap=_LINE_HEIGHT)
    for name, height in zip(names, heights, strict=True):
        axes.annotate(
            name,
            xy=(1.015, height),
            xycoords="axes fraction",
            color=ends[name][1],
            fontsize=9,
            va="center",
            ha="left",
            annotation_clip=False,
        )


def spread_out(heights: Sequence[float], *, gap: float) -> list[float]:
    """Return ascending heights moved as little as needed to stand `gap` apart (least squares).

    With gap·i taken off, that is isotonic regression: neighbours out of order share their mean
    (pool adjacent violators, Ayer et al. 1955).
    """
    blocks: list[tuple[float, int]] = []
    for place, height in enumerate(heights):
        mean, size = height - gap * place, 1
        while blocks and blocks[-1][0] > mean:
            before, count = blocks.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        blocks.append((mean, size))
    level = [mean for mean, size in blocks for _ in range(size)]
    return [mean + gap * place for place, mean in enumerate(level)]


def _write(figure: Figure, path: Path) -> None:
    from matplotlib import rc_context  # noqa: PLC0415 - as above

    path.parent.mkdir(parents=True, exist_ok=True)
    # The same figures make the same file, so that a committed picture changes only with what it shows.
    still = {"Date": None} if path.suffix == ".svg" else {"Software": None}
    with rc_context({"svg.hashsalt": "yogalab", "svg.fonttype": "none"}):
        figure.savefig(path, metadata=still)
