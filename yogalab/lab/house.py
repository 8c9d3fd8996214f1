"""Who may do what in this lab, as far as its settings say so rather than its owners."""

from __future__ import annotations

from dataclasses import dataclass

from yogalab.records import Account, Entry, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """The part of the settings that is about people.

    locked: whether anybody has to sign in; a lab on this machine alone belongs to whoever sits there.
    owners: names on the Hub, in small letters. creator: the Hub's lasting name of whoever made the Space.
    signed_in: the role of somebody from the Hub whom no owner has given one.
    """

    locked: bool = False
    owners: frozenset[str] = frozenset()
    creator: str = ""
    signed_in: Role = Role.VISITOR

    def settles(self, account: Account) -> bool:
        """Whether somebody is an owner by the settings: an owner of the lab cannot change that."""
        if account.by is Entry.LAB:
            return True
        ours = account.subject == self.creator or account.name.casefold() in self.owners
        return account.by is Entry.HUB and bool(account.subject) and ours

    def role_of(self, account: Account) -> Role:
        """What somebody may do today."""
        return Role.OWNER if self.settles(account) else account.role or self.signed_in
