"""Agreement taken apart: how far each coach agrees with the others, and how alike each pose is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

Answers = Sequence[Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concordance:
    """same: share of others' answers that are the same, each photo counting the same; kappa: beyond chance.

    kappa is None where chance alone explains all. photos: how many it was counted on.
    """

    same: float
    kappa: float | None
    photos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedUp:
    """Two answers that were given to the same photos, and to how many."""

    one: int
    other: int
    photos: int


def of_coaches(answers: Answers) -> dict[str, Concordance]:
    """Return how far each coach agrees with the others; coaches who named nothing others named are absent.

    With p_o the mean over photos of the share of the others' answers that are the coach's own, and p_e the same
    for answers drawn at random, kappa = (p_o - p_e) / (1 - p_e) (Schouten, Biom. J. 22, 1980). Where there is
    one other coach it is Cohen's.

    answers: for each photo coach -> what they said, as a number.
    """
    shared = [said for said in answers if len(said) > 1]
    return {
        coach: _of_coach(coach, [said for said in shared if coach in said])
        for coach in sorted({coach for said in shared for coach in said})
    }


def of_answers(answers: Answers) -> dict[int, Concordance]:
    """Return how alike each answer is seen: given that one coach said it, how often another does.

    With n_ij coaches of n_i giving answer j to photo i, P_j = sum_i n_ij (n_ij - 1) / (n_i - 1) / sum_i n_ij,
    and kappa_j = (P_j - p_j) / (1 - p_j) with p_j the mean share of answers that are j (Fleiss, Psychol. Bull.
    76, 1971, for single categories).
    """
    shared = [said for said in answers if len(said) > 1]
    counts = [Counter(said.values()) for said in shared]
    return {answer: _of_answer(answer, counts) for answer in sorted({j for count in counts for j in count})}


def mixed_up(answers: Answers, *, most: int) -> list[MixedUp]:
    """Return the pairs of answers that were most often given to the same photo, the commonest first."""
    pairs = Counter(pair for said in answers for pair in combinations(sorted(set(said.values())), 2))
    return [
        MixedUp(one=one, other=other, photos=photos)
        for (one, other), photos in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:most]
    ]


def _of_coach(coach: str, shared: Answers) -> Concordance:
    mine: Counter[int] = Counter()
    others: dict[int, float] = {}
    same = 0.0
    for said in shared:
        own = said[coach]
        rest = [answer for other, answer in said.items() if other != coach]
        mine[own] += 1
        same += rest.count(own) / len(rest)
        for answer in rest:
            others[answer] = others.get(answer, 0.0) + 1 / len(rest)
    n = len(shared)
    chance = sum(times / n * others.get(answer, 0.0) / n for answer, times in mine.items())
    return Concordance(same=same / n, kappa=_beyond(same / n, chance), photos=n)


def _of_answer(answer: int, counts: Sequence[Counter[int]]) -> Concordance:
    given = [count for count in counts if count[answer]]
    pairs = sum(count[answer] * (count[answer] - 1) / (count.total() - 1) for count in given)
    same = pairs / sum(count[answer] for count in given)
    share = sum(count[answer] / count.total() for count in given) / len(counts)
    return Concordance(same=same, kappa=_beyond(same, share), photos=len(given))


def _beyond(same: float, chance: float) -> float | None:
    # Sums of shares: exactly one answer everywhere, up to rounding.
    return None if chance >= 1 - 1e-12 else (same - chance) / (1 - chance)
