"""Whose body counts in a photo: the first that was found, another that a coach chose, or none at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yogalab.learning.labels import resolve
from yogalab.ports import LabelStore
from yogalab.records import FIRST, Landmarks, Resolved, persons

# Photo id -> the number of the person who counts; None: the skeleton is wrong, and only the picture counts. A
# photo that is not in it counts by the first person.
Bodies = Mapping[int, int | None]


def bodies_of(answers: Mapping[int, Resolved]) -> dict[int, int | None]:
    """Return whose body counts, as far as it is not the first person's. answers: photo id -> answer."""
    return {i: a.judged_by for i, a in answers.items() if a.embedding_only or a.person != FIRST}


def said_of(store: LabelStore, photo_id: int | None = None) -> dict[int, int | None]:
    """The same from the log itself, of one photo or of all."""
    return bodies_of(resolve(store.events(photo_id=photo_id)))


def person_in(store: LabelStore, photo_id: int) -> int:
    """Return the number of the person a photo is about, as the log stands now."""
    answer = resolve(store.events(photo_id=photo_id)).get(photo_id)
    return FIRST if answer is None else answer.person


def body_of(people: Sequence[Landmarks], person: int | None) -> Landmarks | None:
    """Return the skeleton of a person, None where nobody's counts or nobody was found.

    people: as a pose model found them. Another pose model may have found fewer people than the one by which the
    coach chose: then it is the first again.
    """
    if person is None:
        return None
    return next((one for one in people if one.person == person), next(iter(people), None))


def foremost(people: Sequence[Landmarks], person: int | None) -> tuple[Landmarks, ...]:
    """Return the people who were found, whoever counts first. person: None leaves them in their order."""
    found = persons(people)
    chosen = body_of(found, person)
    return found if chosen is None else (chosen, *(one for one in found if one is not chosen))


def judged(sha256: str, person: int | None) -> str:
    """Return the name of a photo among what is taught: its hash, and whose body counts unless the first's."""
    return sha256 if person == FIRST else f"{sha256}@{'nobody' if person is None else person}"
