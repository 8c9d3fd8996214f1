"""Which vector of a photo counts, where an encoder looks at the body that a skeleton shows it.

Another pose model shows it another close-up, and of a photo whose skeleton a coach called wrong it sees all.
The vectors of each are kept side by side: until the right one is made another stands in, taking it back that
a skeleton is wrong brings the old one back, and versions taught with any of them can be made to forget it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence, Set
from typing import Final

from yogalab.learning.labels import resolve
from yogalab.ports import Encoder, Pixels, Store
from yogalab.records import Intake, Matrix

# The full photo, one vector. A change of crop or flip is a new recipe.
RECIPE_OF_EMBEDDING: Final = "full-1"


def close_up_recipe(pose_model: str) -> str:
    """Return the recipe of close-ups by a pose model's skeletons, whole photos where it found nobody."""
    return f"close-1/{hashlib.sha256(pose_model.encode()).hexdigest()[:16]}"


def sees_close_ups(encoder: Encoder | None) -> bool:
    """Return whether what an encoder is shown of a photo depends on the skeleton."""
    return encoder is not None and encoder.framing is not None and encoder.framing.close_up


def recipe_of(encoder: Encoder | None, pose_model: str) -> str:
    """Return the recipe by which an encoder sees photos whose skeletons nobody called wrong."""
    return close_up_recipe(pose_model) if sees_close_ups(encoder) else RECIPE_OF_EMBEDDING


def judged_alone(store: Store, photo_id: int | None = None) -> Set[int]:
    """Return the photos whose skeleton a coach called wrong, of one photo or of all."""
    answers = resolve(store.events(photo_id=photo_id)).values()
    return {answer.photo_id for answer in answers if answer.embedding_only}


def shown(encoder: Encoder, intake: Intake) -> Pixels:
    """Return what an encoder looks at: made where the photo was decoded, unless for another encoder."""
    if intake.picture is not None and intake.framing == encoder.framing:
        return intake.picture
    assert intake.photo is not None, "a photo that was read"
    return encoder.picture(intake.photo.pixels, intake.people[0] if intake.people else None)


def vectors(
    store: Store, encoder: str, recipe: str, photo_ids: Sequence[int], wrong: Set[int]
) -> tuple[Mapping[int, Matrix], Set[int]]:
    """Return photo id -> its vector, and the photos for which that is another than the one that counts.

    recipe: as of `recipe_of`; wrong: the photos whose skeleton was called wrong.
    """
    own = store.embeddings(encoder, recipe, photo_ids=photo_ids)
    if recipe == RECIPE_OF_EMBEDDING:
        return own, frozenset()
    whole = store.embeddings(encoder, RECIPE_OF_EMBEDDING, photo_ids=photo_ids)
    right = {i: vector for i, vector in own.items() if i not in wrong}
    right |= {i: vector for i, vector in whole.items() if i in wrong}
    known = {**own, **whole, **right}
    return known, known.keys() - right.keys()


def every_vector(
    store: Store, encoder: str, pose_model: str, photo_ids: Sequence[int]
) -> list[dict[int, Matrix]]:
    """Return photo id -> vector for each way in which an encoder may have seen photos beside a pose model."""
    recipes = (RECIPE_OF_EMBEDDING, close_up_recipe(pose_model))
    return [dict(store.embeddings(encoder, recipe, photo_ids=photo_ids)) for recipe in recipes]
