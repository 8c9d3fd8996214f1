"""What is said where versions and labelled photos go to others."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "models.job.publish-data": "Publishing the data set",
    # before a version goes
    "share.what_goes": "What will be sent",
    "share.what_goes_lead": "As {tag}, {megabytes} MB. No photo is among it.",
    "share.file": "{path}, {kilobytes} kB",
    # the labelled photos as a data set
    "share.data": "Your labels for others",
    "share.data_lead": "The poses you named and where the bodies' joints are, as a data set on the Hugging Face Hub. Photos stay here unless those shown agreed to publishing. No name of a person or a file goes along.",
    "share.data_go": "Publish the labels…",
    "share.data_title": "Publish your labels",
    "share.data_counts": "{photos} photos, {poses} poses; coaches: {coaches}.",
    "share.data_counts.one": "One photo, {poses} poses; coaches: {coaches}.",
    "share.data_with": "The photos too, where those shown agreed to publishing",
    "share.data_pictured": "{n} photos would be seen by others.",
    "share.data_pictured.one": "One photo would be seen by others.",
    "share.data_pictured_none": "No photo may be shown: nobody agreed to publishing.",
    "share.data_kept": "{n} photos stay here: nobody said that they may be published.",
    "share.data_kept.one": "One photo stays here: nobody said that it may be published.",
    "share.data_licence": "What others may do with it",
    "share.licence.none": "Ask me first",
    "share.licence.cc-by-4.0": "Anything, naming me (CC BY 4.0)",
    "share.licence.cc-by-nc-4.0": "Nothing for money, naming me (CC BY-NC 4.0)",
    "share.licence.cc0-1.0": "Anything (CC0)",
    "share.data_forget": "Leave nothing on the Hub of what was published there before",
    "share.data_forget_lead": "Otherwise its history keeps it. Copies that others have made stay theirs.",
    "share.data_private": "A new data set is private until you open it on the Hub.",
    "share.data_sent": "{photos} photos' labels are at {repo} as {tag}.",
    "share.data_at": "{repo} {tag}: {n} photos, {when}",
    "share.data_stale": "{n} of them were deleted here since. What is on the Hub still has them.",
    "share.data_stale.one": "One of them was deleted here since. What is on the Hub still has it.",
    "share.data_withdrawn": "For {n} of them less is agreed to now. What is on the Hub, or its history, still shows them.",
    "share.data_withdrawn.one": "For one of them less is agreed to now. What is on the Hub, or its history, still shows it.",
    "share.data_anew": "Publish anew without them",
    # on the command line
    "terminal.onnx": "Written to {folder}: model.onnx, and predict.py to see how it is used. Its answers are {most} from the version's at most.",
    "terminal.would_send": "Version {number} would go to {repo} as {tag}: {megabytes} MB, no photo among it. Nothing was sent.",
    "terminal.data_rows": "To {repo}: labels and landmarks of {photos} photos in {poses} poses, named by {coaches} coaches. No name of a person or a file goes along.",
    "terminal.data_no_pixels": "No photo goes along.",
    "terminal.data_pixels": "{n} photos go along, since publishing them was agreed with:",
    "terminal.data_more": "… and {n} more",
    "terminal.data_withheld": "{n} photos stay here: nobody said that they may be published.",
    "terminal.data_sure": "Publish this to {repo}?",
    "terminal.data_published": "Published as {tag} of {repo}: {photos} photos' labels.",
    "terminal.data_gone": "{n} photos that {repo} still has were deleted here. What is published now comes without them.",
    "terminal.data_withdrawn": "For {n} photos that {repo} or its history still shows, less is agreed to now. What is published now keeps to that.",
    "terminal.data_history": "Its history keeps them all the same. With --forget nothing of what was published before stays on the Hub.",
    "terminal.data_forgets": "Its history goes too. Copies that others have made stay theirs.",
}
