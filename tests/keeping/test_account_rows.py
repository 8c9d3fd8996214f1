"""Accounts and invitations, kept on either database."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from yogalab.errors import InvitationExpired, InvitationUnknown, InvitationUsed, NameTaken
from yogalab.keeping.store import SqlStore
from yogalab.records import Account, Coach, Entry, Invitation, Role

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def account(name: str, **more: object) -> Account:
    given = {"by": Entry.OWN, "role": Role.COACH, "mark": "a1", "password": "hash", "made_at": NOW}
    return Account(id=name.lower(), name=name, **(given | more))  # type: ignore[arg-type]


def invitation(id: str, days: int = 1) -> Invitation:
    until = NOW + timedelta(days=days)
    return Invitation(id=id, hash=f"hash of {id}", role=Role.COACH, made_by="ana", made_at=NOW, until=until)


def test_an_account_is_kept_changed_and_dropped_and_the_coach_stays(store: SqlStore) -> None:
    ben, eve = account("Ben"), account("Eve", by=Entry.HUB, role=None, subject="sub", password="")
    store.put_account(eve, shown=Role.VISITOR)
    store.put_account(ben, shown=Role.COACH)
    assert store.accounts() == [ben, eve]
    assert (store.account("ben"), store.account_of("sub"), store.account("x")) == (ben, eve, None)
    assert store.account_of("") is None
    renamed = account("Ben", mark="b2", role=Role.OWNER)
    store.put_account(renamed, shown=Role.OWNER)
    # A coach who labels under the same name is the same row: the account stays.
    store.put_coach(Coach(id="ben", name="Ben", role=Role.COACH))
    assert store.account("ben") == renamed
    assert (store.drop_account("ben"), store.drop_account("ben")) == (True, False)
    assert store.drop_account("eve", forget=True)
    assert store.coaches() == [Coach(id="ben", name="Ben", role=Role.COACH)]


def test_one_thing_is_changed_and_nothing_else(store: SqlStore) -> None:
    store.put_account(account("Ben"), shown=Role.COACH)
    changed = store.alter_account("ben", {"role": "owner"}, shown=Role.OWNER)
    assert changed == store.account("ben") == account("Ben", role=Role.OWNER)
    assert store.coaches() == [Coach(id="ben", name="Ben", role=Role.OWNER)]
    # A hash that was made of a password which is no longer the one.
    assert store.alter_account("ben", {"password": "late"}, shown=Role.OWNER, was="another") is None
    assert store.alter_account("ben", {"password": "new", "mark": "b2"}, shown=Role.OWNER, was="hash")
    assert store.account("ben") == account("Ben", role=Role.OWNER, password="new", mark="b2")
    assert store.alter_account("nobody", {"role": "owner"}, shown=Role.OWNER) is None


def test_an_invitation_is_used_up_with_the_account_or_not_at_all(store: SqlStore) -> None:
    store.put_account(account("Ana"), shown=Role.OWNER)
    for one in (invitation("a"), invitation("b", days=0)):
        store.add_invitation(one)
    with pytest.raises(NameTaken):
        store.accept_invitation("hash of a", account("Ana", mark="b2"), shown=Role.COACH, at=NOW)
    assert (store.account("ana"), store.invitation("hash of a")) == (account("Ana"), invitation("a"))
    store.accept_invitation("hash of a", account("Ben"), shown=Role.COACH, at=NOW)
    used = store.invitation("hash of a")
    assert used is not None and (used.used_at, used.used_by) == (NOW, "ben")
    for hash, error in {
        "hash of a": InvitationUsed,
        "hash of b": InvitationExpired,
        "x": InvitationUnknown,
    }.items():
        with pytest.raises(error):
            store.accept_invitation(hash, account("Cleo"), shown=Role.COACH, at=NOW)
    assert store.account("cleo") is None
    assert {one.id for one in store.invitations()} == {"a", "b"}
    assert (store.drop_invitation("b"), store.drop_invitation("b")) == (True, False)


def test_of_many_at_once_an_invitation_lets_one_in(store: SqlStore) -> None:
    store.add_invitation(invitation("a"))
    begin, outcomes = threading.Barrier(8), list[str]()

    def come(number: int) -> None:
        begin.wait()
        try:
            store.accept_invitation("hash of a", account(f"n{number}"), shown=Role.COACH, at=NOW)
            outcomes.append("in")
        except InvitationUsed:
            outcomes.append("used")

    threads = [threading.Thread(target=come, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", *["used"] * 7]
    assert len(store.accounts()) == 1
