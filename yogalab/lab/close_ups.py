"""Which vector of a photo counts, where an encoder looks at the body that a skeleton shows it.

Another pose model shows it another close-up, and so does another person in the photo; of a photo whose skeleton
a coach called wrong it sees all.
The vectors of each are kept side by side: until the right one is made another stands in, taking it back that
a skeleton is wrong brings the old one back, and versions taught with any of them can be made to forget it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from typing import Final

from yogalab.lab.bodies import Bodies, body_of
from yogalab.lab.parts import Parts
from yogalab.ports import Encoder, Pixels, Store
from yogalab.records import FIRST, Intake, Matrix, Photo

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


def recipe_for(recipe: str, person: int | None) -> str:
    """Return the recipe by which a photo is seen that counts by this person; None: by nobody.

    recipe: as of `recipe_of`, which is the first person's.
    """
    if recipe == RECIPE_OF_EMBEDDING or person is None:
        return RECIPE_OF_EMBEDDING
    return recipe if person == FIRST else f"{recipe}@{person}"


def shown(encoder: Encoder, intake: Intake) -> Pixels:
    """Return what an encoder looks at: made where the photo was decoded, unless for another encoder."""
    if intake.picture is not None and intake.framing == encoder.framing:
        return intake.picture
    assert intake.photo is not None, "a photo that was read"
    return encoder.picture(intake.photo.pixels, intake.people[0] if intake.people else None)


def vectors(
    store: Store, encoder: str, recipe: str, photo_ids: Sequence[int], bodies: Bodies
) -> tuple[Mapping[int, Matrix], Set[int]]:
    """Return photo id -> its vector, and the photos for which that is another than the one that counts.

    recipe: as of `recipe_of`; bodies: whose body counts.
    """
    own = store.embeddings(encoder, recipe, photo_ids=photo_ids)
    if recipe == RECIPE_OF_EMBEDDING:
        return own, frozenset()
    right = {i: vector for i, vector in own.items() if bodies.get(i, FIRST) == FIRST}
    others: dict[int | None, list[int]] = defaultdict(list)
    for i in photo_ids:
        if (person := bodies.get(i, FIRST)) != FIRST:
            others[person].append(i)
    for person, some in others.items():
        right.update(store.embeddings(encoder, recipe_for(recipe, person), photo_ids=some))
    known = {**own, **store.embeddings(encoder, RECIPE_OF_EMBEDDING, photo_ids=photo_ids), **right}
    return known, known.keys() - right.keys()


def every_vector(
    store: Store, encoder: str, pose_model: str, photo_ids: Sequence[int], people: Iterable[int] = (FIRST,)
) -> list[dict[int, Matrix]]:
    """Return photo id -> vector for each way in which an encoder may have seen photos beside a pose model.

    people: the numbers of those who may have counted.
    """
    recipe = close_up_recipe(pose_model)
    recipes = (RECIPE_OF_EMBEDDING, *(recipe_for(recipe, person) for person in people))
    return [dict(store.embeddings(encoder, one, photo_ids=photo_ids)) for one in recipes]


def encode(parts: Parts, encoder: Encoder, photos: Sequence[Photo], bodies: Bodies) -> Mapping[int, Matrix]:
    """Let an encoder see photos as they count, keep what it says, and return photo id -> vector.

    bodies: whose body counts. A photo whose file is gone is passed over.
    Raises EncoderMissing, EncoderNeeds, EncoderDamaged.
    """
    pose_model = parts.landmarker.name
    seen = parts.store.landmarks(pose_model, photo_ids=[photo.id for photo in photos])
    pictures = {}
    for photo in photos:
        # A photo may be deleted before its turn comes.
        with suppress(FileNotFoundError), parts.files.open(photo.key) as file:
            pixels = parts.reader.canonical(photo.name, file.read()).pixels
            body = body_of(seen.get(photo.id, ()), bodies.get(photo.id, FIRST))
            pictures[photo.id] = encoder.picture(pixels, body)
    if not pictures:
        return {}
    made = dict(zip(pictures, encoder.encode_photos(list(pictures.values())), strict=True))
    by_recipe: dict[str, dict[int, Matrix]] = defaultdict(dict)
    for i, vector in made.items():
        by_recipe[recipe_for(recipe_of(encoder, pose_model), bodies.get(i, FIRST))][i] = vector
    for recipe, some in by_recipe.items():
        parts.store.put_embeddings(encoder.name, recipe, some)
    return made
