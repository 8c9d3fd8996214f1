"""The people desk: who labels here, who can sign in, and as what."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yogalab.errors import LastOwner, PersonNotFound, SettledRole
from yogalab.lab.names import id_of, shown_name
from yogalab.lab.parts import Parts, require
from yogalab.records import Account, Coach, Entry, Role

_MARK_BYTES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in the list of people. by: None for a coach who labelled here and cannot sign in.

    settled: an owner by the lab's settings. waiting: came from the Hub, and no owner has said as what.
    """

    id: str
    name: str
    role: Role
    by: Entry | None
    settled: bool = False
    waiting: bool = False
    since: datetime | None = None


class PeopleDesk:
    """The people of this lab. The labels of whoever is removed stay theirs, and nobody else gets their name."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._rules = parts.rules

    def coaches(self, who: Coach) -> Sequence[Coach]:
        """Everybody who ever labelled here, and those who may."""
        require(who, Role.VIEWER)
        return [coach for coach in self._store.coaches() if coach.role is not Role.VISITOR]

    def enter(self, name: str, *, role: Role = Role.OWNER) -> Coach:
        """Return the coach of that name on this machine, known from now on. Raises BadCoachName."""
        shown = shown_name(name)
        return self._store.put_coach(Coach(id=id_of(shown), name=shown, role=role))

    # --- with every request -----------------------------------------------------------------------

    def known(self, coach_id: str, mark: str) -> Coach | None:
        """Whoever a session stands for, with the role they have now; None once it is over."""
        account = self._store.account(coach_id)
        if account is None or not secrets.compare_digest(account.mark, mark):
            return None
        return self._coach(account)

    def today(self, coach_id: str) -> Coach | None:
        """Somebody with the role they have now; None for one who may not come in (any more)."""
        account = self._store.account(coach_id)
        if account is not None:
            return self._coach(account)
        if self._rules.locked:
            return None
        return next((coach for coach in self._store.coaches() if coach.id == coach_id), None)

    # --- what owners do ---------------------------------------------------------------------------

    def list(self, who: Coach) -> Sequence[Person]:
        """Everybody who can sign in, by name; then coaches who labelled here and cannot."""
        require(who, Role.OWNER)
        accounts = self._store.accounts()
        inside = {account.id for account in accounts}
        outside = [
            Person(id=coach.id, name=coach.name, role=coach.role, by=None)
            for coach in self._store.coaches()
            if coach.id not in inside
        ]
        return [self._person(account) for account in accounts] + outside

    def find(self, who: Coach, name: str) -> Person:
        """Somebody who can sign in, by id or by name. Raises PersonNotFound."""
        people = [one for one in self.list(who) if one.by is not None]
        wanted = " ".join(name.split()).casefold()
        by_id = [one for one in people if one.id == name]
        named = by_id or [one for one in people if one.name.casefold() == wanted]
        if len(named) != 1:
            raise PersonNotFound(name=name)
        return named[0]

    def set_role(self, who: Coach, person_id: str, role: Role) -> Person:
        """Give somebody a role; it holds from their next request on.

        Raises PersonNotFound, SettledRole, LastOwner.
        """
        account = self._account(who, person_id)
        if self._rules.settles(account):
            raise SettledRole(name=account.name)
        if role is not Role.OWNER:
            self._require_another_owner(who, account)
        changed = self._store.alter_account(account.id, {"role": role.value}, shown=role)
        if changed is None:
            raise PersonNotFound(name=account.name)
        return self._person(changed)

    def remove(self, who: Coach, person_id: str) -> None:
        """Let somebody in no more, from their next request on; the keys of their programs go with them.

        Who comes by the lab's password or from the Hub can sign in anew, the latter as anybody from there.
        Raises PersonNotFound, SettledRole, LastOwner.
        """
        account = self._account(who, person_id)
        if account.by is Entry.HUB and self._rules.settles(account):
            raise SettledRole(name=account.name)
        self._require_another_owner(who, account)
        for token in self._store.tokens():
            if token.coach == account.id:
                self._store.drop_token(token.id)
        # Of somebody who never had a role there is nothing else to keep.
        self._store.drop_account(account.id, forget=account.role is None and account.by is Entry.HUB)

    def _account(self, who: Coach, person_id: str) -> Account:
        require(who, Role.OWNER)
        account = self._store.account(person_id)
        if account is None:
            raise PersonNotFound(name=person_id)
        return account

    def _require_another_owner(self, who: Coach, account: Account) -> None:
        """An owner may step back when another one stays."""
        others = (one for one in self._store.accounts() if one.id != account.id)
        if account.id == who.id and not any(self._rules.role_of(one) is Role.OWNER for one in others):
            raise LastOwner()

    def _coach(self, account: Account) -> Coach:
        return Coach(id=account.id, name=account.name, role=self._rules.role_of(account))

    def _person(self, account: Account) -> Person:
        return Person(
            id=account.id,
            name=account.name,
            role=self._rules.role_of(account),
            by=account.by,
            settled=self._rules.settles(account),
            waiting=account.role is None and not self._rules.settles(account),
            since=account.made_at,
        )


def new_mark() -> str:
    """What a new account's sessions carry, or an old one's from now on."""
    return secrets.token_hex(_MARK_BYTES)
