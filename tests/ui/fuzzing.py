"""Requests that nobody sends in good faith: made from good ones, the same ones for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import quote

from tests.ui.exposed import METHODS
from tests.ui.inhabited import ASKERS, Call, World
from tests.ui.role_table import Rule

_TEXTS = (
    *(
        "",
        " ",
        "0",
        "-1",
        "nan",
        "null",
        "ü",
        "🧘\u200d♀️" * 40,
        "\u202egnirts",
        "\x00",
        "a\x00b",
        "\ud800",
        "A" * 9000,
    ),
    *(
        "../../etc/passwd",
        "%2e%2e%2f",
        "<script>alert(1)</script>",
        "'; drop table photo;--",
        "${7*7}",
        "{0}",
        "%s",
    ),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30", "owner", "pose", "R9", "a/b"),
)
_NUMBERS = (0, -1, 1, 2, 999, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 10**30, 10**400, 0.5, -0.0, 1e308)
_STRANGE = (None, True, False, float("nan"), float("inf"), float("-inf"))
_MEDIA = (
    *("application/json", "text/plain", "application/xml", "application/octet-stream", "image/jpeg", ""),
    *(
        "multipart/form-data",
        "multipart/form-data; boundary=line",
        "application/x-www-form-urlencoded",
        "/;q=x",
    ),
    "application/json; charset=utf-16",
)
_BODIES = (
    *(
        b"",
        b"{",
        b"[]",
        b"null",
        b"NaN",
        b"\xff\xfe\x00",
        b"\xed\xa0\x80",
        b"{}" * 9,
        b'{"a":1e999}',
        b"\x00" * 99,
    ),
    *(b"[" * 100_000, b'{"data":' * 5000, b'"' + b"\\ud800" * 9 + b'"', b"--line\r\n", b"--line--\r\n"),
    b'--line\r\nContent-Disposition: form-data; name="files"; filename="\xff.zip"\r\n\r\nPK\r\n--line--\r\n',
    b'--line\r\nContent-Disposition: form-data; name="consent"\r\n\r\n\xff\r\n--line--\r\n',
)
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "accept": ("", "text/html", "*/*;q=x", "application/json, text/event-stream"),
    "accept-language": ("", "de", "x" * 500, "q=;;,,"),
    "authorization": ("Bearer x", "Bearer yogalab_x", "Basic !!!"),
    "if-none-match": ('"x"', "W/", "*"),
    "range": ("bytes=-1", "bytes=9-1", "bytes=0-" + "9" * 40),
    "sec-fetch-site": ("cross-site", "same-origin"),
    "origin": ("null", "https://elsewhere.example", "http://["),
    "x-forwarded-for": ("::1", "a" * 300),
    "content-encoding": ("gzip", "br"),
}
_QUERY = (
    "edge",
    "size",
    "kept",
    "seat",
    "at",
    "pose",
    "name",
    "top",
    "landmarks",
    "hidden",
    "language",
    "next",
)
# More than anybody takes who is not sent photos.
_TOO_MUCH = 5 * 2**20


class Fuzzer:
    """Endless (asker, call), from the good calls of everything exposed."""

    def __init__(self, world: World, rules: Mapping[str, Rule], seed: int) -> None:
        self._luck = random.Random(seed)
        # Once each: what a call is made from is costlier than the call.
        self._good = [(asker, rule.own(world, world.who(asker))) for rule in rules.values() for asker in ASKERS]

    def __iter__(self) -> Iterator[tuple[str, Call]]:
        ways: list[Callable[[Call], Call]] = [
            *([self._other_words] * 8),
            *(self._other_body, self._other_path, self._other_query, self._other_headers, self._other_method),
        ]
        while True:
            asker, call = self._luck.choice(self._good)
            for way in self._luck.sample(ways, k=self._luck.choice((1, 1, 2, 3))):
                call = way(call)
            yield asker, call

    # --- what is said -----------------------------------------------------------------------------

    def _other_words(self, call: Call) -> Call:
        """The same JSON with something else in some places."""
        if call.json is None and not call.function:
            return call
        return replace(call, json=self._changed(call.json, depth=0), content=None)

    def _changed(self, value: object, depth: int) -> object:
        if self._luck.random() < 0.15 + 0.1 * depth:
            return self._odd()
        if isinstance(value, dict):
            kept = {name: inner for name, inner in value.items() if self._luck.random() > 0.1}
            changed = {name: self._changed(inner, depth + 1) for name, inner in kept.items()}
            return (
                {**changed, self._luck.choice(("person", "x", "count")): self._odd()}
                if self._luck.random() < 0.3
                else changed
            )
        if isinstance(value, list):
            return [self._changed(inner, depth + 1) for inner in value] * self._luck.choice((1, 1, 0, 50))
        return value

    def _odd(self) -> object:
        kind = self._luck.randrange(6)
        if kind < 4:
            return self._luck.choice((_TEXTS, _NUMBERS, _STRANGE, _NUMBERS)[kind])
        some = [self._luck.choice((*_TEXTS, *_NUMBERS, *_STRANGE)) for _ in range(self._luck.choice((0, 1, 3)))]
        if kind == 4:
            return some
        deep: object = some
        for _ in range(self._luck.choice((1, 40, 300))):
            deep = {"a": deep} if self._luck.random() < 0.5 else [deep]
        return {"id": some, "pose": deep}

    def _other_body(self, call: Call) -> Call:
        body = self._luck.choice(_BODIES)
        if self._luck.random() < 0.02:
            body = b"[" + b" " * _TOO_MUCH + b"]"
        media = {"content-type": self._luck.choice(_MEDIA)} if self._luck.random() < 0.8 else {}
        return replace(call, content=body, json=None, function="", headers={**call.headers, **media})

    # --- where and how ----------------------------------------------------------------------------

    def _other_path(self, call: Call) -> Call:
        path, _, query = call.path.partition("?")
        parts = path.split("/")
        place = self._luck.randrange(len(parts))
        parts[place] = self._quoted(
            parts[place] if self._luck.random() < 0.1 else str(self._luck.choice((*_TEXTS, *_NUMBERS)))
        )
        return replace(call, path="/" + "/".join(parts).lstrip("/") + (f"?{query}" if query else ""))

    def _other_query(self, call: Call) -> Call:
        more = "&".join(
            f"{self._luck.choice(_QUERY)}={self._quoted(str(self._luck.choice((*_TEXTS, *_NUMBERS))))}"
            for _ in range(self._luck.choice((1, 3)))
        )
        return replace(call, path=f"{call.path}{'&' if '?' in call.path else '?'}{more}")

    def _other_headers(self, call: Call) -> Call:
        name = self._luck.choice(list(_HEADERS))
        return replace(call, headers={**call.headers, name: self._luck.choice(_HEADERS[name])})

    def _other_method(self, call: Call) -> Call:
        return replace(call, method=self._luck.choice(METHODS))

    @staticmethod
    def _quoted(text: str) -> str:
        # Longer addresses are refused by the server itself.
        return quote(text[:500].encode("utf-8", "replace"), safe="")


def as_sent(call: Call, wrap: Callable[[str, object], object]) -> Call:
    """The call with its JSON written out, strange numbers and half characters as well."""
    if call.content is not None or (call.json is None and not call.function):
        return call
    told = wrap(call.function, call.json) if call.function else call.json
    headers = {"content-type": "application/json", **call.headers}
    return replace(call, content=json.dumps(told).encode(), json=None, function="", headers=headers)
