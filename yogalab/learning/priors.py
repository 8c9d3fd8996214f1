"""What is believed before any label: by joint-angle templates, CLIP's view of sentences, and other photos.

Beliefs are log-probabilities, as sure as they are right: what no label has touched is answered with them as
they are (`yogalab.learning.nearness`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from yogalab.learning.calibration import log_softmax
from yogalab.learning.drawn import columns_of, drawn_scores
from yogalab.learning.features import descriptors, found, informative, layout_of
from yogalab.learning.propagation import Graph, extended, reach
from yogalab.learning.texts import TEXT_SCALE
from yogalab.poses.templates import template_scores
from yogalab.records import Head, Matrix

# A template's score, a mean of squares from 0 to -9, times this is a logit (softmax of score / 0.25).
TEMPLATE_SCALE: Final = 4.0
# Under this temperature templates and drawn bodies together are about as sure as they are right.
TEMPERATURE: Final = 2.5
# The score a pose without template is given. Below what a body in a known pose gets from its own template
# (nine in ten are above), so it wins only where nothing fits; a labelled pose stands closer.
UNKNOWN: Final = -4.0
LABELLED: Final = -2.5
# What the network of drawn bodies is taken to say of a pose that was not drawn. With -3 a coach's own pose of
# two labels is found in 4 of 10 photos, with -1 in 6; the others lose half a point for it.
NOT_DRAWN: Final = -1.0

Arrays = Mapping[str, Matrix]


def nameable(arrays: Arrays) -> NDArray[np.bool_]:
    """Return which poses the prior can name by itself, (K,): those with a template or a text."""
    known = ~np.isnan(arrays["targets"]).all(axis=1)
    if "texts" in arrays:
        known |= np.abs(arrays["texts"]).max(axis=1) > 0
    return np.asarray(known)


def beliefs(head: Head, x: Matrix, *, reached: Graph | None = None) -> Matrix:
    """Return the log-probabilities a head starts from, (n, K); all the same where a photo shows nothing.

    head: its arrays hold `targets` (K, D) and `tolerances` (D,) as in `yogalab.poses.templates`, `counts` (K,)
    labels, `texts` (K, dim) of `texts.text_vectors` where an encoder is there, and those of
    `propagation.crowd_arrays` where other photos are known. reached: (n, a) of `propagation.reach`, where the
    caller kept it.
    """
    out = np.zeros((len(x), len(head.poses)), np.float32)
    seen = informative(x)
    if not seen.any() or not nameable(head.arrays).any():
        return out
    alone = log_softmax(_evidence(head, x[seen]))
    if "anchors" in head.arrays:
        near = reach(head.arrays["anchors"], x[seen]) if reached is None else reached[np.flatnonzero(seen)]
        alone = extended(head.arrays["anchor_beliefs"], near, np.exp(alone))
    out[seen] = alone
    return out


def lift() -> float:
    """Return by how much the first label brings a pose without template nearer, in log-odds."""
    return TEMPLATE_SCALE * (LABELLED - UNKNOWN) / TEMPERATURE


def _evidence(head: Head, x: Matrix) -> Matrix:
    """(n, K) logits."""
    arrays = head.arrays
    logits = np.zeros((len(x), len(head.poses)), np.float32)
    seen = found(x)
    if seen.any():
        scores = template_scores(descriptors(x[seen]), arrays["targets"], arrays["tolerances"])
        drawn = drawn_scores(x[seen], drawn_columns(head))
        logits[seen] = TEMPLATE_SCALE * np.where(np.isnan(scores), fill(arrays), scores)
        logits[seen] += np.where(np.isnan(drawn), NOT_DRAWN, drawn)
    logits /= np.float32(TEMPERATURE)
    if "texts" in arrays:
        embeddings = x[:, layout_of(x.shape[1]).embedding]
        logits = spoken(logits, embeddings, arrays["texts"])
    return logits


def spoken(logits: Matrix, embeddings: Matrix, texts: Matrix) -> Matrix:
    """Return logits after sentences were heard, (n, K): they decide among the poses they speak of.

    z_k + t_k - log sum_S exp(z + t) + log sum_S exp(z) for k in S, the poses with a sentence; others keep z_k.
    How likely it is one of S at all is left to the body: an encoder that has only ever seen some poses finds
    one of them in every photo. Where all poses have one, that is a product of experts.
    embeddings: (n, dim); texts: (K, dim) of `text_vectors`, 0 for a pose without a sentence.
    """
    said = np.abs(texts).max(axis=1) > 0
    if not said.any():
        return logits
    heard = logits[:, said] + np.float32(TEXT_SCALE / TEMPERATURE) * (embeddings @ texts[said].T)
    share = logsumexp(logits[:, said], axis=1, keepdims=True) - logsumexp(heard, axis=1, keepdims=True)
    out = logits.copy()
    out[:, said] = heard + share
    return out


def drawn_columns(head: Head) -> NDArray[np.int64]:
    """(K,) as in `drawn`. A pose without template may be a coach's own under a name that is known elsewhere."""
    bare = np.isnan(head.arrays["targets"]).all(axis=1)
    return np.where(bare, -1, columns_of([pose.slug for pose in head.poses]))


def fill(arrays: Arrays) -> Matrix:
    """(K,) the score of poses without template.

    Those without a label weigh as one together, "something else", however many. Where texts speak for a pose, a
    missing template should not speak against it.
    """
    known = arrays["counts"] > 0
    if "texts" in arrays:
        known = known | (np.abs(arrays["texts"]).max(axis=1) > 0)
    bare = np.isnan(arrays["targets"]).all(axis=1) & ~known
    crowded = UNKNOWN - TEMPERATURE * np.log(max(1, int(bare.sum()))) / TEMPLATE_SCALE
    return np.where(known, LABELLED, crowded).astype(np.float32)
