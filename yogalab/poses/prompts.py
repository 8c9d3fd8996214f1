"""The sentences CLIP's text encoder is given for a pose.

Several templates averaged beat one (CLIP, arXiv 2103.00020, section 3.1.4), and so do descriptions of body
parts (GAP, arXiv 2208.05318). The wording is data, in `models/prompts.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from functools import cache
from string import Formatter
from typing import Final

from yogalab.errors import BadPoseFile
from yogalab.poses.names import anglicised, plain
from yogalab.records import Pose
from yogalab.resources import resource

_BLANKS: Final = frozenset(
    {"name", "sanskrit", "spoken", "head", "hands", "arms", "torso", "legs", "feet"},
)


def sentences(pose: Pose) -> tuple[str, ...]:
    """Return what CLIP is prompted with for a pose, at least one sentence, none twice.

    First those that name it in English and Sanskrit, then those that describe the body; a pose a coach just
    typed in has a name only, and gets the sentences that need no more. Each stays under CLIP's 77 tokens.
    """
    return names(pose) + bodies(pose)


def names(pose: Pose) -> tuple[str, ...]:
    """Return the sentences that name the pose."""
    return _filled(pose, _templates()[0])


def bodies(pose: Pose) -> tuple[str, ...]:
    """Return the sentences that describe the body; empty for a pose without descriptions."""
    return _filled(pose, _templates()[1])


def _filled(pose: Pose, templates: tuple[str, ...]) -> tuple[str, ...]:
    blanks = {
        "name": _called(pose.name),
        "sanskrit": plain(pose.sanskrit),
        "spoken": anglicised(pose.sanskrit),
        **asdict(pose.descriptions),
    }
    filled = [
        template.format_map(blanks)
        for template in templates
        if all(blanks[name] for name in _names_in(template))
    ]
    return tuple(dict.fromkeys(filled))


def _called(name: str) -> str:
    """The name in a sentence: "Tree" reads "Tree pose", "Child's Pose" stays."""
    return name if name.casefold().split()[-1:] == ["pose"] else f"{name} pose"


def _names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@cache
def _templates() -> tuple[tuple[str, ...], tuple[str, ...]]:
    path = resource("models", "prompts.toml")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        names, bodies = tuple(table["names"]), tuple(table["bodies"])
        unknown = set().union(*(_names_in(template) for template in names + bodies)) - _BLANKS
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadPoseFile(name=path.name, reason=f"{type(error).__name__}: {error}") from error
    if unknown or not names:
        raise BadPoseFile(name=path.name, reason=f"unknown blanks: {', '.join(sorted(unknown))}")
    return names, bodies
