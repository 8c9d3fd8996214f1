"""`learning.heads` written down: from a skeleton and an embedding to calibrated probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yogalab.learning import kernel, nearness, priors, propagation
from yogalab.learning.drawn import LEAST as LEAST_DRAWN
from yogalab.learning.drawn import Drawn, drawn
from yogalab.learning.features import CLEAREST, layout_of
from yogalab.learning.portable.bodies import Body, written_body
from yogalab.learning.portable.sheet import Sheet, Value
from yogalab.learning.texts import TEXT_SCALE
from yogalab.poses.templates import MOST_PER_TERM
from yogalab.records import Computation, Head, Matrix


@dataclass(frozen=True, slots=True)
class Sight:
    """A photo as the head sees it. embedding: (n, dim) of unit length or 0; None for skeletons alone."""

    body: Body
    embedding: Value | None

    @property
    def pictured(self) -> Value:
        """1 where there is an embedding, else 0, (n, 1)."""
        assert self.embedding is not None
        seen = self.embedding.of("Abs").max() > 0.0
        return seen.sheet.where(seen, 1.0, 0.0)


def written_down(head: Head) -> Computation:
    """Return what `ladder.probabilities` does with this head, for any number of photos at once.

    Inputs: as `portable.bodies`, and `embedding` (dim,) where the head sees pictures. Output: `probabilities`
    (K,) in the order of `head.poses`.
    """
    sheet = Sheet()
    body = written_body(sheet)
    dim = layout_of(head.arrays["support"].shape[1]).dim
    sight = Sight(body, sheet.input("embedding", dim) if dim else None)
    known = _beliefs(sheet, head, sight)
    logits = _beside_labels(head, sight, known) * _assurance(sheet, body)
    shares = (logits / float(head.temperature)).of("Softmax", axis=-1)
    return sheet.finished({"probabilities": (shares, (len(head.poses),))})


def _assurance(sheet: Sheet, body: Body) -> Value:
    return sheet.where(body.seen, (body.trust / CLEAREST).at_most(1.0).of("Sqrt"), 1.0)


# --- the prior ------------------------------------------------------------------------------------


def _beliefs(sheet: Sheet, head: Head, sight: Sight) -> Value:
    """As `priors.beliefs`."""
    nothing = 0.0 * sight.body.trust + np.zeros((1, len(head.poses)), np.float32)
    if not priors.nameable(head.arrays).any():
        return nothing
    logs = _evidence(sheet, head, sight).of("LogSoftmax", axis=-1)
    if "anchors" in head.arrays:
        logs = _extended(sheet, head, sight, logs.of("Exp"))
    if sight.embedding is None:
        return sheet.where(sight.body.seen, logs, nothing)
    return sheet.where(sight.body.trust + sight.pictured > 0.0, logs, nothing)


def _evidence(sheet: Sheet, head: Head, sight: Sight) -> Value:
    body, arrays = sight.body, head.arrays
    logits = priors.TEMPLATE_SCALE * _templates(
        body, arrays["targets"], arrays["tolerances"], priors.fill(arrays)
    )
    logits = logits + _drawn(sheet, body, priors.drawn_columns(head))
    logits = sheet.where(body.seen, logits, 0.0 * logits) / priors.TEMPERATURE
    if "texts" in arrays and sight.embedding is not None:
        logits = _spoken(sheet, logits, sight.embedding, arrays["texts"])
    return logits


def _templates(body: Body, targets: Matrix, tolerances: Matrix, fill: Matrix) -> Value:
    """(n, K) as `templates.template_scores`, and `fill` for poses without template."""
    named = ~np.isnan(targets)
    aims = (np.where(named, targets, 0) / tolerances).astype(np.float32)
    off = (body.descriptors / tolerances).shaped(0, 1, -1) - aims
    terms = (off * off).at_most(MOST_PER_TERM) * named.astype(np.float32)
    count = named.sum(axis=1)
    scores = -terms.sum().shaped(0, -1) / np.maximum(count, 1).astype(np.float32)
    out: Value = scores * (count > 0).astype(np.float32) + np.where(count > 0, 0, fill).astype(np.float32)
    return out


def _drawn(sheet: Sheet, body: Body, columns: NDArray[np.int64]) -> Value:
    """(n, K) as `drawn.drawn_scores`, and the usual for a pose that was not drawn."""
    known = np.flatnonzero(columns >= 0)
    usual = np.where(columns >= 0, 0, priors.NOT_DRAWN).astype(np.float32)[None]
    if not len(known):
        return 0.0 * body.trust + usual
    logs = _network(sheet, body, drawn()).take(columns[known]).of("LogSoftmax", axis=-1).at_least(LEAST_DRAWN)
    place = np.zeros((len(known), len(columns)), np.float32)
    place[np.arange(len(known)), known] = 1
    return logs @ place + usual


def _network(sheet: Sheet, body: Body, network: Drawn) -> Value:
    """(n, P) the mean of the networks' log-probabilities, of a body and its mirror image."""
    views = [sheet.joined([body.trust, body.even, sign * body.odd]) for sign in (1.0, -1.0)]
    total: Value | None = None
    for arrays in network.networks:
        logs = []
        for view in views:
            hidden = []
            for name, columns in network.inputs.items():
                x = view.take(columns)
                for layer in (0, 1):
                    x = (x @ arrays[f"{name}.{layer}.weight"].T + arrays[f"{name}.{layer}.bias"]).of("Relu")
                hidden.append(x)
            out = sheet.joined(hidden) @ arrays["out.weight"].T + arrays["out.bias"]
            logs.append(out.of("LogSoftmax", axis=-1).shaped(0, -1, 1))
        both = sheet.joined(logs).log_sum_exp().shaped(0, -1) - float(np.log(2))
        total = both if total is None else total + both
    assert total is not None
    return total / float(len(network.networks))


def _spoken(sheet: Sheet, logits: Value, embedding: Value, texts: Matrix) -> Value:
    """As `priors.spoken`."""
    said = np.abs(texts).max(axis=1) > 0
    if not said.any():
        return logits
    with_text, without = np.flatnonzero(said), np.flatnonzero(~said)
    before = logits.take(with_text)
    heard = before + (TEXT_SCALE / priors.TEMPERATURE) * (embedding @ texts[said].T)
    out = [heard + before.log_sum_exp() - heard.log_sum_exp()]
    out += [logits.take(without)] if len(without) else []
    return sheet.joined(out).take(np.argsort(np.concatenate([with_text, without])))


def _extended(sheet: Sheet, head: Head, sight: Sight, beliefs: Value) -> Value:
    """As `propagation.reach` and `propagation.extended`."""
    anchors, spread = head.arrays["anchors"], head.arrays["anchor_beliefs"]
    share = propagation.PICTURES if layout_of(anchors.shape[1]).dim else 0.0
    near = _likeness(sight, anchors, share)
    near = sheet.where(near >= propagation.SAME, 0.0 * near, near)
    best, places = sheet.largest(near, min(propagation.NEIGHBOURS, len(anchors)))
    degree = best.sum().at_least(1e-9)
    theirs = sheet.step("Gather", spread, places, axis=0)
    taken = (best.shaped(0, 1, -1) @ theirs).shaped(0, -1) / degree.of("Sqrt")
    weight = propagation.FROM_OTHERS * degree / (degree + propagation.ENOUGH)
    mixed = weight * taken + (1.0 - weight) * beliefs
    shares = mixed / mixed.sum().at_least(1e-12)
    logs = propagation.SHARPER * (shares + propagation.NOTHING).of("Log")
    return logs - logs.log_sum_exp()


# --- labels ---------------------------------------------------------------------------------------


def _beside_labels(head: Head, sight: Sight, known: Value) -> Value:
    """As `heads.logits`, before the assurance."""
    support, settings = head.arrays["support"], head.settings
    if not len(support):
        return known
    share = settings["embedding_share"]
    f = _kernel(sight, support, share) @ head.arrays["dual"]
    squares = _likeness(sight, support, share) ** 2.0
    near, touching = squares.sum(), (squares**6.0).sum()
    unexplored = (1.0 - touching).at_least(0.0) / (1.0 + (near / nearness.HALF) ** nearness.STEEP)
    prior = float(settings["prior_weight"])
    mixed = prior * unexplored * known + float(settings["label_weight"]) * f
    return mixed / (1.0 + (prior - 1.0) * unexplored)


def _likeness(sight: Sight, rows: Matrix, share: float) -> Value:
    """(n, m) kernel values as likenesses, 1 for the same photo."""
    theirs = kernel.own(rows, embedding_share=share)[None]
    both = (_own(sight, share) * theirs).at_least(nearness.LEAST)
    return _kernel(sight, rows, share) / both.of("Sqrt")


def _kernel(sight: Sight, rows: Matrix, share: float) -> Value:
    """(n, m) as `kernel.kernel`."""
    layout, body = layout_of(rows.shape[1]), sight.body
    even, odd = rows[:, layout.even], rows[:, layout.odd]
    double = 2 * kernel.SKELETON
    lengths = np.where(
        rows[:, 0] > 0, -kernel.SKELETON * (even**2).sum(1) - kernel.SKELETON * (odd**2).sum(1), kernel.NOBODY
    )
    mine = body.trust.sheet.where(
        body.seen,
        -kernel.SKELETON * ((body.even * body.even).sum() + (body.odd * body.odd).sum()),
        kernel.NOBODY,
    )
    straight = (body.even @ (double * even.T) + mine + lengths[None].astype(np.float32)).of("Exp")
    turned = (body.odd @ (double * odd.T)).of("Exp")
    alike = 0.5 * straight * (turned + 1.0 / turned)
    if sight.embedding is None:
        return alike
    pictures = rows[:, layout.embedding]
    there = (np.abs(pictures).max(1, initial=0) > 0).astype(np.float32)[None]
    seen = (kernel.EMBEDDING * (sight.embedding @ pictures.T - 1.0)).of("Exp") * sight.pictured * there
    out: Value = (1 - share) * alike + share * seen
    return out


def _own(sight: Sight, share: float) -> Value:
    """(n, 1) as `kernel.own`."""
    body = sight.body
    turn = (-4 * kernel.SKELETON * (body.odd * body.odd).sum()).of("Exp")
    alike = body.trust.sheet.where(body.seen, 0.5 * (1.0 + turn), 0.0)
    return alike if sight.embedding is None else (1 - share) * alike + share * sight.pictured
