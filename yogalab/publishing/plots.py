"""The pictures on a card, drawn from the figures that a version carries. Nothing of a photo is in them."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DPI: Final = 110
_NOW, _BEFORE, _SOFT = "#0f766e", "#b45309", "#6b7280"
# Of more poses a matrix cannot be read; those with most photos are shown.
_MOST_POSES: Final = 30
# Below so many photos a point says nothing.
_LARGEST_DOT: Final = 160


def drawn(facts: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, bytes]:
    """Return name -> PNG of what can be drawn of a version's facts; the same facts give the same bytes.

    learning: its own share right at first and those of the versions before it, by labels; confusion: what was
    shown and what it was called; calibration: how sure answers were and how often right.
    names: slug -> what a pose is called.
    """
    figures = _mapping(facts.get("figures"))
    curve = [point for point in facts.get("curve") or () if isinstance(point, Mapping)]
    confusion, reliability = _mapping(figures.get("confusion")), _mapping(figures.get("reliability"))
    pictures: dict[str, bytes] = {}
    if len(curve) > 1:
        pictures["learning"] = _learning(curve)
    if confusion.get("counts"):
        pictures["confusion"] = _confusion(confusion, names)
    if reliability.get("photos"):
        pictures["calibration"] = _calibration(reliability)
    return pictures


def _learning(curve: Sequence[Mapping[str, Any]]) -> bytes:
    figure, axes = _sheet(5.6, 3.2)
    labels = [point["labels"] for point in curve]
    shares = np.array([point["share"] for point in curve]) * 100
    bounds = np.array([[point["low"], point["high"]] for point in curve]) * 100
    axes.vlines(labels, bounds[:, 0], bounds[:, 1], color=_NOW, alpha=0.35, linewidth=5)
    axes.plot(labels, shares, color=_NOW, marker="o", linewidth=1.5)
    axes.set(xlabel="labelled photos", ylabel="first guess right, %", ylim=(0, 102))
    axes.set_title("Each version as it was judged in its time", loc="left", fontsize=10)
    return _png(figure)


def _confusion(told: Mapping[str, Any], names: Mapping[str, str]) -> bytes:
    slugs = list(told["slugs"])
    counts = np.zeros((len(slugs), len(slugs)))
    for shown, named, photos in told["counts"]:
        counts[shown, named] = photos
    kept = np.sort(np.argsort(-(counts.sum(0) + counts.sum(1)), kind="stable")[:_MOST_POSES])
    counts = counts[np.ix_(kept, kept)]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    words = [_plain(names.get(slugs[place], slugs[place])) for place in kept]
    side = 2.2 + 0.24 * len(kept)
    figure, axes = _sheet(side, side)
    axes.imshow(shares, cmap="GnBu", vmin=0, vmax=1)
    for row, column in zip(*np.nonzero(counts), strict=True):
        dark = shares[row, column] > 0.6
        text = str(int(counts[row, column]))
        axes.text(column, row, text, ha="center", va="center", fontsize=6, color="white" if dark else "black")
    axes.set_xticks(range(len(kept)), words, rotation=90, fontsize=7)
    axes.set_yticks(range(len(kept)), words, fontsize=7)
    axes.set(xlabel="called", ylabel="shown")
    axes.grid(visible=False)
    return _png(figure)


def _calibration(told: Mapping[str, Any]) -> bytes:
    figure, axes = _sheet(3.8, 3.6)
    photos = np.array(told["photos"], dtype=float)
    axes.plot([0, 100], [0, 100], color=_SOFT, linestyle="--", linewidth=1)
    axes.plot(np.array(told["sure"]) * 100, np.array(told["right"]) * 100, color=_NOW, linewidth=1)
    axes.scatter(
        np.array(told["sure"]) * 100,
        np.array(told["right"]) * 100,
        s=_LARGEST_DOT * photos / photos.max(),
        color=_NOW,
        alpha=0.75,
    )
    axes.set(xlabel="how sure, %", ylabel="how often right, %", xlim=(0, 105), ylim=(0, 105))
    axes.set_title("On the line, answers are as sure as they are right", loc="left", fontsize=8)
    return _png(figure)


def _sheet(width: float, height: float) -> tuple[Figure, Axes]:
    # A second to load; only publishing draws. Without pyplot, which is not made for threads.
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.grid(visible=True, color="#e5e7eb", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings():
        # A name in letters that the font lacks is drawn as boxes; that is no trouble.
        warnings.simplefilter("ignore", UserWarning)
        figure.savefig(file, format="png", dpi=_DPI, metadata={"Software": None})
    return file.getvalue()


def _plain(name: str) -> str:
    """A name as it is: between dollar signs Matplotlib would set mathematics."""
    short = name if len(name) <= 24 else f"{name[:23]}…"
    return short.replace("$", r"\$")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
