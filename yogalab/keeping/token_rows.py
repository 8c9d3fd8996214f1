"""Keys for programs, known by their hashes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from yogalab.keeping.rows import Rows
from yogalab.keeping.tables import TokenRow
from yogalab.records import Role, Token


class TokenRows(Rows):
    """See `yogalab.ports.TokenStore`."""

    def add_token(self, token: Token, *, digest: str) -> None:
        row = {
            "id": token.id,
            "digest": digest,
            "coach": token.coach,
            "name": token.name,
            "role": token.role.value,
            "made_at": token.made_at,
            "ends_at": token.ends_at,
        }
        with self._db.write() as connection:
            connection.execute(insert(TokenRow).values(row))

    def token(self, digest: str) -> Token | None:
        with self._db.read() as connection:
            row = connection.execute(_ALL.where(TokenRow.digest == digest)).first()
        return None if row is None else _token(row)

    def tokens(self) -> Sequence[Token]:
        with self._db.read() as connection:
            return [_token(row) for row in connection.execute(_ALL.order_by(TokenRow.made_at, TokenRow.id))]

    def touch_token(self, token_id: str, at: datetime) -> None:
        with self._db.write() as connection:
            connection.execute(update(TokenRow).where(TokenRow.id == token_id).values(used_at=at))

    def drop_token(self, token_id: str) -> bool:
        with self._db.write() as connection:
            gone = connection.execute(delete(TokenRow).where(TokenRow.id == token_id))
            return bool(gone.rowcount)


_ALL = select(TokenRow.__table__)


def _token(row: Any) -> Token:
    return Token(
        id=row.id,
        coach=row.coach,
        name=row.name,
        role=Role(row.role),
        made_at=row.made_at,
        ends_at=row.ends_at,
        used_at=row.used_at,
    )
