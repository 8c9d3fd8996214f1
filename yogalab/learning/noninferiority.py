"""Is the new one truly not much worse? A test for paired answers that also looks where nobody has labelled.

Two versions can only differ in accuracy where they answer differently, and how often they do needs no label. So
    difference = share of photos answered differently x mean of (+1 won, 0 both wrong, -1 lost) among those,
where the share comes from all photos and only the mean needs labels. The null hypothesis "worse by the margin"
leaves some shares open; they are set to the likeliest values that obey it (Tango, Stat. Med. 17, 1998, for
paired proportions), and under these the p value is exact but for simulation (the E-test: Storer and Kim, JASA
85, 1990). Normal approximations and the bootstrap fail where photos answered differently are few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

_DRAWS: Final = 4000
# A bound is for the eye: found by halving [-1, 1] this often, to a fifth of a point, with fewer draws.
_HALVINGS: Final = 10
_DRAWS_FOR_BOUNDS: Final = 1000
# The unlabelled photos count only if the versions do not seem to differ much more often on labelled ones.
_OF_ANOTHER_KIND: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Photos by how two versions answered.

    wins, losses: one right and the other not; draws: different answers, both wrong; same: equal answers. These
    are labelled. others: photos without label; others_differing: how many of them are answered differently.
    """

    wins: int
    losses: int
    draws: int
    same: int
    others: int = 0
    others_differing: int = 0

    @property
    def differing(self) -> int:
        return self.wins + self.losses + self.draws

    @property
    def labelled(self) -> int:
        return self.differing + self.same

    @property
    def photos(self) -> int:
        return self.labelled + self.others

    @property
    def share_differing(self) -> float:
        """Of all photos, labelled or not."""
        return (self.differing + self.others_differing) / self.photos

    @property
    def difference(self) -> float:
        """Accuracy gained by the first version, -1 to 1."""
        if self.differing == 0:
            return 0.0
        return self.share_differing * (self.wins - self.losses) / self.differing

    def turned(self) -> Compared:
        """The same from the other version's side."""
        return Compared(
            wins=self.losses,
            losses=self.wins,
            draws=self.draws,
            same=self.same,
            others=self.others,
            others_differing=self.others_differing,
        )


def alike(compared: Compared) -> Compared:
    """Return the comparison without its unlabelled photos where these are of another kind.

    A pool full of photos that any version answers alike would make every difference look small.
    """
    if compared.others == 0:
        return compared
    rate = compared.others_differing / compared.others
    if stats.binom.sf(compared.differing - 1, compared.labelled, rate) >= _OF_ANOTHER_KIND:
        return compared
    return Compared(wins=compared.wins, losses=compared.losses, draws=compared.draws, same=compared.same)


def p_value(compared: Compared, margin: float, *, seed: int = 0, draws: int = _DRAWS) -> float:
    """Return how likely figures this good are if the first version is worse by `margin` (-1 to 1).

    Smaller than the level: shown to be better than that. 1 where nothing was compared.
    """
    if compared.photos == 0:
        return 1.0
    rng = np.random.default_rng(seed)
    differs = max(compared.share_differing, abs(margin))
    win, loss = likeliest(compared, margin / differs if differs else 0.0)
    k = rng.binomial(compared.labelled, differs, draws)
    wins = rng.binomial(k, win)
    losses = rng.binomial(k - wins, min(1.0, loss / max(1 - win, 1e-12)))
    elsewhere = rng.binomial(compared.others, differs, draws) if compared.others else 0
    drawn = _statistic(wins - losses, k, (k + elsewhere) / compared.photos)
    seen = _statistic(
        np.array([compared.wins - compared.losses]),
        np.array([compared.differing]),
        np.array([compared.share_differing]),
    )
    return float((np.sum(drawn >= seen - 1e-12) + 1) / (draws + 1))


def bounds(compared: Compared, *, level: float, seed: int = 0) -> tuple[float, float]:
    """Return what the difference is not below and not above, each at one-sided `level` (0.03 is 97 %)."""
    low = -_smallest_margin(compared, level, seed)
    high = _smallest_margin(compared.turned(), level, seed)
    return min(low, compared.difference), max(high, compared.difference)


def likeliest(compared: Compared, mean_loss: float) -> tuple[float, float]:
    """Return the likeliest chances to win and to lose a photo answered differently, if loss - win = mean_loss.

    The root of b/w + c/(w + m) = 2e/(1 - 2w - m) for b wins, c losses, e draws.
    """
    if mean_loss < 0:
        loss, win = likeliest(compared.turned(), -mean_loss)
        return win, loss
    b, c, e, m = compared.wins, compared.losses, compared.draws, min(mean_loss, 1.0)
    if compared.differing == 0:
        return 0.0, m
    square = -2.0 * (b + c + e)
    linear = b * (1 - 3 * m) + c * (1 - m) - 2 * e * m
    root = (-linear - np.sqrt(max(linear * linear - 4 * square * b * m * (1 - m), 0.0))) / (2 * square)
    win = float(np.clip(root, 0.0, (1 - m) / 2))
    return win, win + m


def _statistic(
    balance: NDArray[np.int64], differing: NDArray[np.int64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The difference; the worst the unlabelled photos allow where no labelled one is answered differently."""
    mean = np.where(differing > 0, balance / np.maximum(differing, 1), -1.0)
    return np.asarray(share * mean, dtype=np.float64)


def _smallest_margin(compared: Compared, level: float, seed: int) -> float:
    """The smallest loss that can be excluded at the level, 1 where none can."""
    small, large = -1.0, 1.0
    for _ in range(_HALVINGS):
        middle = (small + large) / 2
        if p_value(compared, middle, seed=seed, draws=_DRAWS_FOR_BOUNDS) <= level:
            large = middle
        else:
            small = middle
    return large
