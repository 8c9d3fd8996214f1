"""What is timed when training times are compared: each learner with a training and with answers after it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

from yogalab.bench.collection import Collection, Rows
from yogalab.bench.tuning import request, taught
from yogalab.bench.workshop import Contender, Workshop
from yogalab.learning import ladder
from yogalab.ports import Encoder, Pixels
from yogalab.records import Head, Matrix, Tuned
from yogalab.workbench import ClassifierRecipe, train_classifier

# (pixels, labelled rows, their columns, how many poses, seed) -> what answers rows with (m, poses) scores.
Teach = Callable[[Callable[[int], Pixels], Rows, Rows, int, int], Callable[[Rows], Matrix]]


class Run(Protocol):
    """One learner."""

    def train(self) -> None:
        """Learn: this is timed."""

    def answers(self, rows: Rows) -> Rows:
        """Return the column of the likeliest pose of each row, -1 where nothing is known of it."""


class Skeleton:
    """R2 on skeletons. bench: without an encoder."""

    def __init__(self, bench: Collection, train: Rows) -> None:
        self._bench, self._rows = bench, train
        self._head: Head | None = None

    def train(self) -> None:
        self._head = taught(self._bench, self._rows[self._bench.found[self._rows]], None)

    def answers(self, rows: Rows) -> Rows:
        assert self._head is not None
        return _best(self._head, self._bench, rows)


class Rung:
    """R2 on skeletons and embeddings: of the encoder as it is, or as a contender tunes it."""

    def __init__(
        self,
        bench: Collection,
        train: Rows,
        workshop: Workshop,
        contender: Contender | None,
        folder: Path,
        seed: int,
    ) -> None:
        self._bench, self._rows, self._seed = bench, train, seed
        self._workshop, self._contender, self._folder = workshop, contender, folder
        self._encoder: Encoder = workshop.encoder
        self._head: Head | None = None

    def train(self) -> None:
        tuned = None if self._contender is None else self._tuned(self._contender)
        if tuned is not None:
            self._encoder = self._workshop.open_changed(tuned.change)
        seen = self._workshop.as_seen_by(self._encoder, self._bench, self._rows)
        self._head = taught(seen, self._rows, tuned)

    def answers(self, rows: Rows) -> Rows:
        assert self._head is not None
        return _best(self._head, self._workshop.as_seen_by(self._encoder, self._bench, rows), rows)

    def _tuned(self, contender: Contender) -> Tuned:
        # Begun anew: what an earlier run left behind would not be timed.
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        asked = request(self._bench, self._encoder.name, contender, self._rows, seed=self._seed)
        tuned = contender.tuner.tune(
            asked,
            pixels=self._workshop.pixels,
            folder=self._folder,
            progress=lambda share, stage: None,
        )
        shutil.rmtree(self._folder, ignore_errors=True)
        return tuned


class Scratch:
    """A network that begins with random weights."""

    def __init__(self, bench: Collection, train: Rows, workshop: Workshop, teach: Teach, seed: int) -> None:
        self._bench, self._rows, self._seed = bench, train, seed
        self._pixels, self._teach = workshop.pixels, teach
        self._answer: Callable[[Rows], Matrix] | None = None

    def train(self) -> None:
        y = self._bench.y[self._rows]
        self._answer = self._teach(self._pixels, self._rows, y, len(self._bench.poses), self._seed)

    def answers(self, rows: Rows) -> Rows:
        assert self._answer is not None
        return np.asarray(self._answer(rows).argmax(axis=1), dtype=np.int64)


def teacher(recipe: ClassifierRecipe) -> Teach:
    """Return what teaches the network of a recipe."""

    def teach(
        pixels: Callable[[int], Pixels], rows: Rows, y: Rows, poses: int, seed: int
    ) -> Callable[[Rows], Matrix]:
        taught = train_classifier(pixels, rows, y, poses=poses, recipe=recipe, seed=seed)
        return lambda asked: taught.answers(pixels, asked)

    return teach


def _best(head: Head, bench: Collection, rows: Rows) -> Rows:
    answers = ladder.probabilities(head, bench.x[rows]).argmax(axis=1)
    return np.where(bench.answerable[rows], answers, -1).astype(np.int64)
