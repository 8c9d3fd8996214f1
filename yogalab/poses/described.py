"""A pose from a description: "standing on one leg, foot against the inner thigh, palms together overhead".

A small grammar of what bodies do. Each phrase stands for figures of the body; what no phrase covers is named
back, never dropped, because a word left out may be the one that tells the pose from another.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from yogalab.poses.geometry import DESCRIPTORS
from yogalab.poses.templates import as_measured, expanded
from yogalab.resources import resource

_SPLIT = re.compile(r"[,;:.!\n]|\bwith\b|\bwhile\b|\bbut\b|\bthen\b")
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*|\d+")
# Keeps words that were apart from meeting in a phrase nobody wrote.
_GAP = "|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a description says.

    template: descriptor -> target as it is measured; understood: the phrases it came from;
    unknown: words that mean nothing here, in their order.
    """

    template: dict[str, float]
    understood: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A way to say something of a body, and what it says in figures.

    frees: descriptors of the stance that it leaves open.
    """

    pattern: re.Pattern[str]
    terms: dict[str, float]
    frees: tuple[str, ...] = ()


def described(text: str) -> Described:
    """Return what a description says in figures.

    The stance comes first and single parts overrule it: "standing, knees bent". Of two phrases about the same
    figure the later one counts.
    """
    stances, parts, fillers = _grammar()
    whole: list[Phrase] = []
    single: list[Phrase] = []
    understood: list[str] = []
    unknown: list[str] = []
    for clause in _SPLIT.split(text.lower()):
        rest = " ".join(_WORD.findall(clause))
        for phrases, heard in ((stances, whole), (parts, single)):
            rest = _heard(rest, phrases, heard, understood)
        unknown += [word for word in rest.split() if word not in fillers and word != _GAP]
    terms: dict[str, float] = {}
    for phrase in (*whole, *single):
        terms = {name: value for name, value in terms.items() if name not in phrase.frees} | phrase.terms
    return Described(template=_in_order(terms), understood=tuple(understood), unknown=tuple(unknown))


def _heard(rest: str, phrases: tuple[Phrase, ...], heard: list[Phrase], understood: list[str]) -> str:
    """Note the phrases found in a clause, and return the clause without them."""
    for phrase in phrases:
        found = phrase.pattern.search(rest)
        if found:
            heard.append(phrase)
            understood.append(found.group().strip())
            rest = f"{rest[: found.start()]} {_GAP} {rest[found.end() :]}"
    return rest


def _in_order(terms: dict[str, float]) -> dict[str, float]:
    measured = as_measured(terms)
    return {name: measured[name] for name in DESCRIPTORS if name in measured}


@cache
def _grammar() -> tuple[tuple[Phrase, ...], tuple[Phrase, ...], frozenset[str]]:
    with resource("models", "poses", "phrases.toml").open("rb") as file:
        tables = tomllib.load(file)
    stances, parts = (
        tuple(
            Phrase(
                pattern=re.compile(rf"\b(?:{row['say']})\b"),
                terms=expanded(row["says"], row["say"]),
                frees=tuple(row.get("frees", ())),
            )
            for row in tables[kind]
        )
        for kind in ("stance", "part")
    )
    return stances, parts, frozenset(tables["fillers"])
