"""The networks that `gap` measures, and what each of them answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from yogalab.bench.collection import Collection, Rows
from yogalab.bench.embeddings import Embeddings
from yogalab.bench.figures import Ranked, rank
from yogalab.learning import ladder
from yogalab.learning.features import descriptors
from yogalab.learning.parts import part_view
from yogalab.learning.priors import TEMPLATE_SCALE, UNKNOWN
from yogalab.ports import Encoder
from yogalab.poses.postures import postures
from yogalab.poses.prompts import parts
from yogalab.poses.taxonomy import builtin_poses
from yogalab.poses.templates import template_scores
from yogalab.records import Matrix, Pose
from yogalab.workbench import (
    Alignment,
    PartTexts,
    SkeletonNetwork,
    SkeletonRecipe,
    drawn_people,
    teach_skeletons,
)

NO_TEXTS: Final = "no texts"
TEXTS: Final = "texts"
BARE_SCALES: Final = "texts, scales without exp"
RANDOM: Final = "random directions"
EXCHANGED: Final = "texts of other poses"
ARMS: Final = (NO_TEXTS, TEXTS, BARE_SCALES, RANDOM, EXCHANGED)
R2: Final = "R2"
PART_VIEW: Final = "templates and likeness"

# As sure as a network of drawn bodies may be that it is not a pose (`yogalab.learning.drawn`).
_LEAST: Final = -6.0
_TINY: Final = 1e-30

# Fewer steps than what ships is taught with: five networks are beside each other, several times over.
_ON_DRAWINGS: Final = SkeletonRecipe(steps=600)
_ON_PHOTOS: Final = SkeletonRecipe(steps=400)
_ON_FEW: Final = SkeletonRecipe(steps=250, noise=0.02)

# view -> each photo's likeliest columns.
Answers = dict[str, Ranked]
# What all networks of one step are asked: arm -> answers.
Asked = Callable[[str], Answers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is taught. people: drawn ones a pose; weight: GAP's lambda."""

    people: int = 100
    drawn: SkeletonRecipe = _ON_DRAWINGS
    photos: SkeletonRecipe = _ON_PHOTOS
    few: SkeletonRecipe = _ON_FEW
    weight: float = 0.8

    def alignment(self, arm: str) -> Alignment:
        """Return how the texts of an arm pull."""
        return Alignment(weight=self.weight, exponential=arm != BARE_SCALES)


def texts_of(encoder: Encoder, poses: Sequence[Pose]) -> PartTexts:
    """Return what an encoder makes of the poses' texts. Raises EncoderError."""
    return PartTexts.of([parts(pose) for pose in poses], lambda texts: encoder.encode_texts(list(texts)))


def drawn_texts(encoder: Encoder) -> PartTexts:
    """Return the texts of all poses that can be drawn, in the drawings' order. Raises EncoderError."""
    known = {pose.slug: pose for pose in builtin_poses()}
    return texts_of(encoder, [known[slug] for slug in postures()])


def given(texts: PartTexts, arm: str, seed: int) -> PartTexts | None:
    """Return what an arm is taught with: the texts, nothing, or one of the two controls."""
    if arm == NO_TEXTS:
        return None
    if arm == RANDOM:
        return texts.random(seed)
    return texts.exchanged(seed) if arm == EXCHANGED else texts


class OnDrawings:
    """Taught on drawn bodies of all poses, asked photos. bench: of drawn poses; texts: as in `drawn_texts`."""

    def __init__(self, bench: Collection, texts: PartTexts, *, seed: int, effort: Effort) -> None:
        self._bench, self._texts, self._seed, self._effort = bench, texts, seed, effort
        place = {slug: column for column, slug in enumerate(postures())}
        self._columns = [place[pose.slug] for pose in bench.poses]

    def answers(self, arm: str) -> Answers:
        """Return what is answered without any label, to all photos, by the network alone and in the prior."""
        x, y = self._drawn
        network = teach_skeletons(
            x,
            y,
            recipe=self._effort.drawn,
            seed=self._seed,
            texts=given(self._texts, arm, self._seed),
            alignment=self._effort.alignment(arm),
        )
        seen, arrays = self._bench.sights.seen, self._bench.prior.arrays
        logs = network.logs(self._bench.x)[:, self._columns]
        logs -= np.logaddexp.reduce(logs, axis=1, keepdims=True)
        scores = template_scores(descriptors(self._bench.x), arrays["targets"], arrays["tolerances"])
        prior = TEMPLATE_SCALE * np.where(np.isnan(scores), UNKNOWN, scores) + np.maximum(logs, _LEAST)
        return {"drawn.alone": rank(logs, seen), "drawn.prior": rank(prior, seen)}

    @cached_property
    def _drawn(self) -> tuple[Matrix, Rows]:
        return drawn_people(tuple(postures()), self._effort.people, seed=self._seed)


class OnPhotos:
    """Taught on labelled photos, asked others. bench: without encoder; texts: of its poses."""

    def __init__(
        self,
        bench: Collection,
        train: Rows,
        test: Rows,
        texts: PartTexts,
        *,
        recipe: SkeletonRecipe,
        seed: int,
        effort: Effort,
        by_parts: bool = False,
    ) -> None:
        self._bench, self._train, self._test, self._texts = bench, train, test, texts
        self._recipe, self._seed, self._effort, self._by_parts = recipe, seed, effort, by_parts

    def answers(self, arm: str) -> Answers:
        """Return what is answered alone, beside R2, in R2, and by each part where that is asked for."""
        if arm == R2:
            return self._without_network()
        taught, seen = self._train, self._bench.sights.seen[self._test]
        network = teach_skeletons(
            self._bench.x[taught],
            self._bench.y[taught],
            recipe=self._recipe,
            seed=self._seed,
            texts=given(self._texts, arm, self._seed),
            alignment=self._effort.alignment(arm),
            visibility=True,
        )
        logs = network.logs(self._bench.x[self._test])
        return {
            "learnt.alone": rank(logs, seen),
            "learnt.beside": rank(logs + self._r2, seen),
            "learnt.inside": rank(self._inside(network), seen),
            **(self._parts(network) if self._by_parts else {}),
        }

    def _without_network(self) -> Answers:
        seen = self._bench.sights.seen[self._test]
        views = ("learnt.alone", "learnt.beside", "learnt.inside")
        answers = dict.fromkeys(views, rank(self._r2, seen))
        if self._by_parts:
            view = part_view(
                self._bench.x[self._train],
                self._bench.y[self._train],
                targets=self._bench.prior.arrays["targets"],
                tolerances=self._bench.prior.arrays["tolerances"],
            )
            said = view.probabilities(self._bench.x[self._test])
            answers |= {f"parts.{part}": rank(chances, seen) for part, chances in said.items()}
        return answers

    def _parts(self, network: SkeletonNetwork) -> Answers:
        said = network.similarities(self._bench.x[self._test])
        seen = self._bench.sights.seen[self._test]
        return {f"parts.{part}": rank(cosines, seen) for part, cosines in said.items() if part != "whole"}

    @cached_property
    def _r2(self) -> Matrix:
        return _logs(self._bench, self._train, self._test)

    def _inside(self, network: SkeletonNetwork) -> Matrix:
        """R2 with the network's hidden figures as the kernel's embedding block, its share chosen on labels."""
        hidden = network.embedding(self._bench.x)
        hidden[~self._bench.sights.seen] = 0
        shown = self._bench.seen_by(Embeddings(encoder="part network", photos=hidden, texts=None))
        return _logs(shown, self._train, self._test)


def _logs(bench: Collection, train: Rows, test: Rows) -> Matrix:
    head = ladder.retrain(bench.taught(train), bench.prior, pool=None, progress=lambda share, stage: None)
    return np.asarray(np.log(np.maximum(ladder.probabilities(head, bench.x[test]), _TINY)), np.float32)
