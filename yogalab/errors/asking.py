"""What was asked cannot be taken as it came."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError


class NotUnderstood(YogaLabError, ValueError):
    """A page or a program sent something else than what is asked for. Data: `what`, as it was called there."""

    code = "page.not_understood"


class TooOften(YogaLabError):
    """The same was asked too often in a short while. Data: `seconds` until it may be asked again."""

    code = "page.too_often"
