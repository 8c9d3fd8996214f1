"""The invitation desk: links that let one person in, once, for a while."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from yogalab.errors import InvitationExpired, InvitationUnknown, InvitationUsed, NameTaken
from yogalab.lab.entrance import EntranceDesk, HubPerson
from yogalab.lab.names import id_of, shown_name, strong
from yogalab.lab.parts import Parts, require
from yogalab.lab.people import new_mark
from yogalab.records import Account, Coach, Entry, Invitation, Role

GOOD_DAYS: Final = 7
MOST_DAYS: Final = 90
# 256 random bits: nobody guesses them, and their plain SHA-256 tells nobody what they are.
_SECRET_BYTES: Final = 32


class InvitationDesk:
    """Invitations. The secret of one is returned when it is made and kept nowhere."""

    def __init__(self, parts: Parts, entrance: EntranceDesk) -> None:
        self._store = parts.store
        self._passwords = parts.passwords
        self._clock = parts.clock
        self._entrance = entrance

    def invite(
        self, who: Coach, role: Role, *, name: str = "", days: int = GOOD_DAYS
    ) -> tuple[Invitation, str]:
        """Return an invitation and its secret, which makes its link.

        name: whom it is for; they may then take up the labels of a coach of that name who cannot sign in.
        Raises NotAllowed, BadCoachName, NameTaken.
        """
        require(who, Role.OWNER)
        shown = shown_name(name) if name.strip() else ""
        if shown and self._store.account(id_of(shown)) is not None:
            raise NameTaken(name=shown)
        secret, now = secrets.token_urlsafe(_SECRET_BYTES), self._clock()
        invitation = Invitation(
            id=secrets.token_hex(6),
            hash=_hash(secret),
            role=role,
            name=shown,
            made_by=who.id,
            made_at=now,
            until=now + timedelta(days=min(max(days, 1), MOST_DAYS)),
        )
        return self._store.add_invitation(invitation), secret

    def open(self, who: Coach) -> Sequence[Invitation]:
        """Those that still let somebody in, newest first."""
        require(who, Role.OWNER)
        now = self._clock()
        return [one for one in self._store.invitations() if one.used_at is None and one.until > now]

    def withdraw(self, who: Coach, invitation_id: str) -> None:
        """Raises InvitationUnknown."""
        require(who, Role.OWNER)
        if not self._store.drop_invitation(invitation_id):
            raise InvitationUnknown()

    def look(self, secret: str) -> Invitation:
        """What a link is good for. Raises InvitationUnknown, InvitationUsed, InvitationExpired."""
        invitation = self._store.invitation(_hash(secret))
        if invitation is None:
            raise InvitationUnknown()
        if invitation.used_at is not None:
            raise InvitationUsed()
        if invitation.until <= self._clock():
            raise InvitationExpired()
        return invitation

    def accept(self, secret: str, name: str, password: str) -> Account:
        """Make an account with a password of its own.

        Raises as `look`; BadCoachName, BadPassword; NameTaken also for the name of somebody who labelled here:
        their labels are theirs, unless the invitation was made for them.
        """
        invitation = self.look(secret)
        shown = shown_name(name)
        coach_id = id_of(shown)
        labelled = any(coach.id == coach_id for coach in self._store.coaches())
        if self._store.account(coach_id) is not None or (labelled and coach_id != id_of(invitation.name)):
            raise NameTaken(name=shown)
        account = Account(
            id=coach_id,
            name=shown,
            by=Entry.OWN,
            role=invitation.role,
            mark=new_mark(),
            password=self._passwords.hash(strong(password, shown)),
            made_at=self._clock(),
        )
        return self._use(invitation, account)

    def accept_by_hub(self, secret: str, person: HubPerson) -> Account:
        """Give the invitation's role to somebody whom the Hub vouches for. Raises as `look`; BadCoachName."""
        invitation = self.look(secret)
        known = self._store.account_of(person.subject)
        return self._use(invitation, self._entrance.of_hub(person, known, invitation.role))

    def _use(self, invitation: Invitation, account: Account) -> Account:
        shown = account.role or invitation.role
        return self._store.accept_invitation(invitation.hash, account, shown=shown, at=self._clock())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
