"""Long work, and the keys of programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from yogalab.lab.lab import Lab
from yogalab.records import Role
from yogalab.ui.api import shapes, showing
from yogalab.ui.api.asking import Person, Who, about

TokenId = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[0-9a-f]+$")]


def working(lab: Lab) -> APIRouter:
    """POST /trainings, /jobs/{number}/cancel; GET /jobs/{number}."""
    router = APIRouter(tags=["train"])

    @router.post("/trainings", status_code=202, **about(Role.OWNER, 409))
    def train(who: Who) -> shapes.Job:
        """Train a new version from all labels. It answers from then on if it is proven no worse."""
        return showing.job(lab.versions.train(who))

    @router.get("/jobs/{number}", **about(Role.VIEWER, 404))
    def job(who: Who, number: shapes.Number) -> shapes.Job:
        """How far long work is, and how it ended."""
        return showing.job(lab.versions.job(who, number))

    @router.post("/jobs/{number}/cancel", **about(Role.OWNER, 404))
    def cancel(who: Who, number: shapes.Number) -> shapes.Job:
        """Ask long work to stop; nothing is changed by work that was stopped."""
        return showing.job(lab.versions.cancel(who, number))

    return router


def keys(lab: Lab) -> APIRouter:
    """GET and POST /tokens; DELETE /tokens/{id}. Only for people, never for who comes with a token."""
    router = APIRouter(tags=["tokens"])

    @router.get("/tokens", **about(Role.VIEWER))
    def tokens(who: Person) -> shapes.Tokens:
        """Your access tokens; an owner sees everybody's."""
        return shapes.Tokens(tokens=tuple(showing.token(one) for one in lab.tokens.list(who)))

    @router.post("/tokens", status_code=201, **about(Role.VIEWER, 409))
    def make(who: Person, wanted: shapes.TokenIn) -> shapes.NewToken:
        """Make an access token. The secret in the answer is shown this once."""
        role = Role(wanted.role) if wanted.role else None
        token, secret = lab.tokens.make(who, wanted.name, role=role, days=wanted.days)
        return shapes.NewToken(**showing.token(token).model_dump(), token=secret)

    @router.delete("/tokens/{token_id}", status_code=204, **about(Role.VIEWER, 404))
    def drop(who: Person, token_id: TokenId) -> None:
        """Take an access token back: the program that has it is let in no more."""
        lab.tokens.drop(who, token_id)

    return router
