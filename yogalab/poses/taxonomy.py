"""What can be named: the poses that ship with YogaLab, and how a name finds its pose.

Poses are data in `models/poses/*.toml`. Families follow Yoga-82's levels of 6 and 20 (arXiv 2004.10362), the
six descriptions are GAP's (arXiv 2208.05318).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, Final

from yogalab.errors import BadPoseFile
from yogalab.poses import names, templates
from yogalab.poses.names import slugify
from yogalab.records import Descriptions, Pose
from yogalab.resources import resource

__all__ = ["builtin_poses", "load_poses", "match", "search", "slugify"]

# Files in the same folder that hold something else about poses.
_NOT_POSES: Final = frozenset({"templates.toml", "tuned.toml", "phrases.toml", "figures.toml", "sides.toml"})
_PARTS: Final = tuple(field.name for field in fields(Descriptions))
_TEXTS: Final = ("name", "sanskrit", "group", *_PARTS)
Words = tuple[str, ...]
_KNOWN: Final = frozenset({"id", "aliases", "sided", *_TEXTS})


# --- reading --------------------------------------------------------------------------------------


@cache
def builtin_poses() -> tuple[Pose, ...]:
    """Return the poses that ship with YogaLab, by id, with their templates where there is one.

    Raises BadPoseFile when a file was edited into something that cannot be used.
    """
    return load_poses(resource("models", "poses"), templates.shipped())


def load_poses(folder: Path, shapes: Mapping[str, Mapping[str, float]] | None = None) -> tuple[Pose, ...]:
    """Return the poses in a folder's TOML files, by id.

    shapes: slug -> joint-angle template.
    Raises BadPoseFile naming the file, the pose and what to mend.
    """
    shapes = shapes or {}
    poses: dict[int, Pose] = {}
    slugs: set[str] = set()
    for path in sorted(folder.glob("*.toml")):
        if path.name in _NOT_POSES:
            continue
        for pose in _poses_in(path, shapes):
            if pose.id in poses:
                raise _bad(path, pose.slug, f"id {pose.id} already belongs to {poses[pose.id].slug}")
            if pose.slug in slugs:
                raise _bad(path, pose.slug, "another file has a pose of this name")
            poses[pose.id] = pose
            slugs.add(pose.slug)
    return tuple(poses[id] for id in sorted(poses))


def _poses_in(path: Path, shapes: Mapping[str, Mapping[str, float]]) -> Iterator[Pose]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadPoseFile(name=path.name, reason=str(error)) from error
    family = tables.pop("family", None)
    if not isinstance(family, str) or not family:
        raise BadPoseFile(name=path.name, reason='the first line should read family = "…"')
    for slug, table in tables.items():
        if not isinstance(table, dict):
            raise _bad(path, slug, "this is not a pose; put it below a [name]")
        _check(path, slug, table)
        yield Pose(
            id=table["id"],
            slug=slug,
            name=table["name"],
            sanskrit=table.get("sanskrit", ""),
            aliases=tuple(table.get("aliases", ())),
            family6=family,
            family20=table["group"],
            sided=table["sided"],
            descriptions=Descriptions(**{part: table[part] for part in _PARTS}),
            template=shapes.get(slug, {}),
        )


def _check(path: Path, slug: str, table: Mapping[str, Any]) -> None:
    if not slug.isascii() or slugify(slug) != slug:
        raise _bad(path, slug, "write its [name] in small letters, digits and _")
    if unknown := sorted(set(table) - _KNOWN):
        raise _bad(path, slug, f"{unknown[0]} is not known; known are {', '.join(sorted(_KNOWN))}")
    if not _is(int, table.get("id")) or table["id"] < 1:
        raise _bad(path, slug, "id should be a whole number from 1")
    if not _is(bool, table.get("sided")):
        raise _bad(path, slug, "sided should be true or false")
    aliases = table.get("aliases", [])
    if not _is(list, aliases) or not all(_is(str, alias) and names.key(alias) for alias in aliases):
        raise _bad(path, slug, "aliases should be a list of names")
    for text in _TEXTS:
        value = table.get(text, "" if text == "sanskrit" else None)
        if not _is(str, value) or (text != "sanskrit" and not value.strip()):
            raise _bad(path, slug, f"{text} should be a few words")


def _is(kind: type, value: object) -> bool:
    return type(value) is kind


def _bad(path: Path, slug: str, reason: str) -> BadPoseFile:
    return BadPoseFile(name=path.name, reason=f"[{slug}]: {reason}")


# --- finding --------------------------------------------------------------------------------------


def match(name: str, poses: Sequence[Pose]) -> Pose | None:
    """Return the pose that goes by this name, or None.

    Forgives case, diacritics, punctuation, "pose" and "asana", Roman numbers, spellings of Sanskrit, and data
    sets' folder names such as "Tree_Pose_or_Vrksasana_". A pose that was merged gives the one it became.
    """
    for wording in (name, *names.parts(name)):
        for likeness in (names.key, names.sound):
            if (found := _named(wording, poses, likeness)) is not None:
                return _final(found, poses)
    return None


def _named(wording: str, poses: Sequence[Pose], likeness: Callable[[str], str]) -> Pose | None:
    wanted = likeness(wording)
    if not wanted:
        return None
    # What a coach reads comes before what a pose is also called; poses in use before merged ones.
    best: tuple[tuple[bool, int, int], Pose] | None = None
    for pose in poses:
        for rank, group in enumerate(((pose.slug,), (pose.name,), (pose.sanskrit,), pose.aliases)):
            if any(likeness(known) == wanted for known in group):
                order = (pose.merged_into is not None, rank, pose.id)
                if best is None or order < best[0]:
                    best = (order, pose)
                break
    return best[1] if best else None


def _final(pose: Pose, poses: Sequence[Pose]) -> Pose:
    seen = {pose.id}
    while pose.merged_into is not None and pose.merged_into not in seen:
        target = next((other for other in poses if other.id == pose.merged_into), None)
        if target is None:
            break
        pose = target
        seen.add(pose.id)
    return pose


def search(text: str, poses: Sequence[Pose], limit: int = 10) -> list[Pose]:
    """Return the poses whose names come near what was typed so far, best first.

    The same name, then names that begin so, then words that do, then a piece of a name, then typing errors.
    Hidden and merged poses are left out. Empty text finds nothing.
    """
    typed = names.words(text)
    if not typed:
        return []
    shown = [pose for pose in poses if not pose.hidden and pose.merged_into is None]
    # Typing errors are looked for only where nothing is spelled as typed: it takes longer, and guesses would
    # push good answers about.
    ranked = _ranked(typed, shown, _spelled) or _ranked(typed, shown, _misspelled)
    return ranked[:limit]


def _ranked(typed: Words, poses: Sequence[Pose], cost: Callable[[Words, Words], float | None]) -> list[Pose]:
    costs: list[tuple[float, str, int, Pose]] = []
    for pose in poses:
        # A name counts a little more than what a pose is also called.
        called = ((0.0, pose.name), (0.0, pose.slug), (0.25, pose.sanskrit), *((0.5, a) for a in pose.aliases))
        found = [(extra, cost(typed, names.words(known))) for extra, known in called if known]
        best = min((extra + price for extra, price in found if price is not None), default=None)
        if best is not None:
            costs.append((best, pose.name, pose.id, pose))
    return [entry[-1] for entry in sorted(costs, key=lambda entry: entry[:3])]


def _spelled(typed: Words, known: Words) -> float | None:
    """How far a name is from what was typed without error; None when it is another name."""
    wanted, whole = "".join(typed), "".join(known)
    if wanted == whole:
        return 0.0
    if whole.startswith(wanted):
        return 1.0
    if all(any(word.startswith(piece) for word in known) for piece in typed):
        return 2.0
    return 3.0 if wanted in whole else None


def _misspelled(typed: Words, known: Words) -> float | None:
    """Typing errors against the nearest words, or beginnings of words; None when too many."""
    errors = 0
    for piece in typed:
        allowed = 0 if len(piece) < 4 else 1 if len(piece) < 7 else 2
        beginnings = {word[: len(piece) + more] for word in known for more in range(-allowed, allowed + 1)}
        fewest = min((_distance(piece, beginning) for beginning in beginnings), default=allowed + 1)
        if fewest > allowed:
            return None
        errors += fewest
    # Of equally likely guesses the shorter name is the better one.
    return errors + 0.1 * len(known)


def _distance(a: str, b: str) -> int:
    """Letters to add, drop, change or swap with a neighbour (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
