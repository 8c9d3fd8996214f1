"""Whether texts of body parts teach a skeleton network anything: GAP's loss (arXiv 2208.05318, section 3.3).

The same network is taught five times from the same beginning on the same batches: without texts, with them,
with GAP's released scales (no exp), and with two controls. "Random directions" have no meaning and no likeness
among poses; "texts of other poses" are the real ones, each pose with another's: whatever a control gains too is
not what the texts mean.

- "drawn": taught on drawn bodies alone, no label. Asked: photos that no template was tuned on. "alone": the
  network; "prior": added to the templates, as what ships is.
- "learnt": taught on k labelled photos a pose, or on the official split's training photos. "alone": the
  network; "beside": its log-probabilities added to R2's; "inside": its hidden figures a block of R2's kernel,
  the share chosen on the same labels, as a lab would.
- "parts": what each part names by itself after the official training photos: cosines to texts, beside
  `yogalab.learning.parts`.

A photo in which nobody is seen counts as wrong. The encoder of the texts may have been trained on the training
photos; one that ships with YogaLab knows nothing of the test photos.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from yogalab.bench.collection import Collection, Rows
from yogalab.bench.figures import Row, macro_recall, of_draw, over_draws, over_seeds
from yogalab.bench.gap_networks import (
    ARMS,
    NO_TEXTS,
    PART_VIEW,
    R2,
    Asked,
    Effort,
    OnDrawings,
    OnPhotos,
    drawn_texts,
    texts_of,
)
from yogalab.bench.ledger import Ledger, code_of, key_of
from yogalab.bench.training import split
from yogalab.errors import BadDataset
from yogalab.ports import Encoder
from yogalab.poses.postures import postures
from yogalab.workbench import PartTexts

SHOTS: Final = (5, 20)
SEEDS: Final = 3
DRAWS: Final = 5
# What begins the name of a view that asks one part.
PARTS: Final = "parts."
_SHOTS_OF: Final = {"drawn": 0, "official": None}
OnProgress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapResult:
    """Everything a table or a JSON file says.

    rows: test is "drawn.alone" and so on; shots 0 without labels, None after the official training photos.
    Their intervals are over seeds and photos at once, those of k labels over draws, each with its own seed.
    """

    encoder: str
    poses: int
    weight: float
    seed: int
    rows: tuple[Row, ...]

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "gap", **asdict(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One network. kind: "drawn", "official" or "draw"; number: which seed or draw."""

    kind: str
    number: int
    arm: str
    shots: int = 0

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.shots}:{self.number}:{self.arm}"


def of_collection(
    bench: Collection,
    encoder: Encoder,
    *,
    folder: Path,
    shots: Sequence[int] = SHOTS,
    seeds: int = SEEDS,
    draws: int = DRAWS,
    seed: int = 0,
    effort: Effort | None = None,
    anew: bool = False,
    on_progress: OnProgress = lambda share: None,
) -> GapResult:
    """Measure. encoder: whose text half speaks; folder: where finished networks' answers are kept.

    Raises EncoderError.
    """
    measured = _Measured(bench.without_encoder(), encoder, seed, effort or Effort())
    ledger = Ledger(folder, "gap", measured.key, anew=anew)
    steps = list(measured.plan(shots=shots, seeds=seeds, draws=draws))
    for done, step in enumerate(steps):
        on_progress(done / len(steps))
        if step.name not in ledger.done:
            # Another number of threads adds up in another order.
            with threadpool_limits(limits=1):
                ledger.add(step.name, measured.answers(step))
    rows = [
        *measured.over_seeds("drawn", seeds, ledger),
        *measured.over_draws(shots, draws, ledger),
        *measured.over_seeds("official", seeds, ledger),
    ]
    return GapResult(
        encoder=encoder.name,
        poses=len(bench.poses),
        weight=measured.effort.weight,
        seed=seed,
        rows=tuple(rows),
    )


class _Measured:
    """The steps of one run and what they are asked."""

    def __init__(self, bench: Collection, encoder: Encoder, seed: int, effort: Effort) -> None:
        self.effort = effort
        self._bench, self._seed = bench, seed
        untuned = np.flatnonzero(bench.untuned)
        drawable = np.array([pose.slug in postures() for pose in bench.poses])
        asked = untuned[drawable[bench.y[untuned]]]
        self._drawn = bench.only(asked) if len(asked) else None
        self._official = _official(bench, seed)
        self._of_drawn = drawn_texts(encoder)
        self._of_photos = texts_of(encoder, bench.poses)
        self._last: tuple[tuple[str, int, int], Asked] | None = None
        texts = [_digest(one) for one in (self._of_drawn, self._of_photos)]
        self.key = key_of(bench, seed, effort, texts, code_of("training"))

    def plan(self, *, shots: Sequence[int], seeds: int, draws: int) -> Iterator[Step]:
        """Yield one step after the other, those of the same photos together."""
        if self._drawn is not None:
            yield from (Step(kind="drawn", number=k, arm=arm) for k in range(seeds) for arm in ARMS)
        for k in sorted(set(shots)):
            for draw in range(draws):
                yield from (Step(kind="draw", number=draw, arm=arm, shots=k) for arm in (R2, *ARMS))
        if self._official is not None:
            yield from (Step(kind="official", number=k, arm=arm) for k in range(seeds) for arm in (R2, *ARMS))

    def answers(self, step: Step) -> dict[str, Any]:
        """Return one network's answers by view, as JSON holds them."""
        at = (step.kind, step.shots, step.number)
        if self._last is None or self._last[0] != at:
            self._last = at, self._asked(step)
        return {view: ranked.tolist() for view, ranked in self._last[1](step.arm).items()}

    def over_seeds(self, kind: str, seeds: int, ledger: Ledger) -> list[Row]:
        """Return the rows of networks that were all asked the same photos."""
        arms = [step for step in self.plan(shots=(), seeds=1, draws=0) if step.kind == kind]
        if not arms:
            return []
        found = {step.arm: [ledger.done[replace(step, number=k).name] for k in range(seeds)] for step in arms}
        views = list(dict.fromkeys(view for answers in found.values() for view in answers[0]))
        rows = []
        for view in views:
            named = {arm: [one[view] for one in all_] for arm, all_ in found.items() if view in all_[0]}
            rows += _rows(named, self._truth(kind), test=view, shots=_SHOTS_OF[kind], seed=self._seed)
        return rows

    def _truth(self, kind: str) -> NDArray[np.int64]:
        """(m,) the columns of the photos that networks of several seeds are asked."""
        if kind == "drawn":
            assert self._drawn is not None
            return self._drawn.y
        assert self._official is not None
        ours, _, test = self._official
        return ours.y[test]

    def over_draws(self, shots: Sequence[int], draws: int, ledger: Ledger) -> list[Row]:
        """Return the rows of networks taught few labels, in the order of their views."""
        each = []
        for k in sorted(set(shots)):
            for draw in range(draws):
                _, test = self._drawn_rows(k, draw)
                arms = {
                    arm: ledger.done[Step(kind="draw", number=draw, arm=arm, shots=k).name]
                    for arm in (R2, *ARMS)
                }
                rows: list[Row] = []
                for view in arms[NO_TEXTS]:
                    ranked = {arm: np.array(found[view], np.int64) for arm, found in arms.items()}
                    rows += of_draw(ranked, self._bench.y[test], test=view, shots=k, baseline=NO_TEXTS)
                each.append(rows)
        return over_draws(each)

    def _asked(self, step: Step) -> Asked:
        seed = self._seed + step.number
        if step.kind == "drawn":
            assert self._drawn is not None
            return OnDrawings(self._drawn, self._of_drawn, seed=seed, effort=self.effort).answers
        if step.kind == "draw":
            train, test = self._drawn_rows(step.shots, step.number)
            return OnPhotos(
                self._bench,
                train,
                test,
                self._of_photos,
                recipe=self.effort.few,
                seed=seed,
                effort=self.effort,
            ).answers
        assert self._official is not None
        ours, train, test = self._official
        place = {pose.slug: column for column, pose in enumerate(self._bench.poses)}
        texts = self._of_photos.of_poses([place[pose.slug] for pose in ours.poses])
        return OnPhotos(
            ours,
            train,
            test,
            texts,
            recipe=self.effort.photos,
            seed=seed,
            effort=self.effort,
            by_parts=True,
        ).answers

    def _drawn_rows(self, shots: int, draw: int) -> tuple[Rows, Rows]:
        """(train, test) rows of one draw; asked are photos that no template was tuned on."""
        rng = np.random.default_rng([self._seed, draw])
        train = self._bench.draw(shots, rng, among=self._bench.teachable)
        others = self._bench.others(train)
        return train, others[self._bench.untuned[others]]


def _official(bench: Collection, seed: int) -> tuple[Collection, Rows, Rows] | None:
    """The poses with a split, and its (train, test) rows: people found, and all test photos."""
    try:
        train, test = split(bench, len(bench.y), seed)
    except BadDataset:
        return None
    train = train[bench.found[train]]
    ours = bench.only(np.concatenate([train, test]))
    return ours, np.arange(len(train)), np.arange(len(train), len(train) + len(test))


def _rows(
    answers: dict[str, list[Any]], y: NDArray[np.int64], *, test: str, shots: int | None, seed: int
) -> list[Row]:
    """A line an arm. answers: arm -> each seed's ranked columns; y: (m,) the truth."""
    # Parts are asked of texts alone: there the network without texts says nothing.
    baseline = PART_VIEW if test.startswith(PARTS) else NO_TEXTS
    named = {baseline if arm == R2 and baseline == PART_VIEW else arm: each for arm, each in answers.items()}
    ranked = {arm: np.array(each, np.int64) for arm, each in named.items()}
    right = {arm: (each[:, :, 0] == y).astype(np.float64) for arm, each in ranked.items()}
    rng = np.random.default_rng
    return [
        Row(
            learner=arm,
            test=test,
            shots=shots,
            photos=len(y),
            draws=len(hits),
            top1=over_seeds(hits, rng(seed)),
            top5=float((ranked[arm] == y[None, :, None]).any(axis=2).mean()),
            macro_recall=float(np.mean([macro_recall(each[:, 0], y) for each in ranked[arm]])),
            ahead=None if arm == baseline else over_seeds(hits - right[baseline], rng(seed)),
        )
        for arm, hits in right.items()
    ]


def _digest(texts: PartTexts) -> str:
    digest = hashlib.sha256()
    for part, poses in texts.vectors.items():
        digest.update(part.encode())
        for vectors in poses:
            digest.update(repr(vectors.shape).encode() + vectors.tobytes())
    return digest.hexdigest()
