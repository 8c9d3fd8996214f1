"""What files and formats are called."""

from __future__ import annotations

import pytest

from yogalab.vision.names import LONGEST_NAME, display_name, foreign_format


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("tree.jpg", "tree.jpg"),
        ("../../tree.jpg", "tree.jpg"),
        ("C:\\photos\\tree.jpg", "tree.jpg"),
        ("folder/", "folder"),
        ("a\nb\x00c.jpg", "abc.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("🧘‍♀️.jpg", "🧘‍♀️.jpg"),
        ("köpfstand ü.jpg", "köpfstand ü.jpg"),
        ("..", "photo"),
        ("", "photo"),
        ("///", "photo"),
    ],
)
def test_names_are_fit_to_be_shown(given: str, shown: str) -> None:
    assert display_name(given) == shown


def test_a_long_name_keeps_its_ends() -> None:
    shown = display_name("warrior" * 100 + ".jpeg")
    assert len(shown) == LONGEST_NAME
    assert shown.startswith("warrior")
    assert shown.endswith(".jpeg")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", None),
        (b"\x80\x81\x82", None),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "video"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "sound"),
        (b"\x00\x00\x00\x1cftypavif", "AVIF"),
        (b"\xef\xbb\xbf<!doctype HTML><p>", "HTML"),
        (b"<?xml version='1.0'?><note/>", "XML"),
        ("ä".encode() * 5000, "text"),
    ],
)
def test_foreign_formats_are_named(data: bytes, name: str | None) -> None:
    assert foreign_format(data) == name
