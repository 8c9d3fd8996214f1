"""How names of poses are compared: what counts as the same name, and what as nearly the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Words that say no more than "this is a pose".
_EMPTY_WORDS: Final = frozenset({"pose", "poses", "posture", "asana", "the"})
_NUMBERS: Final = {"i": "1", "ii": "2", "iii": "3", "one": "1", "two": "2", "three": "3"}
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_APOSTROPHES: Final = str.maketrans("", "", "'’‘ʼ`´")
# Sanskrit reaches the Latin alphabet in several ways: Vrksasana, Vrikshasana, Vriksasana are one word.
_SAME_SOUND: Final = (
    (re.compile(r"([tdbkgp])h"), r"\1"),
    (re.compile("sh"), "s"),
    (re.compile("ch"), "c"),
    (re.compile("ri"), "r"),
    (re.compile("w"), "v"),
    (re.compile("iy"), "y"),
    (re.compile(r"(\w)\1+"), r"\1"),
)
_ANGLICISED: Final = (("ch", "chh"), ("c", "ch"), ("ś", "sh"), ("ṣ", "sh"), ("ṛ", "ri"))


def plain(text: str) -> str:
    """Return the text without diacritics: "Vṛkṣāsana" becomes "Vrksasana"."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def anglicised(text: str) -> str:
    """Return Sanskrit as English readers spell it: "Vṛkṣāsana" becomes "Vrikshasana"."""
    text = unicodedata.normalize("NFC", text)
    for letter, spelling in _ANGLICISED:
        text = text.replace(letter, spelling).replace(letter.upper(), spelling.capitalize())
    return plain(text)


@lru_cache(maxsize=8192)
def words(name: str) -> tuple[str, ...]:
    """Return a name's telling words, small, plain, numbers as digits: "Warrior II Pose" -> ("warrior", "2")."""
    found = _WORD.findall(plain(name.translate(_APOSTROPHES)).casefold())
    return tuple(_NUMBERS.get(word, word) for word in found if word not in _EMPTY_WORDS)


@lru_cache(maxsize=8192)
def key(name: str) -> str:
    """Return what two spellings of one name have in common; empty when the name says nothing."""
    return "".join(words(name))


@lru_cache(maxsize=8192)
def sound(name: str) -> str:
    """Return a coarser key that also forgives ways to write Sanskrit, and "asana" left out or doubled."""
    heard = key(name)
    for pattern, replacement in _SAME_SOUND:
        heard = pattern.sub(replacement, heard)
    return heard


def parts(name: str) -> tuple[str, ...]:
    """Return the names joined in a folder's: "Tree_Pose_or_Vrksasana_" -> ("Vrksasana_", "Tree_Pose").

    The last comes first: data sets put the Sanskrit there, which is the more exact of the two.
    """
    found = [part for part in re.split(r"(?:[\s_]+or[\s_]+)|[()/,;|]", name) if key(part)]
    return tuple(reversed(found)) if len(found) > 1 else ()


def slugify(name: str) -> str:
    """Return a name as a slug: ASCII letters, digits and underscores; empty when nothing can be spelled.

    "Warrior II" becomes "warrior_ii"; letters outside the Latin alphabet are kept, in small form.
    """
    text = plain(name.translate(_APOSTROPHES)).casefold()
    return re.sub(r"[\W_]+", "_", text).strip("_")
