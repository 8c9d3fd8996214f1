"""The entrance desk: who is let in, and by what they show at the door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from yogalab.errors import BadCoachName, NameTaken, WrongPassword
from yogalab.lab.names import HUB, LONGEST_NAME, LONGEST_PASSWORD, id_of, shown_name
from yogalab.lab.parts import Parts
from yogalab.lab.people import new_mark
from yogalab.records import Account, Coach, Entry, Role

# Anybody of the Hub can sign in to a public Space: of those without a role so many are remembered.
MOST_WAITING: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class HubPerson:
    """Somebody whom the Hub vouches for. subject: its lasting name of them; name: what it calls them."""

    subject: str
    name: str


class EntranceDesk:
    """Nobody acts here yet: the door asks, before there is anybody to ask a role of."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._rules = parts.rules
        self._passwords = parts.passwords
        self._clock = parts.clock

    def by_lab(self, name: str) -> Account:
        """Somebody has shown the lab's password: an owner.

        Raises BadCoachName; NameTaken where the name is an account's with a password of its own.
        """
        shown = shown_name(name)
        account = self._store.account(id_of(shown))
        if account is not None:
            if account.by is not Entry.LAB:
                raise NameTaken(name=shown)
            return account
        account = Account(
            id=id_of(shown), name=shown, by=Entry.LAB, role=None, mark=new_mark(), made_at=self._clock()
        )
        return self._store.put_account(account, shown=Role.OWNER)

    def by_own(self, name: str, password: str) -> Account:
        """Somebody with a password of their own. Raises WrongPassword, whatever of the two is wrong."""
        account = self._store.account(id_of(" ".join(name.split())[:LONGEST_NAME]))
        kept = account.password if account is not None and account.by is Entry.OWN else ""
        if not self._passwords.verify(kept, password[:LONGEST_PASSWORD]) or account is None:
            raise WrongPassword()
        if self._passwords.outdated(kept):
            fresh, shown = {"password": self._passwords.hash(password)}, self._rules.role_of(account)
            # Unless it was changed meanwhile.
            return self._store.alter_account(account.id, fresh, shown=shown, was=kept) or account
        return account

    def by_hub(self, person: HubPerson) -> Account:
        """Somebody whom the Hub vouches for. Raises BadCoachName."""
        known = self._store.account_of(person.subject)
        account = self.of_hub(person, known)
        shown = self._rules.role_of(account)
        if known is None:
            self._make_room()
            self._store.put_account(account, shown=shown)
        elif account.name != known.name:
            self._store.put_coach(Coach(id=account.id, name=account.name, role=shown))
        return account

    def of_hub(self, person: HubPerson, known: Account | None, role: Role | None = None) -> Account:
        """The account of somebody from the Hub, kept or new; role: what they get, if not what they have."""
        name = " ".join(person.name.split())
        if not person.subject or not name.isprintable() or not 1 <= len(name) <= LONGEST_NAME:
            raise BadCoachName(name=name[:LONGEST_NAME])
        if known is not None:
            # People may call themselves something else there.
            return replace(known, name=name, role=role or known.role)
        return Account(
            id=f"{HUB}{person.subject}",
            name=name,
            by=Entry.HUB,
            role=role,
            mark=new_mark(),
            subject=person.subject,
            made_at=self._clock(),
        )

    def _make_room(self) -> None:
        """Forget whoever has waited longest for a role."""
        waiting = [one for one in self._store.accounts() if one.role is None and not self._rules.settles(one)]
        for account in sorted(waiting, key=lambda one: one.made_at)[: max(len(waiting) + 1 - MOST_WAITING, 0)]:
            self._store.drop_account(account.id, forget=True)
