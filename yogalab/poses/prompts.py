"""The sentences CLIP's text encoder is given for a pose.

Several templates averaged beat one (CLIP, arXiv 2103.00020, section 3.1.4), and so do descriptions of body
parts (GAP, arXiv 2208.05318). The wording is data, in `models/prompts.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Final

from yogalab.errors import BadPoseFile
from yogalab.poses.names import anglicised, plain
from yogalab.records import Pose
from yogalab.resources import resource

_BLANKS: Final = frozenset(
    {"name", "bare", "sanskrit", "spoken", "alias", "head", "hands", "arms", "torso", "legs", "feet"},
)

# Which ways of saying a pose speak of which part of the skeleton. Arms and legs have two where GAP has
# one: an encoder of 32 tokens would cut that off.
_OF_PARTS: Final = {
    "head": ("with_head",),
    "arms": ("with_arms", "with_hands"),
    "torso": ("with_torso",),
    "legs": ("with_legs", "with_feet"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """A way of saying a pose. about: "names" or "bodies"; ensemble: whether it speaks for a pose by default."""

    name: str
    about: str
    template: str
    ensemble: bool

    @property
    def blanks(self) -> frozenset[str]:
        """What the template wants to know of a pose."""
        return _names_in(self.template)


def sentences(pose: Pose) -> tuple[str, ...]:
    """Return what CLIP is prompted with for a pose, at least one sentence, none twice.

    First those that name it in English and Sanskrit, then those that describe the body; a pose a coach just
    typed in has a name only, and gets the sentences that need no more. Each stays under CLIP's 77 tokens.
    """
    return names(pose) + bodies(pose)


def names(pose: Pose) -> tuple[str, ...]:
    """Return the sentences that name the pose."""
    return _ensemble(pose, "names")


def bodies(pose: Pose) -> tuple[str, ...]:
    """Return the sentences that describe the body; empty for a pose without descriptions."""
    return _ensemble(pose, "bodies")


def parts(pose: Pose) -> dict[str, tuple[str, ...]]:
    """Return GAP's texts of a pose by branch: "whole", then each part (arXiv 2208.05318, section 3.3).

    "whole" holds its names and other names, of which GAP draws one a step; a part holds the name with what is
    said of it, in two sentences for arms and legs, or the name alone where nothing is said.
    """
    ways = {syntax.name: syntax for syntax in syntaxes()}
    called = tuple(dict.fromkeys(names(pose) + worded(pose, ways["alias"])))
    said = {
        part: tuple(text for way in several for text in worded(pose, ways[way]))
        for part, several in _OF_PARTS.items()
    }
    return {"whole": called} | {part: texts or (_called(pose.name),) for part, texts in said.items()}


def worded(pose: Pose, syntax: Syntax) -> tuple[str, ...]:
    """Return a pose said in one way: one sentence, one for each alias, or none where it lacks what is asked."""
    blanks = {
        "name": _called(pose.name),
        "bare": _bare(pose.name),
        "sanskrit": plain(pose.sanskrit),
        "spoken": anglicised(pose.sanskrit),
        **asdict(pose.descriptions),
    }
    wanted = syntax.blanks
    aliases = [_called(plain(alias)) for alias in pose.aliases] if "alias" in wanted else [""]
    filled = [
        syntax.template.format_map(blanks | {"alias": alias})
        for alias in aliases
        if all(blanks[name] for name in wanted - {"alias"})
    ]
    return tuple(dict.fromkeys(filled))


@cache
def syntaxes() -> tuple[Syntax, ...]:
    """Return the ways of saying a pose, in the order of the file. Raises BadPoseFile."""
    return read_syntaxes(resource("models", "prompts.toml"))


def read_syntaxes(path: Path) -> tuple[Syntax, ...]:
    """Return the ways of saying a pose that a file holds. Raises BadPoseFile naming what to mend."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        found = _syntaxes(table)
        unknown = set().union(*(syntax.blanks for syntax in found)) - _BLANKS
    except (tomllib.TOMLDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadPoseFile(name=path.name, reason=f"{type(error).__name__}: {error}") from error
    if unknown:
        raise BadPoseFile(name=path.name, reason=f"unknown blanks: {', '.join(sorted(unknown))}")
    # A pose that somebody just typed in must be sayable too.
    if not any(syntax.ensemble and syntax.blanks <= {"name", "bare"} for syntax in found):
        raise BadPoseFile(name=path.name, reason="the ensemble needs a sentence that wants no more than a name")
    return found


def _syntaxes(table: Mapping[str, Any]) -> tuple[Syntax, ...]:
    chosen = set(table["ensemble"])
    found = tuple(
        Syntax(name=name, about=about, template=template, ensemble=name in chosen)
        for about in ("names", "bodies")
        for name, template in table[about].items()
    )
    if missing := chosen - {syntax.name for syntax in found}:
        raise ValueError(f"the ensemble names {', '.join(sorted(missing))}, which is not there")
    return found


def _ensemble(pose: Pose, about: str) -> tuple[str, ...]:
    chosen = [syntax for syntax in syntaxes() if syntax.ensemble and syntax.about == about]
    return tuple(dict.fromkeys(sentence for syntax in chosen for sentence in worded(pose, syntax)))


def _called(name: str) -> str:
    """The name in a sentence: "Tree" reads "Tree pose", "Child's Pose" stays."""
    return name if name.casefold().split()[-1:] == ["pose"] else f"{name} pose"


def _bare(name: str) -> str:
    """The name alone: "Child's" of "Child's Pose"; a pose that is called no more than "Pose" stays."""
    words = name.split()
    return " ".join(words[:-1]) if len(words) > 1 and words[-1].casefold() == "pose" else name


def _names_in(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)
