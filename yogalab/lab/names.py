"""Names and passwords that people choose for themselves."""

from __future__ import annotations

import re
from typing import Final

from yogalab.errors import BadCoachName, BadPassword

LONGEST_NAME: Final = 40
LEAST_PASSWORD: Final = 10
# Hashing takes longer the longer a password is.
LONGEST_PASSWORD: Final = 200
# Ids of people from the Hub begin so; a name that somebody types never does.
HUB: Final = "hf:"


def shown_name(name: str) -> str:
    """A name as it is shown. Raises BadCoachName."""
    shown = " ".join(name.split())
    if not 1 <= len(shown) <= LONGEST_NAME or not shown.isprintable() or id_of(shown).startswith(HUB):
        raise BadCoachName(name=name[:LONGEST_NAME])
    return shown


def id_of(name: str) -> str:
    """Two people who type the same name in another case are the same coach."""
    return re.sub(r"\s+", "-", name.casefold())


def strong(password: str, name: str) -> str:
    """The password, if it will do. Raises BadPassword.

    Length is what counts (NIST SP 800-63B, 3.1.1): no rule asks for signs of several kinds.
    """
    if not LEAST_PASSWORD <= len(password) <= LONGEST_PASSWORD or name.casefold() == password.casefold():
        raise BadPassword(least=LEAST_PASSWORD)
    return password
