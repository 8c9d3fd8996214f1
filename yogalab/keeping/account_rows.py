"""Who may sign in, and who is invited to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, select, update

from yogalab.errors import InvitationExpired, InvitationUnknown, InvitationUsed, NameTaken
from yogalab.keeping.account_tables import AccountRow, InvitationRow
from yogalab.keeping.people_rows import put_coach
from yogalab.keeping.rows import Rows
from yogalab.keeping.tables import CoachRow
from yogalab.records import Account, Coach, Entry, Invitation, Role


class AccountRows(Rows):
    """See `yogalab.ports.AccountStore`."""

    def account(self, coach_id: str) -> Account | None:
        return self._one(AccountRow.coach_id == coach_id)

    def account_of(self, subject: str) -> Account | None:
        return self._one(AccountRow.subject == subject)

    def accounts(self) -> Sequence[Account]:
        with self._db.read() as connection:
            rows = connection.execute(_accounts().order_by(CoachRow.name, CoachRow.id)).mappings()
            return [_account(row) for row in rows]

    def put_account(self, account: Account, *, shown: Role) -> Account:
        with self._db.write() as connection:
            _put(connection, account, shown)
        return account

    def alter_account(
        self, coach_id: str, changes: Mapping[str, str], *, shown: Role, was: str | None = None
    ) -> Account | None:
        where = [AccountRow.coach_id == coach_id, *([] if was is None else [AccountRow.password == was])]
        with self._db.write() as connection:
            if not connection.execute(update(AccountRow).where(*where).values(**changes)).rowcount:
                return None
            connection.execute(update(CoachRow).where(CoachRow.id == coach_id).values(role=shown.value))
            query = _accounts().where(AccountRow.coach_id == coach_id)
            return _account(connection.execute(query).mappings().one())

    def drop_account(self, coach_id: str, *, forget: bool = False) -> bool:
        with self._db.write() as connection:
            gone = connection.execute(delete(AccountRow).where(AccountRow.coach_id == coach_id)).rowcount
            if gone and forget:
                connection.execute(delete(CoachRow).where(CoachRow.id == coach_id))
        return bool(gone)

    def _one(self, which: ColumnElement[bool]) -> Account | None:
        with self._db.read() as connection:
            row = connection.execute(_accounts().where(which)).mappings().one_or_none()
        return None if row is None else _account(row)


class InvitationRows(Rows):
    """See `yogalab.ports.InvitationStore`."""

    def add_invitation(self, invitation: Invitation) -> Invitation:
        row = {name: getattr(invitation, name) for name in InvitationRow.__table__.columns.keys()}  # noqa: SIM118
        with self._db.write() as connection:
            connection.execute(insert(InvitationRow).values(row | {"role": invitation.role.value}))
        return invitation

    def invitations(self) -> Sequence[Invitation]:
        query = select(InvitationRow.__table__).order_by(InvitationRow.made_at.desc(), InvitationRow.id)
        with self._db.read() as connection:
            return [_invitation(row) for row in connection.execute(query).mappings()]

    def invitation(self, hash: str) -> Invitation | None:
        with self._db.read() as connection:
            return _by_hash(connection, hash)

    def drop_invitation(self, invitation_id: str) -> bool:
        with self._db.write() as connection:
            gone = connection.execute(delete(InvitationRow).where(InvitationRow.id == invitation_id))
            return bool(gone.rowcount)

    def accept_invitation(self, hash: str, account: Account, *, shown: Role, at: datetime) -> Account:
        with self._db.write() as connection:
            invitation = _by_hash(connection, hash)
            if invitation is None:
                raise InvitationUnknown
            if invitation.used_at is not None:
                raise InvitationUsed
            if invitation.until <= at:
                raise InvitationExpired
            # Somebody else may have taken the name since it was looked for.
            known = select(AccountRow.subject).where(AccountRow.coach_id == account.id)
            holder = connection.execute(known).one_or_none()
            if holder is not None and (not account.subject or holder.subject != account.subject):
                raise NameTaken(name=account.name)
            _put(connection, account, shown)
            used = update(InvitationRow).where(InvitationRow.id == invitation.id)
            connection.execute(used.values(used_at=at, used_by=account.id))
        return account


def _accounts() -> Select[Any]:
    return select(AccountRow.__table__, CoachRow.name).join(CoachRow, CoachRow.id == AccountRow.coach_id)


def _account(row: Mapping[Any, Any]) -> Account:
    return Account(
        id=row["coach_id"],
        name=row["name"],
        by=Entry(row["by"]),
        role=None if row["role"] is None else Role(row["role"]),
        mark=row["mark"],
        password=row["password"],
        subject=row["subject"] or "",
        made_at=row["made_at"],
    )


def _put(connection: Connection, account: Account, shown: Role) -> None:
    put_coach(connection, Coach(id=account.id, name=account.name, role=shown))
    connection.execute(delete(AccountRow).where(AccountRow.coach_id == account.id))
    connection.execute(
        insert(AccountRow).values(
            coach_id=account.id,
            by=account.by.value,
            role=None if account.role is None else account.role.value,
            mark=account.mark,
            password=account.password,
            subject=account.subject or None,
            made_at=account.made_at,
        )
    )


def _by_hash(connection: Connection, hash: str) -> Invitation | None:
    query = select(InvitationRow.__table__).where(InvitationRow.hash == hash)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _invitation(row)


def _invitation(row: Mapping[Any, Any]) -> Invitation:
    return Invitation(**{**row, "role": Role(row["role"])})
