"""The people of the lab, in a dialog behind the name in the strip: roles, invitations, who goes."""

from __future__ import annotations

from collections.abc import Sequence

from yogalab.lab.invitations import GOOD_DAYS
from yogalab.lab.lab import Lab
from yogalab.lab.people import Person
from yogalab.records import Coach, Invitation, Role
from yogalab.ui.panel import Ask, Handler, choice, text, whole


class PeoplePanel:
    """Handlers get who is asking and what the script sent, and answer with plain values."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def people(self, who: Coach, asked: Ask) -> object:
        """Everybody who can come in, coaches who labelled and cannot, and invitations that are open."""
        everybody = self._lab.people.list(who)
        return {
            "people": [_person(one, who) for one in everybody if one.by is not None],
            "others": [one.name for one in everybody if one.by is None],
            "invitations": [_invitation(one) for one in self._lab.invitations.open(who)],
            "roles": [role.value for role in Role],
        }

    def give_role(self, who: Coach, asked: Ask) -> object:
        self._lab.people.set_role(who, text(asked, "id"), choice(asked, "role", Role))
        return self.people(who, asked)

    def let_go(self, who: Coach, asked: Ask) -> object:
        """Somebody comes in no more."""
        self._lab.people.remove(who, text(asked, "id"))
        return self.people(who, asked)

    def invite(self, who: Coach, asked: Ask) -> object:
        """The secret of a new invitation, which makes its link; it is told this once."""
        role, days = choice(asked, "role", Role), whole(asked, "days", GOOD_DAYS)
        _, secret = self._lab.invitations.invite(who, role, name=text(asked, "name"), days=days)
        return {"secret": secret}

    def withdraw(self, who: Coach, asked: Ask) -> object:
        self._lab.invitations.withdraw(who, text(asked, "id"))
        return self.people(who, asked)

    @property
    def handlers(self) -> Sequence[Handler]:
        return [self.people, self.give_role, self.let_go, self.invite, self.withdraw]


def _person(one: Person, who: Coach) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "role": one.role.value,
        "by": one.by.value if one.by else "",
        "settled": one.settled,
        "waiting": one.waiting,
        "you": one.id == who.id,
    }


def _invitation(one: Invitation) -> dict[str, object]:
    return {"id": one.id, "role": one.role.value, "name": one.name, "until": one.until.isoformat()}
