"""What is said of the second place where a lab is kept. A code with ".one" behind it is used where n is 1."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    # what goes wrong
    "vault.error": "The lab could not be kept at its second place just now. It is tried again by itself, and nothing here is lost.",
    "vault.silent": "The second place of this lab ({place}) does not answer. Is its disk plugged in, and the network there?",
    "vault.refused": "The second place of this lab ({place}) says no: {reason}.",
    "vault.public": "Everybody can read “{place}”, so no photos of people go there. Make that dataset private on the Hub.",
    "vault.other": "Another lab is kept at {place} already. Please give this one a place of its own (YOGALAB_VAULT).",
    "vault.moved": "Somebody else has just written to {place}. It is tried again by itself.",
    "vault.damaged": "What is kept at {place} cannot be read any more.",
    "vault.empty": "Nothing has been kept at {place} yet.",
    "vault.unset": "This lab has no second place yet. Name one in YOGALAB_VAULT: “owner/name” on the Hub, or a folder on another disk.",
    "vault.bad": "“{place}” is neither “owner/name” on the Hub nor a folder. Write a folder from its beginning, such as /mnt/disk/yogalab.",
    "vault.restore": "Bringing the lab back",
    "vault.verify": "Reading everything back",
    # the strip
    "shell.kept": "Your labels were last kept elsewhere at {time}.",
    "shell.kept_short": "Kept {time}",
    "shell.kept_never": "Your labels have not been kept elsewhere yet.",
    "shell.kept_never_short": "Not kept elsewhere yet",
    "shell.kept_photos": "{n} photos are still on their way.",
    "shell.kept_photos.one": "1 photo is still on its way.",
    "shell.kept_server": "Photos and versions are kept elsewhere; the labels are on their database's own server.",
    "shell.brought_back": "This lab was brought back from its second place. The last answer it has was given at {time}.",
    "shell.brought_back_empty": "This lab was brought back from its second place. There was no answer in it yet.",
    "shell.brought_back_damaged": "Some of what was kept there could not be read.",
}
