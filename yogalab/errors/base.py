"""What every error has: a code and data."""

from __future__ import annotations

from typing import ClassVar


class YogaLabError(Exception):
    """Anything YogaLab can explain to the person in front of it.

    `code` names the sentence in the catalogue of words, `data` fills its blanks.
    """

    code: ClassVar[str] = "error"

    def __init__(self, **data: object) -> None:
        super().__init__(self.code, data)
        self.data = data

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.data.items())
        return f"{self.code}({details})"

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process borders when photos are read in parallel.
        return (_rebuild, (type(self), self.data))


def _rebuild(kind: type[YogaLabError], data: dict[str, object]) -> YogaLabError:
    return kind(**data)
