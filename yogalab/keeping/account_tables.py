"""The tables of who may sign in. Names are those of `yogalab.records`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from yogalab.keeping.tables import Base


class AccountRow(Base):
    """A coach who can sign in. One who was removed stays a coach: their labels are theirs."""

    __tablename__ = "account"

    coach_id: Mapped[str] = mapped_column(String(200), ForeignKey("coach.id"), primary_key=True)
    by: Mapped[str] = mapped_column(String(20))
    role: Mapped[str | None] = mapped_column(String(20))
    mark: Mapped[str] = mapped_column(String(40))
    password: Mapped[str] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(String(200), unique=True)
    made_at: Mapped[datetime]


class InvitationRow(Base):
    """`hash`: of the secret in the link, in SHA-256; the secret itself has 256 random bits."""

    __tablename__ = "invitation"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str | None] = mapped_column(String(200))
