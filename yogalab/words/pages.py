"""What every page says, and who is there. A code with ".one" behind it is used where n is 1."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    # every page
    "tab.photos": "Photos",
    "tab.review": "Review",
    "tab.models": "Models",
    "tab.poses": "Poses",
    "tab.live": "Live",
    "page.cancel": "Cancel",
    "page.close": "Close",
    "page.dismiss": "Put away",
    "page.missing": "There is nothing at this address.",
    "page.not_understood": "Something on this page is out of date ({what}). Please load the page again.",
    "page.too_often": "That was a bit much at once. Please wait {seconds} seconds, then go on.",
    "page.too_large": "That is more than this lab takes at once (at most {limit}).",
    "page.no_connection": "The lab does not answer. Check that it is running and that you are connected.",
    "page.seconds": "{n} seconds",
    "page.seconds.one": "1 second",
    "page.minutes": "{n} minutes",
    "page.minutes.one": "1 minute",
    "serve.ready": "YogaLab is open at {address}  (stop it with Ctrl-C)",
    # who
    "people.nameless": "Coach",
    "people.sign_in": "Please sign in first.",
    "people.foreign": "This lab only answers its own pages.",
    "login.title": "YogaLab: sign in",
    "login.lead": "The photos here are of real people, so the lab is locked.",
    "login.name": "Your name",
    "login.password": "The lab's password",
    "login.go": "Open the lab",
    "login.wrong": "That is not the lab's password.",
    "login.wait": "Too many wrong tries. Wait five minutes, then try again.",
    "shell.label": "YogaLab",
    "shell.language": "Language",
    "shell.warming": "Warming up…",
    "shell.encoder": "Seeing with {encoder} and skeletons",
    "shell.encoder_missing": "{encoder} is chosen, but its weights are not on this machine: skeletons only",
    "shell.no_encoder": "Skeletons only: no encoder is in use",
    "shell.you_are": "You are",
    "shell.change_name": "Change your name",
    "shell.who_title": "Who is labelling?",
    "shell.who_lead": "Every label is kept under its coach's name. Two coaches at one lab are told apart by it.",
    "shell.name": "Your name",
    "shell.sign_out": "Sign out",
    "shell.go_on": "Go on",
    "shell.hello": "Hello {name}.",
}
