"""What the command line says of encoders that were measured."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "bench.no_encoder": "There is no encoder to measure. Name one: --encoder NAME.",
    "bench.standing.photos": "photos",
    "bench.standing.right": "right at first guess, % (95 %)",
    "bench.standing.macro": "mean over poses, %",
    "bench.standing.ahead": "points ahead of {baseline} (95 %)",
    "bench.prompts.syntax": "said as",
    "bench.prompts.official": "Without any label. Asked: the data set's own test photos, among its own poses",
    "bench.prompts.all": "Without any label. Asked: all photos, among all poses. An encoder may have been trained on some of them.",
    "bench.prompts.about": "{encoder}: {photos} photos, {poses} poses.",
    "bench.prompts.uncovered": "{count} of the poses cannot be said as {syntax}; they are said by their name.",
}
