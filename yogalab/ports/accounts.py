"""Who may sign in, and who is invited to. Every write is durable when it returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from yogalab.records import Account, Invitation, Role


class AccountStore(Protocol):
    """Those who can sign in. Whoever is taken out stays among the coaches, with the labels they gave."""

    def account(self, coach_id: str) -> Account | None:
        """One person's, None for somebody who cannot sign in. Asked with every request: one row by its key."""

    def account_of(self, subject: str) -> Account | None:
        """The account of a person on the Hub."""

    def accounts(self) -> Sequence[Account]:
        """All, by name."""

    def put_account(self, account: Account, *, shown: Role) -> Account:
        """Keep it in place of the coach's former one. shown: the role that is kept with the coach's name."""

    def alter_account(
        self, coach_id: str, changes: Mapping[str, str], *, shown: Role, was: str | None = None
    ) -> Account | None:
        """Change `role`, `password` or `mark` and leave the rest as it is by then; return what it is now.

        was: only where the password's hash is still this one. None where there was nothing to change.
        """

    def drop_account(self, coach_id: str, *, forget: bool = False) -> bool:
        """Whether there was one. forget: the coach's name, too, of somebody who never labelled."""


class InvitationStore(Protocol):
    """Invitations, used ones included."""

    def add_invitation(self, invitation: Invitation) -> Invitation: ...

    def invitations(self) -> Sequence[Invitation]:
        """Newest first."""

    def invitation(self, hash: str) -> Invitation | None: ...

    def drop_invitation(self, invitation_id: str) -> bool:
        """Whether there was one."""

    def accept_invitation(self, hash: str, account: Account, *, shown: Role, at: datetime) -> Account:
        """Use an invitation up and keep the account that it lets in, in one transaction.

        Raises InvitationUnknown, InvitationUsed, InvitationExpired; NameTaken when the coach has an account
        already that is not the same person's on the Hub.
        """


class Passwords(Protocol):
    """Hashes passwords, slowly."""

    def hash(self, password: str) -> str: ...

    def verify(self, hash: str, password: str) -> bool:
        """Takes as long for an empty hash, which no password fits: the time tells nobody that there is none."""

    def outdated(self, hash: str) -> bool:
        """Whether it was made with other parameters than hashes are made with today."""
