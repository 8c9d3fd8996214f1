"""Scripts and styles: no sentence outside the catalogue, none missing in it, colours that can be read."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

import yogalab.ui
from yogalab.ui.theme import STYLES, lab_theme, styles
from yogalab.words import catalogue

ASSETS = Path(yogalab.ui.__file__).parent / "assets"
SCRIPTS = sorted(ASSETS.glob("*.js"))
READABLE = 4.5
SEEN = 3.0


def tokens(block: str) -> dict[str, str]:
    css = (ASSETS / "base.css").read_text()
    body = re.search(re.escape(block) + r" \{(.*?)\}", css, re.S)
    assert body
    return dict(re.findall(r"--yl-([\w-]+): (#[0-9a-f]{6});", body[1]))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("block", [":root", ".dark"])
def test_words_stand_out_from_what_is_behind_them(block: str) -> None:
    colours = {**tokens(":root"), **tokens(block)}
    pairs = [
        *product(("ink", "soft"), ("paper", "card", "sunk", "accent-soft")),
        *product(("accent",), ("paper", "card", "accent-soft")),
        *product(("bad",), ("paper", "card", "bad-soft")),
        ("on-accent", "accent"),
        ("warn", "warn-soft"),
    ]
    dim = {(a, b): round(contrast(colours[a], colours[b]), 2) for a, b in pairs}
    assert {pair: ratio for pair, ratio in dim.items() if ratio < READABLE} == {}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_code_a_script_says_has_a_sentence(script: Path) -> None:
    source = script.read_text()
    codes = set(re.findall(r'"((?:[a-z]+\.)+[a-z_0-9]+)"', source)) - set(re.findall(r'from "([^"]+)"', source))
    said = {code for code in codes if not code.startswith(("yogalab.", "yl."))}
    assert sorted(code for code in said if code not in catalogue() and not code.endswith(".js")) == []
    starts = set(re.findall(r"`((?:[a-z]+\.)+)\$\{", source)) - {"yogalab."}
    assert all(any(code.startswith(start) for code in catalogue()) for start in starts)


def test_scripts_never_make_elements_from_strings() -> None:
    for script in SCRIPTS:
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", script.read_text()
        )


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert lab_theme()._stylesheets == []
    addresses = {
        address for file in ASSETS.iterdir() for address in re.findall(r"https?://[^\s\"')]+", file.read_text())
    }
    # Names of XML dialects, not places.
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/2000/svg'"}


def test_every_style_sheet_is_part_of_the_page() -> None:
    # The page for programmers stands alone.
    assert {file.name for file in ASSETS.glob("*.css")} == {*STYLES, "api.css"}
    assert "prefers-reduced-motion" in styles()


def test_scripts_and_styles_stay_small() -> None:
    assert {file.name: n for file in ASSETS.iterdir() if (n := len(file.read_text().splitlines())) > 300} == {}
