"""Tunes an encoder to labelled poses: implements `ports.Tuner` over any open_clip network.

How far to go is chosen on labels that a fit did not see. The labels are cut into folds; each fold is left out
of one fit, and that fit's encoder embeds it. On all of these left-out embeddings together the way of tuning is
chosen, and WiSE-FT's share of the tuned weights (arXiv 2109.01903); then one more fit on all labels makes the
encoder. The lab's locked hold-out is no part of any of this: whatever is chosen on photos can no longer judge
on them, and judging is the gate's.

The left-out embeddings are handed over, because a learner on top of the tuned encoder needs them too. A photo
that the encoder was tuned on sits near its pose's text and its pose's other photos because it was pulled
there, so leave-one-out over such embeddings is leave-nothing-out: it would give the image all the weight and
doubt nothing. Between two photos of one fold the left-out embeddings are as between two new photos. Between
folds they come of two encoders, which lie near each other (the same start, the same texts, anchored) and of
which each has seen the other's photo and not its own: no photo is where it was pulled to. They are a little
worse than the final encoder's of new photos (a fold fewer labels), so what is chosen on them is cautious.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from torch import Tensor

from yogalab.errors import OutOfMemory, TooFewLabels, TuningFailed
from yogalab.ports import Pixels, Progress
from yogalab.records import EncoderChange, Matrix, Tuned, TuningRequest, tuned_name
from yogalab.training.tuning.course import Course, Sentences
from yogalab.training.tuning.folds import folds
from yogalab.training.tuning.left_out import LeftOut, Task, leave_out, out_of_memory
from yogalab.training.tuning.moves import Arrays
from yogalab.training.tuning.pictures import Pictures
from yogalab.training.tuning.recipe import RUNGS, Recipe
from yogalab.training.tuning.tower import Opened
from yogalab.training.tuning.ways import Way, ways

# Embeddings of a change in half precision come this near to those of the whole, or it is kept as it is.
_COSINE: Final = 0.9999
_CHECKED: Final = 32

# Where each stage ends, as a share of the whole.
_READ: Final = 0.1
_HEARD: Final = 0.2
_TRAINED: Final = 0.98


class EncoderTuner:
    """Implements `ports.Tuner`.

    open_network: loads the encoder of a name anew, for this tuning to change (`wiring` hands it over); rungs:
    the recipes that each rung tries, of which the best on left-out labels is kept; keep_every: seconds between
    two checkpoints.
    """

    def __init__(
        self,
        open_network: Callable[[str], Opened],
        *,
        rungs: Mapping[str, Sequence[Recipe]] = RUNGS,
        keep_every: float = 30.0,
    ) -> None:
        self._open_network = open_network
        self._rungs = rungs
        self._keep_every = keep_every

    def tune(
        self,
        request: TuningRequest,
        *,
        pixels: Callable[[int], Pixels],
        folder: Path,
        progress: Progress,
    ) -> Tuned:
        """Return the change that is best on left-out labels; with alpha 0 and no arrays if none is any good.

        Deterministic for a request on one machine; killed and asked again with the same folder, it goes on.

        Raises:
            EncoderMissing, EncoderNeeds, EncoderDamaged: the encoder cannot be loaded.
            TooFewLabels: fewer than two poses, or two groups of photos, have labels.
            TuningFailed: a figure was no number, or nothing of this rung fits the encoder.
            DiskFull, OutOfMemory: what the name says; nothing was made.
        """
        progress(0.0, "tune.load")
        task, captions = self._task(request, folder)
        with _memory_watched():
            opened = self._open_network(request.encoder)
            task.fits(opened.network)
            pictures = Pictures.read(
                opened, request.photo_ids, pixels, lambda share: progress(_READ * share, "tune.look")
            )
            open_ways = ways(
                self._rungs[request.rung],
                opened,
                pictures,
                Sentences(opened, captions),
                seed=request.seed,
                tell=lambda share: progress(_READ + (_HEARD - _READ) * share, "tune.look"),
            )
            if not open_ways:
                raise TuningFailed(reason="method")
            return self._best(request, task, open_ways, progress)

    def _task(self, request: TuningRequest, folder: Path) -> tuple[Task, list[Sequence[str]]]:
        """What is learnt: only poses with labels. Those without would be wrong answers to flee from."""
        poses, y = np.unique(request.y, return_inverse=True)
        groups = len(np.unique(request.groups))
        if len(poses) < 2 or groups < 2:
            raise TooFewLabels(labels=len(y), poses=len(poses))
        rng = np.random.default_rng((request.seed, 7))
        count = max(recipe.folds for recipe in self._rungs[request.rung])
        task = Task(
            y=y.astype(np.int64),
            parts=folds(y, request.groups, count, rng),
            seed=request.seed,
            folder=folder,
            fingerprint=request.fingerprint,
            keep_every=self._keep_every,
        )
        return task, [request.captions[pose] for pose in poses]

    def _best(self, request: TuningRequest, task: Task, open_ways: Sequence[Way], progress: Progress) -> Tuned:
        fits = len(task.parts) * len(open_ways) + 1
        done = iter(range(fits))

        def teller(stage: str) -> Callable[[float], None]:
            before = next(done)
            return lambda share: progress(_HEARD + (_TRAINED - _HEARD) * (before + share) / fits, stage)

        tried = [(leave_out(way, task, lambda: teller("tune.train")), way) for way in open_ways]
        best, way = min(tried, key=lambda one: one[0].surprise)
        recipe = {**way.recipe.plain(), "seed": request.seed, "tried": [_told(one, w) for one, w in tried]}
        arrays: Arrays = {}
        if best.share:
            with way.open() as course:
                task.fit(way.recipe, course, np.arange(len(task.y)), "all", teller("tune.train"))
                arrays = _halved(course, best.share, len(task.y))
        progress(_TRAINED, "tune.check")
        change = EncoderChange(
            name=tuned_name(request.encoder, request.rung, request.fingerprint),
            base=request.encoder,
            rung=request.rung,
            method=way.recipe.method,
            arrays=arrays,
            alpha=best.share,
            recipe=recipe,
        )
        return Tuned(change=change, left_out=_matrix(best.embeddings))


def _halved(course: Course, share: float, photos: int) -> Arrays:
    """Return what was tuned in half precision, if that says the same of photos; else as it is."""
    moves = course.moves
    rows = np.arange(min(photos, _CHECKED))
    whole = moves.arrays()
    moves.share(share)
    right = course.answers(rows)
    halves = {name: array.astype(np.float16) for name, array in whole.items()}
    moves.take(halves)
    moves.share(share)
    near = (course.answers(rows) * right).sum(dim=1).min()
    return halves if float(near) >= _COSINE else whole


def _told(one: LeftOut, way: Way) -> dict[str, object]:
    return {"method": way.recipe.method, "alpha": one.share, "surprises": [round(s, 5) for s in one.surprises]}


def _matrix(rows: Tensor) -> Matrix:
    array: Matrix = rows.float().cpu().numpy()
    return array


@contextmanager
def _memory_watched() -> Iterator[None]:
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if out_of_memory(error):
            raise OutOfMemory(step="tune") from error
        raise
