"""What programs are told that ask the lab over HTTP, and the page that says how: for programmers, in English."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "api.unknown": "There is nothing at this address. {reference} lists everything there is.",
    "api.method": "This address is asked in another way. {reference} says how.",
    "api.odd": "This request cannot be understood: {where}.",
    "token.unknown": "This access token is not known here, or its time is over. Make a new one and try again.",
    "token.not_found": "There is no access token of yours with that number.",
    "token.bad_name": "Give the access token a name of at most 60 letters, such as the program it is for.",
    "token.too_many": "You have {most} access tokens. Take one back that is not used any more, then make this one.",
    "token.by_token": "Access tokens are made and listed by people: sign in, then make it on the lab's own page.",
    # the page that says how
    "api.title": "YogaLab for programs",
    "api.lead": "Everything here is asked over HTTP and answered in JSON. The same description, for machines: {schema}.",
    "api.signing_in": "Signing in",
    "api.tokens": "Access tokens",
    "api.tokens_lead": "A program acts for you with an access token. It may do no more than you may, and no more than you say here. It is shown once, when you make it.",
    "api.token_name": "What it is for",
    "api.token_role": "What it may do",
    "api.token_days": "How long it lasts",
    "api.token_make": "Make a token",
    "api.token_drop": "Take back",
    "api.token_copy": "Copy it now: it is not shown again.",
    "api.token_none": "There are no tokens yet.",
    "api.token_used": "last used {date}",
    "api.token_unused": "not used yet",
    "api.token_ends": "until {date}",
    "api.token_of": "made by {coach}",
    "api.days_30": "30 days",
    "api.days_365": "A year",
    "api.days_never": "Until taken back",
    "api.examples": "Examples",
    "api.asked": "What can be asked",
    "api.shapes": "What is sent and answered",
    "api.parameters": "In the address",
    "api.body": "In the body",
    "api.answer": "Answer",
    "api.needs": "may be asked by: {role}, and whoever may more",
    "api.optional": "may be left out",
    "api.tools": "Tools for assistants (MCP)",
    "api.tools_lead": "Programs that speak the Model Context Protocol find two tools at {address}: one names the pose in a picture, one lists the poses.",
}
