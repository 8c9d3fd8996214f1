"""The password desk: passwords that people have of their own."""

from __future__ import annotations

from typing import Final

from yogalab.errors import PersonNotFound, SettledRole, WrongPassword
from yogalab.lab.names import LONGEST_PASSWORD, strong
from yogalab.lab.pace import Allowance
from yogalab.lab.parts import Parts, require
from yogalab.lab.people import new_mark
from yogalab.records import Account, Coach, Entry, Role

# A lost telephone must not be enough to try one password after the other.
TRIES: Final = Allowance(at_once=8, seconds=60.0)


class PasswordDesk:
    """Another password ends the sessions that were begun with the one before."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._rules = parts.rules
        self._passwords = parts.passwords
        self._pace = parts.pace

    def mine(self, who: Coach) -> bool:
        """Whether somebody has a password of their own."""
        require(who, Role.VISITOR)
        account = self._store.account(who.id)
        return account is not None and account.by is Entry.OWN

    def change(self, who: Coach, old: str, new: str) -> Account:
        """Change one's own. Raises WrongPassword, BadPassword, TooOften."""
        require(who, Role.VISITOR)
        self._pace.take("password", who.id, TRIES)
        account = self._store.account(who.id)
        kept = account.password if account is not None else ""
        if not self._passwords.verify(kept, old[:LONGEST_PASSWORD]) or account is None:
            raise WrongPassword()
        return self._put(account, new)

    def reset(self, who: Coach, person_id: str, new: str) -> Account:
        """Give somebody another one, who forgot theirs.

        Raises PersonNotFound, BadPassword; SettledRole for somebody who has none of their own.
        """
        require(who, Role.OWNER)
        account = self._store.account(person_id)
        if account is None:
            raise PersonNotFound(name=person_id)
        if account.by is not Entry.OWN:
            raise SettledRole(name=account.name)
        return self._put(account, new)

    def _put(self, account: Account, password: str) -> Account:
        kept = self._passwords.hash(strong(password, account.name))
        changes = {"password": kept, "mark": new_mark()}
        changed = self._store.alter_account(account.id, changes, shown=self._rules.role_of(account))
        if changed is None:
            raise PersonNotFound(name=account.name)
        return changed
