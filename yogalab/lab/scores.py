"""All photos' probabilities, worked out again only as far as something changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from yogalab.learning import ladder
from yogalab.learning.propagation import Graph, reach
from yogalab.learning.streaming import Answers, Stream
from yogalab.records import Head, Matrix, TrainingSet


class Scores:
    """What version and prior say of each photo, kept, and R1 streamed on top."""

    def __init__(self) -> None:
        self._prior: Head | None = None
        self._head: Head | None = None
        self._prior_logits: Matrix | None = None
        self._head_logits: Matrix | None = None
        self._stream: Stream | None = None
        self._anchors: Matrix | None = None
        self._reached: Graph | None = None

    def follow(self, head: Head, prior: Head, x: Matrix, origin: NDArray[np.int64] | None) -> None:
        """Go on with these. Heads that are the same objects as before are taken not to have changed.

        head: the prior itself before any training; x: (n, d) all photos; origin: (n,) the row each had at the
        last call, -1 where it is new, None when all are as they were.
        """
        if self._stream is not None and origin is None and head is self._head and prior is self._prior:
            return
        # Should a step fail, nothing half made is left.
        stream, self._stream = self._stream, None
        moved = None if stream is None else origin
        fresh = stream is None
        if fresh:
            self._reached = None
        if fresh or prior is not self._prior or self._prior_logits is None:
            self._prior_logits = ladder.logits(prior, x, reached=self._reach(prior, x, moved))
        elif moved is not None:
            self._prior_logits = _carried(prior, x, self._prior_logits, moved)
            self._reached = None
        if head is prior:
            self._head_logits = self._prior_logits
        elif fresh or head is not self._head or self._head_logits is None:
            self._head_logits = ladder.logits(head, x)
        elif moved is not None:
            self._head_logits = _carried(head, x, self._head_logits, moved)
        known = {"base_logits": self._head_logits, "prior_logits": self._prior_logits}
        if stream is None:
            stream = Stream(head, prior, x, **known)
        elif moved is not None:
            stream.move(x, moved, head, prior, **known)
        else:
            stream.follow(head, prior, **known)
        self._head, self._prior, self._stream = head, prior, stream

    def _reach(self, prior: Head, x: Matrix, moved: NDArray[np.int64] | None) -> Graph | None:
        """How near all photos are to those the prior learnt from: kept for the next pose that is made."""
        anchors = prior.arrays.get("anchors")
        if anchors is None:
            return None
        if self._reached is None or moved is not None or anchors is not self._anchors:
            self._anchors, self._reached = anchors, reach(anchors, x)
        return self._reached

    def take(self, later: TrainingSet, rows: NDArray[np.int64]) -> Answers:
        """Return R1's correction and what is answered with it.

        later: all labels since the version, as many as `streaming.most_labels` allows; rows: (m,) their rows.
        """
        assert self._stream is not None
        stream, self._stream = self._stream, None
        answer = stream.take(later, rows)
        self._stream = stream
        return answer


def _carried(head: Head, x: Matrix, logits: Matrix, origin: NDArray[np.int64]) -> Matrix:
    """(n, K) logits, worked out for new rows only."""
    old, new = origin >= 0, origin < 0
    out = np.empty((len(x), logits.shape[1]), np.float32)
    out[old] = logits[origin[old]]
    if new.any():
        out[new] = ladder.logits(head, x[new])
    return out
