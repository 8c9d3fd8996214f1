"""What must not be read is struck out before anything is written."""

from __future__ import annotations

import io
import logging
import secrets
from collections.abc import Iterator

import pytest

from yogalab.lab.tokens import PREFIX
from yogalab.redaction import STRUCK, Redaction, keep_secret
from yogalab.settings import Settings

SETTINGS = Settings(password="open sesame", database_url="postgresql://lab:p%40ss%20word@db/lab")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a log holds that was there before secrets were known."""
    make, text = logging.getLogRecordFactory(), io.StringIO()
    handler = logging.StreamHandler(text)
    logging.getLogger("elsewhere").addHandler(handler)
    keep_secret(("another", "secret"))
    keep_secret(SETTINGS.secrets)
    yield text
    logging.getLogger("elsewhere").removeHandler(handler)
    logging.setLogRecordFactory(make)


def test_secrets_are_what_settings_hide_and_the_password_inside_an_address() -> None:
    assert set(SETTINGS.secrets) == {"open sesame", SETTINGS.database_url, "p@ss word"}
    assert Settings().secrets == ()
    assert not any(secret in repr(SETTINGS) for secret in SETTINGS.secrets)


def test_no_message_argument_or_traceback_shows_one(written: io.StringIO) -> None:
    log = logging.getLogger("elsewhere")
    log.error("signed in with open sesame")
    log.error("%s of %d asked %s", "Bearer abcdefgh12345", 7, ValueError("token=hf_AbCdEfGh1234"))
    key = PREFIX + secrets.token_urlsafe(32)
    log.error("a program came with %s", key)
    log.error("sent with %s", {"authorization": "Bearer 0123456789abc", "accept": "*/*"})
    try:
        raise RuntimeError("cannot reach postgresql://other:guessed@db/lab with p@ss word")
    except RuntimeError:
        log.exception("no database")
    told = written.getvalue()
    assert "7 asked" in told and "Traceback" in told and "no database" in told and "accept" in told
    for secret in (
        "open sesame",
        "abcdefgh12345",
        "0123456789abc",
        "hf_AbCdEfGh1234",
        "guessed",
        "p@ss word",
        key,
    ):
        assert secret not in told
    assert STRUCK in told


def test_what_is_no_secret_stays_as_it_is() -> None:
    text = "GET http://localhost:7860/photo/1 by anna@example.org: 12 % in half_moon, hf_short"
    assert Redaction(("", "tree"))(text) == text
