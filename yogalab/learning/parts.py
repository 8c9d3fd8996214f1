"""What each part of a body says on its own: "legs say Tree, arms say Warrior II".

The idea is GAP's (arXiv 2208.05318): score head, arms, torso and legs apart. Its encoder needs gradients; here
a part's view is a closed form that learns a label at once: Bayes' rule, with the template terms of that part as
prior and a kernel density over the labelled bodies' figures of that part as likelihood.

Which figures belong to a part is not written down but tried out: those that change when only that part moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab import skeleton
from yogalab.learning.calibration import softmax
from yogalab.learning.features import descriptors, features, layout_of
from yogalab.learning.kernel import kernel
from yogalab.poses import body
from yogalab.poses.postures import postures
from yogalab.poses.templates import misfits
from yogalab.records import Encodings, Landmarks, Matrix

PARTS: Final = tuple(skeleton.PARTS)

# A part's few figures stray less than a whole body's many, and are compared three times more sharply than whole
# bodies are: 2 to 4 name as many poses rightly (models/LOG.md, 2026-11-21).
_SHARPER: Final = 3.0
# How alike a body is to those it has nothing in common with: nothing is ruled out altogether.
_UNLIKE_ALL: Final = 1e-4
# Where between alike (0) and unlike (1) a body is of a pose that nobody labelled: most bodies are not in it.
_UNTAUGHT: Final = 2 / 3
# A template that says little of a part must not count as much as one that says a lot: this many terms more,
# each as far off as is usual, are added to it.
_UNSAID: Final = 3.0
_USUAL: Final = 2.5
# A part's score times this is a logit about as sure as it is right.
_SCALE: Final = 2.0
# The templates of parts fade with labels a pose: the best weights were 1, .6, .3, .2, .1 at 1, 2, 5, 10, 20.
_FADING: Final = 0.75
# One label a pose is believed by half, n by n / (n + 1): a single body is a poor measure of how a pose varies.
_TRUST: Final = 1.0
# More labels of a pose say nothing new of one part, and the answer is wanted in milliseconds.
_MOST_EACH: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartView:
    """What is known of poses, part by part; made once for many questions.

    bodies: part -> (m, d) labelled bodies reduced to that part; votes: (m, K) one-hot; counts: (K,) labels.
    targets: (K, D), tolerances: (D,) as in `yogalab.poses.templates`.
    """

    bodies: Mapping[str, Matrix]
    votes: Matrix
    counts: Matrix
    targets: Matrix
    tolerances: Matrix

    def probabilities(self, x: Matrix) -> dict[str, Matrix]:
        """Return each part's own probabilities, part -> (n, K). x: (n, d) features of people who were found."""
        layout = layout_of(x.shape[1])
        x = x[:, : layout.odd.stop]
        terms = misfits(descriptors(x), self.targets, self.tolerances)
        labels_each = float(np.exp(np.log(np.maximum(self.counts, 1)).mean()))
        fading = np.float32(labels_each**-_FADING)
        answers = {}
        for part, figures in part_figures(x.shape[1]).items():
            logits = fading * _template(terms, figures[layout.descriptors])
            if len(self.votes):
                alike = kernel(_only(x, figures), self.bodies[part], embedding_share=0.0)
                logits += _likeness(alike, self.votes, self.counts)
            answers[part] = softmax(logits)
        return answers


def part_view(labelled: Matrix, columns: NDArray[np.int64], *, targets: Matrix, tolerances: Matrix) -> PartView:
    """Return what labelled bodies and templates say of poses, part by part.

    labelled: (m, d) features; columns: (m,) their poses, the oldest label first, as only the newest ones of
    each pose are looked at; targets: (K, D), tolerances: (D,) as in `yogalab.poses.templates`.
    """
    kept = _newest(columns)
    labelled, columns = labelled[kept, : layout_of(labelled.shape[1]).odd.stop], columns[kept]
    return PartView(
        bodies={part: _only(labelled, figures) for part, figures in part_figures(labelled.shape[1]).items()},
        votes=np.eye(len(targets), dtype=np.float32)[columns],
        counts=np.bincount(columns, minlength=len(targets)).astype(np.float32),
        targets=targets,
        tolerances=tolerances,
    )


@cache
def part_figures(width: int) -> Mapping[str, NDArray[np.bool_]]:
    """Return which figures of a row belong to each part, part -> (width,); a figure may belong to two.

    width: of rows without embedding. The torso's are those that no other part can change.
    """
    rng = np.random.default_rng(0)
    # So long a trunk that it alone sets the scale: else a moved hand would change the size of everything.
    build = body.Build(trunk=2 * body.Build().trunk)
    bodies = [body.world(body.joints(posture, build)) for posture in list(postures().values())[::8]]
    still = np.ones(skeleton.LANDMARKS, dtype=np.float32)
    before = features([_seen(world, still) for world in bodies], dim=0)
    found = {}
    for part in ("head", "arms", "legs"):
        own = [at for at in skeleton.PARTS[part] if at not in skeleton.PARTS["torso"]]
        moved = []
        for world in bodies:
            elsewhere, seen = world.copy(), still.copy()
            elsewhere[own] += rng.normal(0, 0.03, (len(own), 3))
            seen[own] = rng.uniform(0.2, 0.8, len(own))
            moved.append(_seen(elsewhere, seen))
        found[part] = (np.abs(features(moved, dim=0) - before) > 1e-5).any(axis=0)[:width]
    torso = ~np.any(list(found.values()), axis=0)
    torso[0] = False
    return {part: found.get(part, torso) for part in PARTS}


def _seen(world: Matrix, visibility: Matrix) -> Encodings:
    points = np.column_stack([world / 4 + 0.5, visibility]).astype(np.float32)
    return Encodings(landmarks=Landmarks(points=points, world=world, aspect=1.0))


def _newest(columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows of each pose's last labels, ascending."""
    kept = [np.flatnonzero(columns == column)[-_MOST_EACH:] for column in np.unique(columns)]
    return np.sort(np.concatenate(kept)) if kept else np.zeros(0, np.int64)


def _only(x: Matrix, figures: NDArray[np.bool_]) -> Matrix:
    """The rows with nothing but a part's figures, scaled so that the kernel's bell fits them."""
    scale = _SHARPER * float(np.sqrt(len(figures) / figures.sum()))
    rows = x * (figures * np.float32(scale))
    rows[:, 0] = x[:, 0]
    return rows


def _template(terms: Matrix, own: NDArray[np.bool_]) -> Matrix:
    """(n, K) logits, 0 for a pose whose template says nothing of the part.

    terms: (n, K, D) misfits; own: (D,) which descriptors are the part's.
    """
    named = ~np.isnan(terms[0]) & own
    excess = np.where(named, terms - np.float32(_USUAL), 0).sum(axis=2)
    return np.asarray(-_SCALE * excess / (named.sum(axis=1) + _UNSAID), dtype=np.float32)


def _likeness(alike: Matrix, votes: Matrix, counts: Matrix) -> Matrix:
    """(n, K) logarithm of the mean likeness to each pose's labelled bodies (a kernel density; Parzen, 1962).

    alike: (n, m), votes: (m, K), counts: (K,). Of a pose without label a body is rather unlike.
    """
    means = alike @ votes / np.maximum(counts, 1)
    logs = np.log(means + np.float32(_UNLIKE_ALL)) * (counts / (counts + _TRUST))
    return np.asarray(np.where(counts > 0, logs, _UNTAUGHT * np.log(_UNLIKE_ALL)), dtype=np.float32)
