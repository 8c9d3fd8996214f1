"""Keys for programs."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError


class TokenUnknown(YogaLabError):
    """A key that nobody made here, that was taken back, or whose time is over."""

    code = "token.unknown"


class TokenNotFound(YogaLabError):
    """No key of this person has that id."""

    code = "token.not_found"


class BadTokenName(YogaLabError):
    """Empty or too long. Data: `name`."""

    code = "token.bad_name"


class TooManyTokens(YogaLabError):
    """The person has as many keys as one may have. Data: `most`."""

    code = "token.too_many"


class TokenMadeByToken(YogaLabError):
    """A program asked for a key: only people make them."""

    code = "token.by_token"
