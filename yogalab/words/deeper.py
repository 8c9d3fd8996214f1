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
    # on a rented machine
    "rent.open": "Rent a machine…",
    "rent.open_lead": "A quick one at Hugging Face does it in minutes, for a little money. You see the price first.",
    "rent.title": "Train deeper on a rented machine",
    "rent.lead": "What it makes is judged here like anything else, and used only when you say so.",
    "rent.rung": "How deep",
    "rent.machine": "Machine",
    "rent.minutes": "Stop after so many minutes",
    "rent.offer": "${dollars} an hour · {card} · {machine}",
    "rent.photos": "{n} labelled photos leave this computer. They go to a private place at Hugging Face in the account {account}, with the names of their poses but no names of people or files, and are deleted there when the work is over.",
    "rent.photos.one": "One labelled photo leaves this computer. It goes to a private place at Hugging Face in the account {account}, with the name of its pose but no names of people or files, and is deleted there when the work is over.",
    "rent.unsure": "For {n} of them nobody has said that the people shown agreed to any use.",
    "rent.unsure.one": "For one of them nobody has said that the people shown agreed to any use.",
    "rent.cost": "It costs {account} at most ${dollars}: after {minutes} minutes the machine is stopped.",
    "rent.agree": "I may send these photos there, and I agree to the cost.",
    "rent.go": "Send and tune",
    "rent.better": "Version {number} is back from the rented machine and proven no worse. Use it when you like.",
    "rent.kept": "Version {number} is back from the rented machine and kept aside: it is not proven as good as the version in use.",
    "encoder.tuned.R3": "{base}, tuned a little to these poses",
    "encoder.tuned.R4": "{base}, tuned thoroughly to these poses",
    "encoder.tuned.marked": "{name} ({mark})",
    "terminal.rent_machine": "{name} ${dollars} an hour  {label} ({card})",
    "terminal.rent_choose": "Say which machine with --flavor NAME.",
    "terminal.rent_agree": "Send these photos there and agree to the cost?",
    "terminal.rent_not": "Nothing was sent.",
    "terminal.rent_done": "Version {number} waits. “yogalab activate {number}” lets it answer.",
    "terminal.tuned": "Version {number} sees with {encoder}.",
}
