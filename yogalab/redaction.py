"""No secret reaches a log: what is one, or looks like one, is struck out before it is written."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

STRUCK: Final = "[secret]"
# Tokens of the Hub and of programs, what follows "Bearer", and the password inside an address.
_LOOKS: Final = re.compile(
    r"\bhf_[A-Za-z0-9]{8,}|\byogalab_[\w-]{40,}|(?<=[Bb]earer )[\w.~+/=-]{8,}|(?<=://)[^\s:/@]*:[^\s/@]+(?=@)"
)
# Shorter ones are words that any sentence may hold.
_SHORTEST: Final = 6


class Redaction:
    """Strikes secrets out of text."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first: one may be part of another.
        known = sorted({one for one in secrets if len(one) >= _SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        """Return the text without what must not be read."""
        if self._known:
            text = self._known.sub(STRUCK, text)
        return _LOOKS.sub(STRUCK, text)


def keep_secret(secrets: Iterable[str]) -> Redaction:
    """Strike these, and whatever looks like a token, out of every log record from now on.

    Records are changed where they are made, so that it holds for every handler, of libraries, too.
    """
    redact = Redaction(secrets)
    make = logging.getLogRecordFactory()
    # Called again, it goes on from the factory that was there before it.
    plain: Callable[..., logging.LogRecord] = getattr(make, "plain", make)

    def redacted(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = plain(*args, **kwargs)
        if isinstance(record.msg, str | BaseException):
            record.msg = redact(str(record.msg))
        if isinstance(record.args, tuple):
            record.args = tuple(_argument(one, redact) for one in record.args)
        elif isinstance(record.args, Mapping):
            # What logging makes of a single argument that is one, such as a request's headers.
            record.args = {name: _argument(one, redact) for name, one in record.args.items()}
        if record.exc_info and record.exc_info[0]:
            # Formatters write this instead of the traceback itself.
            record.exc_text = redact("".join(traceback.format_exception(*record.exc_info)).rstrip())
        return record

    redacted.plain = plain  # type: ignore[attr-defined]
    logging.setLogRecordFactory(redacted)
    return redact


def _argument(value: object, redact: Redaction) -> object:
    """Numbers stay numbers, for "%d"; what would only be written out is written out without its secrets."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    struck = redact(text)
    return struck if struck != text else value
