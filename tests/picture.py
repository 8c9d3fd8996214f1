"""README's picture, made of the figures as the pages show them. `python -m tests.picture` draws it anew."""

from __future__ import annotations

from pathlib import Path

from yogalab.poses.figures import figure_svg
from yogalab.poses.taxonomy import builtin_poses

FILE = Path(__file__).parents[1] / "models" / "poses" / "picture.svg"
SHOWN = (
    *("tree", "warrior_2", "dancer", "triangle", "half_moon"),
    *("downward_dog", "boat", "camel", "crow", "cobra"),
)
SIZE, GAP, EDGE, WORDS, COLUMNS = 132, 28, 36, 40, 5
COLOURS = ("#3d5a6c", "#7a4e3a", "#4d6b4f", "#6a4c74", "#8a6a2f")


def picture() -> str:
    """Return an SVG of its own background, so that it reads on light and on dark pages."""
    poses = {pose.slug: pose for pose in builtin_poses()}
    rows = -(-len(SHOWN) // COLUMNS)
    width = 2 * EDGE + COLUMNS * SIZE + (COLUMNS - 1) * GAP
    height = 2 * EDGE + rows * (SIZE + WORDS) + (rows - 1) * GAP // 2 - 12
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" aria-label="Ten poses as YogaLab draws them">',
        f'<rect width="{width}" height="{height}" rx="20" fill="#faf6ef"/>',
    ]
    for place, slug in enumerate(SHOWN):
        row, column = divmod(place, COLUMNS)
        x = EDGE + column * (SIZE + GAP)
        y = EDGE + row * (SIZE + WORDS + GAP // 2)
        lines += [
            f'<g transform="translate({x} {y})" color="{COLOURS[(row + column) % len(COLOURS)]}">',
            figure_svg(poses[slug], SIZE),
            f'<text x="{SIZE / 2:g}" y="{SIZE + 24}" text-anchor="middle" font-size="15" fill="#3b3630"'
            f' font-family="ui-sans-serif, system-ui, sans-serif">{poses[slug].name}</text>',
            "</g>",
        ]
    return "\n".join([*lines, "</svg>", ""])


if __name__ == "__main__":
    FILE.write_text(picture(), encoding="utf-8")
