"""What the list of things to look at again says, on the page and in the terminal."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "tab.check": "Check",
    "check.lists": "What to look at again",
    "check.suspects": "Doubtful",
    "check.disagreements": "Coaches differ",
    "check.copies": "Copies",
    "check.skipped": "Put aside",
    "check.counted": "{list} ({n})",
    "check.looking": "Comparing every label with all others…",
    "check.more": "Show more",
    "check.again": "Look once more",
    # one entry
    "check.called": "Called {pose}",
    "check.called_by": "Called {pose} by {who}",
    "check.computer": "The computer would say {pose} ({percent})",
    "check.said": "{who} says {pose}",
    "check.unnamed": "not named yet",
    "check.keep": "Keep {pose}",
    "check.it_is": "It is {pose}",
    "check.all_are": "All are {pose}",
    "check.keep_all": "Keep as they are",
    "check.another": "Another pose",
    "check.name": "What is it?",
    "check.owner": "An owner of the lab decides these.",
    "check.kept": "Kept: {what}",
    "check.done": "Now: {what}",
    "check.done_all": "Now {n} photos: {what}",
    "check.done_all.one": "Now 1 photo: {what}",
    "check.entry": "Photo {name}",
    "check.group": "{n} copies of {name}",
    "check.keys": "The framed one answers to the keys on its buttons; ← → move on, U takes the last answer back, S shows skeletons.",
    # what the lists are
    "check.suspects_lead": "Each label compared with what all others say, in poses with enough labels. A doubtful one may be wrong, or the skeleton is; you decide.",
    "check.suspects_wait": "Once two poses have {enough} labels each, labels that look wrong are listed here.",
    "check.suspects_none": "No label looks wrong",
    "check.suspects_none_lead": "Labels of {ready} poses were compared. New ones are looked at whenever you come back.",
    "check.disagreements_lead": "These photos teach nothing until an owner of the lab decides.",
    "check.disagreements_none": "Nobody disagrees",
    "check.disagreements_none_lead": "When two coaches call a photo differently, it is settled here.",
    "check.agreement": "Coaches agree on {same} of {n} photos that two of them named. Beyond chance that is {kappa} of 1 (between {low} and {high}).",
    "check.agreement_wait": "How far coaches agree is told once two of them have named the same {enough} photos; so far it is {n}.",
    "check.copies_lead": "Photos of the same moment. Copies that are called differently come first.",
    "check.copies_none": "No copies to decide on",
    "check.copies_none_lead": "Photos of the same moment with labels that differ or are missing are listed here.",
    "check.skipped_lead": "Skipped photos, and those with a wrong skeleton that nobody has named.",
    "check.skipped_none": "Nothing was put aside",
    "check.skipped_none_lead": "Photos you skip are kept here, so that none is forgotten.",
    # the command line
    "terminal.check_wait": "Too few labels to compare: two poses need {enough} each.",
    "terminal.check_none": "Nothing to look at here.",
    "terminal.check_more": "{n} more; “--count” shows them.",
    "terminal.check_settle": "“yogalab label PHOTO POSE” changes what a photo is called.",
}
