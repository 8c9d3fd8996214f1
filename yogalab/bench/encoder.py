"""What an encoder adds: its embedding alone, beside the skeleton, and its sentences beside geometry.

On the data set's official split, over its own poses; near-duplicates of test photos are not taught. Asked are
all test photos, those with somebody found, and those in which nobody is.

The encoder may have been trained on the training photos (one that ships with YogaLab was). It is certain of
those, so whatever weighs it on them, even by leaving each out, trusts it too much. Fusions are therefore told
apart by where their weight comes from:

- "even": late fusion, the log-probabilities of skeleton and probe added as they are. Nothing is chosen.
- "weighed on unseen photos": weights chosen on training photos that encoders of other trainings (`blind`) never
  saw, each answered by its own encoder; then used with the one that is measured.
- "weighed on the other half": weights chosen on the other half of the test photos, two figures from hundreds of
  photos.
- "R2, weighed on its labels": what the lab does, the embedding a block of the kernel, its share chosen on
  left-out labels. Right for an encoder that never saw them; with one that did, the figure shows the trap.
- "R2, weighed on unseen photos": the same, its share chosen on what one encoder of another training never saw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from yogalab.bench.collection import Collection, Rows
from yogalab.bench.fusion import EVEN, Weights, chosen_weights, crossed, pooled
from yogalab.bench.probes import chosen_strength, probe
from yogalab.bench.standing import Standing, standings
from yogalab.errors import BadDataset
from yogalab.learning import ladder
from yogalab.learning.calibration import log_softmax
from yogalab.learning.features import layout_of
from yogalab.learning.texts import TEXT_SCALE
from yogalab.records import Head, Matrix, TrainingSet

SKELETON: Final = "skeleton alone, R2"
PROBE: Final = "embedding alone, linear probe"
FUSED_EVEN: Final = "fused, even"
FUSED_UNSEEN: Final = "fused, weighed on unseen photos"
FUSED_CROSSED: Final = "fused, weighed on the other half"
FUSED_R2: Final = "fused, R2, weighed on its labels"
FUSED_R2_UNSEEN: Final = "fused, R2, weighed on unseen photos"
GEOMETRY: Final = "geometry"
TEXT: Final = "text"
SUM: Final = "geometry and text, R0"
SUM_EVEN: Final = "geometry and text, even"
SUM_CROSSED: Final = "geometry and text, weighed on the other half"
_FOLDS: Final = 3
_TINY: Final = 1e-30

OnProgress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Blind:
    """What an encoder of another training sees. unseen: (n,) which of the collection's photos it never saw.

    photos: (n, dim) unit vectors.
    """

    name: str
    photos: Matrix
    unseen: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderResult:
    """Everything a table or a JSON file says.

    strength: of the probe; shares: what each R2 gives the embedding; weights: fusion -> skeleton's and
    embedding's weight, "the other half" has two pairs; unseen: photos that chose FUSED_UNSEEN's.
    rows: asked is "learnt" or "unlabelled", then "all", "found" or "nobody": "learnt.nobody".
    """

    encoder: str
    poses: int
    train: int
    test: int
    seed: int
    strength: float
    shares: Mapping[str, float]
    unseen: int
    weights: Mapping[str, Sequence[Weights]]
    rows: tuple[Standing, ...]

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "encoder", **asdict(self)}


def of_collection(
    bench: Collection,
    *,
    blind: Sequence[Blind] = (),
    seed: int = 0,
    on_progress: OnProgress = lambda share: None,
) -> EncoderResult:
    """Measure the encoder that saw a collection. blind: the same photos seen by encoders of other trainings.

    Raises BadDataset: no official split to learn from.
    """
    ours, train, test = _official(bench)
    assert ours.embeddings is not None
    measured = _Measured(ours, train, test, seed)
    on_progress(0.05)
    weights: dict[str, Sequence[Weights]] = {FUSED_EVEN: (EVEN,), SUM_EVEN: (EVEN,)}
    learnt = measured.learnt(weights)
    on_progress(0.5)
    rows_of_blind = [_among(one, bench, ours) for one in blind]
    unseen = measured.weighed(rows_of_blind, learnt, weights) if blind else 0
    on_progress(0.95)
    spoken = measured.unlabelled(weights)
    rows = measured.told(learnt, "learnt", SKELETON) + measured.told(spoken, "unlabelled", GEOMETRY)
    return EncoderResult(
        encoder=ours.embeddings.encoder,
        poses=len(ours.poses),
        train=len(train),
        test=len(test),
        seed=seed,
        strength=measured.strength,
        shares=measured.shares,
        unseen=unseen,
        weights=weights,
        rows=rows,
    )


def _official(bench: Collection) -> tuple[Collection, Rows, Rows]:
    """The poses with a split, and its (train, test) rows."""
    train = (bench.split == "train") & ~np.isin(bench.groups, bench.groups[bench.split == "test"])
    taught = np.unique(bench.y[train])
    if len(taught) < 2 or not (bench.split == "test").any():
        raise BadDataset(name="train/test")
    kept = np.flatnonzero(np.isin(bench.y, taught) & (train | (bench.split == "test")))
    ours = bench.only(kept)
    return ours, np.flatnonzero(ours.split == "train"), np.flatnonzero(ours.split == "test")


def _among(blind: Blind, bench: Collection, ours: Collection) -> Blind:
    place = {sample.path: row for row, sample in enumerate(bench.photos)}
    rows = np.array([place[sample.path] for sample in ours.photos])
    return Blind(name=blind.name, photos=blind.photos[rows], unseen=blind.unseen[rows])


class _Measured:
    """The answers of one run, as (test, poses) log-probabilities by learner."""

    def __init__(self, bench: Collection, train: Rows, test: Rows, seed: int) -> None:
        assert bench.embeddings is not None
        self._bench, self._bare = bench, bench.without_encoder()
        self._train, self._test, self._seed = train, test, seed
        self._y, self._groups = bench.y, bench.groups
        # A faint skeleton teaches the wrong thing more often than not, as in every other measurement here.
        self._people = train[bench.found[train]]
        self._seen = train[np.abs(bench.embeddings.photos[train]).any(axis=1)]
        self._photos = bench.embeddings.photos
        self.shares: dict[str, float] = {}
        self.strength = chosen_strength(
            self._photos[self._seen],
            self._y[self._seen],
            self._groups[self._seen],
            poses=self._poses,
            seed=seed,
        )

    @property
    def _poses(self) -> int:
        return len(self._bench.poses)

    def learnt(self, weights: dict[str, Sequence[Weights]]) -> dict[str, Matrix]:
        """What is answered after all training photos."""
        alone = _taught(self._bare, self._people)
        skeleton = _logs(alone, self._bare.x[self._test])
        picture = self._probed(self._photos, self._photos, self._seen, self._test)
        halves, weights[FUSED_CROSSED] = self._halves(skeleton, picture)
        return {
            SKELETON: skeleton,
            PROBE: picture,
            FUSED_EVEN: pooled(skeleton, picture, EVEN),
            FUSED_CROSSED: halves,
            FUSED_R2: self._fused(FUSED_R2, None),
        }

    def _fused(self, learner: str, blind: Blind | None) -> Matrix:
        """R2 with the embedding as a block; its share chosen on what `blind` never saw."""
        rows = self._train[self._bench.answerable[self._train]]
        unseen = None
        if blind is not None:
            never = rows[blind.unseen[rows]]
            at = layout_of(self._bench.x.shape[1]).embedding
            unseen = self._bench.taught(never)
            unseen.x[:, at] = blind.photos[never]
        head = _taught(self._bench, rows, unseen=unseen)
        self.shares[learner] = head.settings["embedding_share"]
        return _logs(head, self._bench.x[self._test])

    def weighed(
        self, blind: Sequence[Blind], answers: dict[str, Matrix], weights: dict[str, Sequence[Weights]]
    ) -> int:
        """Add the fusion whose weights come from photos that the encoders of other trainings never saw."""
        alone = _taught(self._bare, self._people)
        left_out = np.full((len(self._y), self._poses), -np.log(self._poses), dtype=np.float32)
        left_out[self._people] = np.log(
            np.maximum(ladder.leave_one_out(alone, self._bare.taught(self._people)), _TINY)
        )
        skeletons, pictures, truth = [], [], []
        for one in blind:
            rows = self._seen[one.unseen[self._seen]]
            skeletons.append(left_out[rows])
            pictures.append(self._cross_probed(one, rows))
            truth.append(self._y[rows])
        y = np.concatenate(truth)
        if len(y):
            chosen = chosen_weights(np.concatenate(skeletons), np.concatenate(pictures), y)
            weights[FUSED_UNSEEN] = (chosen,)
            answers[FUSED_UNSEEN] = pooled(answers[SKELETON], answers[PROBE], chosen)
            # Encoders of two trainings have no space in common: one kernel can hold only one of them.
            largest = max(blind, key=lambda one: int(one.unseen[self._seen].sum()))
            answers[FUSED_R2_UNSEEN] = self._fused(FUSED_R2_UNSEEN, largest)
        return len(y)

    def unlabelled(self, weights: dict[str, Sequence[Weights]]) -> dict[str, Matrix]:
        """What is answered before any label."""
        geometry = _logs(self._bare.prior, self._bare.x[self._test])
        answers = {GEOMETRY: geometry}
        embeddings = self._bench.embeddings
        if embeddings is not None and embeddings.texts is not None:
            text = log_softmax(np.float32(TEXT_SCALE) * (self._photos[self._test] @ embeddings.texts.T))
            halves, weights[SUM_CROSSED] = self._halves(geometry, text)
            answers |= {
                TEXT: text,
                SUM: _logs(self._bench.prior, self._bench.x[self._test]),
                SUM_EVEN: pooled(geometry, text, EVEN),
                SUM_CROSSED: halves,
            }
        return answers

    def told(self, answers: Mapping[str, Matrix], when: str, baseline: str) -> tuple[Standing, ...]:
        """Rows for each set of test photos. A photo of which a learner knows nothing counts as wrong."""
        found = self._bench.found[self._test]
        nothing = {name: ~self._known(name) for name in answers}
        best = {name: np.where(nothing[name], -1, logs.argmax(axis=1)) for name, logs in answers.items()}
        rows: tuple[Standing, ...] = ()
        for which, asked in (("all", np.ones_like(found)), ("found", found), ("nobody", ~found)):
            rows += standings(
                {name: columns[asked] for name, columns in best.items()},
                self._y[self._test[asked]],
                asked=f"{when}.{which}",
                baseline=baseline,
                seed=self._seed,
            )
        return rows

    def _known(self, learner: str) -> NDArray[np.bool_]:
        """(test,) of which photos a learner knows anything."""
        if learner in {SKELETON, GEOMETRY}:
            return self._bare.answerable[self._test]
        if learner in {PROBE, TEXT}:
            return np.asarray(np.abs(self._photos[self._test]).any(axis=1))
        return self._bench.answerable[self._test]

    def _halves(self, one: Matrix, other: Matrix) -> tuple[Matrix, Sequence[Weights]]:
        return crossed(one, other, self._y[self._test], self._groups[self._test], seed=self._seed)

    def _probed(self, asked: Matrix, taught: Matrix, train: Rows, test: Rows) -> Matrix:
        return probe(asked[test], taught[train], self._y[train], poses=self._poses, strength=self.strength)

    def _cross_probed(self, blind: Blind, rows: Rows) -> Matrix:
        """Answers to `rows`, none of which the encoder saw, each by a probe that was not taught it."""
        out = np.full((len(self._y), self._poses), -np.log(self._poses), dtype=np.float32)
        folds = min(_FOLDS, len(np.unique(self._groups[rows])))
        parts = StratifiedGroupKFold(max(folds, 2), shuffle=True, random_state=self._seed)
        if folds >= 2:
            for _, asked in parts.split(rows, self._y[rows], self._groups[rows]):
                held = rows[asked]
                taught = self._seen[~np.isin(self._groups[self._seen], self._groups[held])]
                out[held] = self._probed(blind.photos, blind.photos, taught, held)
        return np.asarray(out[rows])


def _taught(bench: Collection, rows: Rows, *, unseen: TrainingSet | None = None) -> Head:
    return ladder.retrain(
        bench.taught(rows), bench.prior, pool=None, progress=lambda share, stage: None, unseen=unseen
    )


def _logs(head: Head, x: Matrix) -> Matrix:
    return np.asarray(np.log(np.maximum(ladder.probabilities(head, x), _TINY)), dtype=np.float32)
