"""What is said of training deeper, and of encoders that were tuned."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "deeper.title": "Train deeper",
    "deeper.lead": "“Retrain” teaches the computer to tell your poses apart with the eyes it has. This tunes its eyes to your photos as well. You can go on working meanwhile, and nothing changes unless the result is proven no worse on photos it was not taught.",
    "deeper.ready": "It would learn from {labels} labels in {poses} poses.",
    "deeper.R3": "Tune a little",
    "deeper.R3_takes": "Only the last step of its sight. A few minutes.",
    "deeper.R4": "Tune thoroughly",
    "deeper.R4_takes": "All of its sight. Half an hour or more; a graphics card makes it quick.",
    "deeper.better": "Version {number} sees with tuned eyes, and is in use.",
    "deeper.kept": "Version {number} sees with tuned eyes and is kept aside: it is not proven as good as the version in use, which stays.",
    "deeper.nothing": "Tuning gained nothing on the photos it left out to check itself, so all stays as it is. It may with more labels.",
    "deeper.lost": "{n} labelled photos were left out, because their files are not on this computer any more. Bring them back from a saved copy of the lab, or delete those photos.",
    "deeper.lost.one": "One labelled photo was left out, because its file is not on this computer any more. Bring it back from a saved copy of the lab, or delete that photo.",
    "deeper.eyes_first": "Version {number} sees with another encoder. That one looks at your newer photos first, then it is in use.",
    "encoder.tuned.R3": "{base}, tuned a little to these poses",
    "encoder.tuned.R4": "{base}, tuned thoroughly to these poses",
    "encoder.tuned.marked": "{name} ({mark})",
    "terminal.tuned": "Version {number} sees with {encoder}.",
}
