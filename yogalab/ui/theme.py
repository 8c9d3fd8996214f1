"""How the pages look: system fonts, warm paper, one green accent, light and dark as the system has it."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

import gradio as gr
from gradio.themes.utils import colors

# Loaded in this order: the later ones refine the earlier.
STYLES: Final = (
    "base.css",
    "shell.css",
    "photos.css",
    "upload.css",
    "review.css",
    "review_hands.css",
    "check.css",
    "models.css",
    "model_learning.css",
    "poses.css",
    "live.css",
    "welcome.css",
    "people.css",
)

SANS: Final = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
MONO: Final = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")

HEAD: Final = (
    '<meta name="color-scheme" content="light dark">'
    '<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f6f2ea">'
    '<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#191714">'
    '<meta name="robots" content="noindex">'
)

_PINE = colors.Color(
    name="pine",
    c50="#eef6f3",
    c100="#d5e9e3",
    c200="#add4c9",
    c300="#7cc7b4",
    c400="#4a9c8a",
    c500="#2a7766",
    c600="#1d6153",
    c700="#174e43",
    c800="#133e36",
    c900="#0f302a",
    c950="#081c18",
)
_PAPER = colors.Color(
    name="paper",
    c50="#fffdf9",
    c100="#f6f2ea",
    c200="#e8e1d4",
    c300="#d9d1c3",
    c400="#b3a99b",
    c500="#857b6e",
    c600="#6a6257",
    c700="#403b34",
    c800="#2b2823",
    c900="#22201c",
    c950="#191714",
)


def lab_theme() -> gr.themes.Base:
    """Gradio's own parts in the lab's colours. No font or style is fetched from anywhere."""
    return gr.themes.Base(
        primary_hue=_PINE, secondary_hue=_PINE, neutral_hue=_PAPER, font=SANS, font_mono=MONO
    ).set(
        body_background_fill="#f6f2ea",
        body_background_fill_dark="#191714",
        body_text_color="#25211b",
        body_text_color_dark="#f1ece3",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_border_width_dark="0px",
    )


def styles() -> str:
    """The lab's style sheets as one."""
    folder = files("yogalab.ui").joinpath("assets")
    return "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in STYLES)
