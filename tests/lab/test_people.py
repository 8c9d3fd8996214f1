"""Who may come in, as what, and how that ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from tests.fakes import AGREED, QUICK, Studio, studio_lab
from yogalab import errors
from yogalab.keeping.passwords import Argon2Passwords
from yogalab.lab.entrance import HubPerson
from yogalab.lab.house import HouseRules
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts, require
from yogalab.records import Account, Coach, Entry, Role

OWNER = Coach(id="owner", name="Owner")
PASSWORD = "nine lives of a cat"
RULES = HouseRules(locked=True, owners=frozenset({"anna"}), creator="sub-0")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, Parts]]:
    lab, parts = studio_lab(tmp_path_factory.mktemp("lab"), rules=RULES)
    yield lab, parts
    lab.close()


@pytest.fixture
def made(shared: tuple[Lab, Parts]) -> Iterator[tuple[Lab, Parts]]:
    """The lab with nobody in it."""
    yield shared
    store = shared[1].store
    for account in store.accounts():
        store.drop_account(account.id, forget=True)
    for invitation in store.invitations():
        store.drop_invitation(invitation.id)


@pytest.fixture
def lab(made: tuple[Lab, Parts]) -> Lab:
    return made[0]


def invited(lab: Lab, name: str, role: Role = Role.COACH) -> Account:
    return lab.invitations.accept(lab.invitations.invite(OWNER, role, name=name)[1], name, PASSWORD)


def inside(lab: Lab) -> list[str]:
    """The names of those who can sign in."""
    return [one.name for one in lab.people.list(OWNER) if one.by is not None]


def now(lab: Lab, account: Account) -> Role | None:
    known = lab.people.known(account.id, account.mark)
    return known.role if known else None


def test_each_role_may_what_the_one_before_may() -> None:
    for rank, role in enumerate(Role):
        for other, needs in enumerate(Role):
            who = Coach(id="x", name="X", role=role)
            if rank >= other:
                require(who, needs)
            else:
                with pytest.raises(errors.NotAllowed):
                    require(who, needs)
    assert list(Role) == [Role.VISITOR, Role.VIEWER, Role.COACH, Role.OWNER]


# --- invitations ----------------------------------------------------------------------------------


def test_an_invitation_lets_one_person_in_once(lab: Lab) -> None:
    invitation, secret = lab.invitations.invite(OWNER, Role.VIEWER)
    assert lab.invitations.open(OWNER) == [invitation]
    account = lab.invitations.accept(secret, "  Ben  ", PASSWORD)
    assert (account.name, account.by, now(lab, account)) == ("Ben", Entry.OWN, Role.VIEWER)
    assert lab.invitations.open(OWNER) == []
    with pytest.raises(errors.InvitationUsed):
        lab.invitations.accept(secret, "Cleo", PASSWORD)
    assert lab.entrance.by_own("BEN", PASSWORD) == account


def test_an_invitation_ends(made: tuple[Lab, Parts]) -> None:
    _, parts = made
    moments = [parts.clock()]
    later = Lab(replace(parts, clock=lambda: moments[0]))
    _, old = later.invitations.invite(OWNER, Role.COACH, days=2)
    withdrawn, gone = later.invitations.invite(OWNER, Role.COACH)
    later.invitations.withdraw(OWNER, withdrawn.id)
    moments[0] += timedelta(days=2)
    for secret, error in {
        old: errors.InvitationExpired,
        gone: errors.InvitationUnknown,
        "": errors.InvitationUnknown,
        withdrawn.hash: errors.InvitationUnknown,
    }.items():
        with pytest.raises(error):
            later.invitations.accept(secret, "Ben", PASSWORD)
    assert inside(later) == []


@pytest.mark.parametrize("password", ["", "short", "x" * 201, "Benedikt von Nursia"])
def test_a_password_has_to_be_hard_to_guess(lab: Lab, password: str) -> None:
    _, secret = lab.invitations.invite(OWNER, Role.COACH)
    with pytest.raises(errors.BadPassword):
        lab.invitations.accept(secret, "Benedikt von Nursia", password)
    # The invitation is still good.
    assert lab.invitations.look(secret).used_at is None


def test_nobody_takes_a_name_or_the_labels_of_somebody_else(lab: Lab) -> None:
    studio = Studio()
    (photo,) = lab.photos.add(OWNER, [studio.draw("tree", 1)], consent=AGREED).new
    mona = lab.people.enter("Mona")
    lab.review.label(mona, photo, "tree")
    _, secret = lab.invitations.invite(OWNER, Role.COACH)
    with pytest.raises(errors.NameTaken):
        lab.invitations.accept(secret, "mona", PASSWORD)
    account = lab.invitations.accept(
        lab.invitations.invite(OWNER, Role.COACH, name="Mona")[1], "Mona", PASSWORD
    )
    assert [one.coach for one in lab.review.history(OWNER, photo)] == [account.id]
    for name in ("Mona", "MONA"):
        with pytest.raises(errors.NameTaken):
            lab.invitations.accept(secret, name, PASSWORD)
        with pytest.raises(errors.NameTaken):
            lab.invitations.invite(OWNER, Role.COACH, name=name)
        # Not by the lab's password either.
        with pytest.raises(errors.NameTaken):
            lab.entrance.by_lab(name)
    with pytest.raises(errors.BadCoachName):
        lab.invitations.accept(secret, "hf:sub-0", PASSWORD)
    lab.people.remove(OWNER, account.id)
    assert [one.coach for one in lab.review.history(OWNER, photo)] == [account.id]
    with pytest.raises(errors.NameTaken):
        lab.invitations.accept(secret, "Mona", PASSWORD)


# --- roles ----------------------------------------------------------------------------------------


def test_a_role_holds_from_the_next_request_on_and_ends_with_the_account(lab: Lab) -> None:
    ben = invited(lab, "Ben")
    assert now(lab, ben) is Role.COACH
    lab.people.set_role(OWNER, ben.id, Role.VISITOR)
    assert (now(lab, ben), lab.people.today(ben.id)) == (
        Role.VISITOR,
        Coach(id=ben.id, name="Ben", role=Role.VISITOR),
    )
    lab.people.remove(OWNER, ben.id)
    assert (now(lab, ben), lab.people.today(ben.id)) == (None, None)
    with pytest.raises(errors.WrongPassword):
        lab.entrance.by_own("Ben", PASSWORD)
    assert lab.people.known(ben.id, "") is None


def test_a_program_has_no_more_than_its_maker_and_ends_with_them(lab: Lab) -> None:
    ben = invited(lab, "Ben", Role.OWNER)
    acting = lab.people.known(ben.id, ben.mark)
    assert acting is not None
    _, key = lab.tokens.make(acting, "script")
    lab.people.set_role(OWNER, ben.id, Role.VIEWER)
    assert lab.tokens.bearer(key).role is Role.VIEWER
    lab.people.remove(OWNER, ben.id)
    invited_again = lab.invitations.invite(OWNER, Role.COACH, name="Ben")[1]
    lab.invitations.accept(invited_again, "Ben", PASSWORD)
    with pytest.raises(errors.TokenUnknown):
        lab.tokens.bearer(key)


@pytest.mark.parametrize("role", [Role.VISITOR, Role.VIEWER, Role.COACH])
def test_only_owners_look_after_people(lab: Lab, role: Role) -> None:
    who, ben = Coach(id="x", name="X", role=role), invited(lab, "Ben")
    for forbidden in (
        lambda: lab.people.list(who),
        lambda: lab.people.set_role(who, ben.id, Role.OWNER),
        lambda: lab.people.remove(who, ben.id),
        lambda: lab.passwords.reset(who, ben.id, PASSWORD),
        lambda: lab.invitations.invite(who, Role.OWNER),
        lambda: lab.invitations.open(who),
        lambda: lab.invitations.withdraw(who, "x"),
    ):
        with pytest.raises(errors.NotAllowed):
            forbidden()
    assert now(lab, ben) is Role.COACH


def test_somebody_is_left_who_can_invite(lab: Lab) -> None:
    ben = invited(lab, "Ben", Role.OWNER)
    acting = Coach(id=ben.id, name="Ben")
    for last in (
        lambda: lab.people.set_role(acting, ben.id, Role.COACH),
        lambda: lab.people.remove(acting, ben.id),
    ):
        with pytest.raises(errors.LastOwner):
            last()
    invited(lab, "Cleo", Role.OWNER)
    assert lab.people.set_role(acting, ben.id, Role.COACH).role is Role.COACH


# --- by the lab's password, by the Hub ------------------------------------------------------------------


def test_the_labs_password_makes_owners_whom_nobody_makes_less(lab: Lab) -> None:
    zoe = lab.entrance.by_lab("Zoë")
    assert (now(lab, zoe), lab.entrance.by_lab("zoë")) == (Role.OWNER, zoe)
    with pytest.raises(errors.SettledRole):
        lab.people.set_role(OWNER, zoe.id, Role.VIEWER)
    lab.people.remove(OWNER, zoe.id)
    assert now(lab, zoe) is None
    # Their own password none has: the empty hash fits nothing.
    with pytest.raises(errors.WrongPassword):
        lab.entrance.by_own("Zoë", "")


def test_the_hub_tells_owners_strangers_and_who_was_renamed(lab: Lab) -> None:
    anna = lab.entrance.by_hub(HubPerson(subject="sub-1", name="Anna"))
    creator = lab.entrance.by_hub(HubPerson(subject="sub-0", name="now-called-otherwise"))
    eve = lab.entrance.by_hub(HubPerson(subject="sub-2", name="eve"))
    assert [now(lab, one) for one in (anna, creator, eve)] == [Role.OWNER, Role.OWNER, Role.VISITOR]
    for settled in (anna, creator):
        with pytest.raises(errors.SettledRole):
            lab.people.remove(OWNER, settled.id)
    again = lab.entrance.by_hub(HubPerson(subject="sub-2", name="eve-2"))
    assert (again.id, again.name, again.mark) == (eve.id, "eve-2", eve.mark)
    # Whoever takes a name that became free on the Hub is somebody else here.
    other = lab.entrance.by_hub(HubPerson(subject="sub-9", name="eve"))
    assert other.id != eve.id
    # Somebody with that name and a password of their own is no owner by the Space's settings.
    own = invited(lab, "Anna B")
    lab.people.set_role(OWNER, own.id, Role.VIEWER)
    assert now(lab, own) is Role.VIEWER
    # Strangers' names are nobody's business but the owners'.
    names = {one.name for one in lab.people.coaches(Coach(id=own.id, name=own.name, role=Role.VIEWER))}
    assert {"Anna", "Anna B"} <= names and {"eve", "eve-2"}.isdisjoint(names)


def test_of_strangers_no_more_are_remembered_than_there_is_room_for(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yogalab.lab.entrance.MOST_WAITING", 3)
    for number in range(6):
        lab.entrance.by_hub(HubPerson(subject=f"sub-{number + 10}", name=f"n{number}"))
    coach = lab.people.find(OWNER, "n5")
    lab.people.set_role(OWNER, coach.id, Role.COACH)
    lab.entrance.by_hub(HubPerson(subject="sub-99", name="last"))
    assert inside(lab) == ["last", "n3", "n4", "n5"]


# --- passwords --------------------------------------------------------------------------------------


def test_another_password_ends_the_sessions_of_the_one_before(lab: Lab) -> None:
    ben = invited(lab, "Ben")
    acting = Coach(id=ben.id, name="Ben", role=Role.COACH)
    with pytest.raises(errors.WrongPassword):
        lab.passwords.change(acting, "guess", "another good one")
    fresh = lab.passwords.change(acting, PASSWORD, "another good one")
    assert (now(lab, ben), now(lab, fresh)) == (None, Role.COACH)
    assert lab.entrance.by_own("Ben", "another good one") == fresh
    assert now(lab, lab.passwords.reset(OWNER, ben.id, PASSWORD)) is Role.COACH
    assert now(lab, fresh) is None
    with pytest.raises(errors.TooOften):
        for _ in range(20):
            with pytest.raises(errors.WrongPassword):
                lab.passwords.change(acting, "guess", PASSWORD)


def test_a_hash_of_other_parameters_is_made_anew_at_the_next_sign_in(made: tuple[Lab, Parts]) -> None:
    lab, parts = made
    ben = invited(lab, "Ben")
    slower = Argon2Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    today = Lab(replace(parts, passwords=slower))
    assert QUICK.outdated(ben.password) is False
    fresh = today.entrance.by_own("Ben", PASSWORD)
    assert (slower.outdated(fresh.password), fresh.mark) == (False, ben.mark)
    assert today.entrance.by_own("Ben", PASSWORD) == fresh


def test_the_hash_is_argon2id_by_the_recommended_parameters() -> None:
    # RFC 9106, section 4, the second recommendation: 3 passes over 64 MiB in 4 lanes.
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in Argon2Passwords().hash(PASSWORD)
