"""The tables. Their history is in db/versions; a test compares the two.

Names are those of `yogalab.records`. Blobs are little-endian float32.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Index, Integer, MetaData, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

# Constraints need names before Alembic can change them on SQLite.
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite looks rows up by number only through a column of exactly this type. Numbers are allotted from
# `counter`, never by the database: so they are not used twice, on either database, nor in a lab that moved.
RowId = BigInteger().with_variant(Integer(), "sqlite")


class UtcTime(TypeDecorator[datetime]):
    """Aware times outside, UTC without a zone inside: SQLite keeps no zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON, datetime: UtcTime}  # noqa: RUF012


# --- photos and what was seen in them -------------------------------------------------------------


class PhotoRow(Base):
    """A photo. Its id is never used twice: a late label cannot meet another photo."""

    __tablename__ = "photo"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    source_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    key: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(Text)
    width: Mapped[int]
    height: Mapped[int]
    added_by: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(Text)
    consent: Mapped[str] = mapped_column(String(20))
    group: Mapped[int] = mapped_column(BigInteger)
    holdout: Mapped[bool]
    image_hash: Mapped[int | None] = mapped_column(BigInteger)


class PhotoSourceRow(Base):
    """Every file that turned out to be this photo, so that none of them is read twice."""

    __tablename__ = "photo_source"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id", ondelete="CASCADE"), index=True)


class TombstoneRow(Base):
    """A photo that was deleted, known only by a salted hash of its hashes."""

    __tablename__ = "tombstone"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


class LookRow(Base):
    """This pose model looked at this photo and found so many people, perhaps none."""

    __tablename__ = "look"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True)
    pose_model: Mapped[str] = mapped_column(String(200), primary_key=True)
    people: Mapped[int]


class LandmarksRow(Base):
    """One person's skeleton: points (33, 4), then world (33, 3), in one blob."""

    __tablename__ = "landmarks"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True)
    pose_model: Mapped[str] = mapped_column(String(200), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[int]
    numbers: Mapped[bytes]
    aspect: Mapped[float]
    found_by: Mapped[str] = mapped_column(String(40))
    trust: Mapped[float] = mapped_column(server_default="1")


class EmbeddingRow(Base):
    __tablename__ = "embedding"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True)
    encoder: Mapped[str] = mapped_column(String(200), primary_key=True)
    recipe: Mapped[str] = mapped_column(String(80), primary_key=True)
    vector: Mapped[bytes]


# --- poses, labels, people ------------------------------------------------------------------------


class PoseRow(Base):
    __tablename__ = "pose"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(Text)
    sanskrit: Mapped[str] = mapped_column(Text)
    aliases: Mapped[list[Any]]
    family6: Mapped[str] = mapped_column(String(80))
    family20: Mapped[str] = mapped_column(String(80))
    sided: Mapped[bool]
    hidden: Mapped[bool]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("pose.id"))
    descriptions: Mapped[dict[str, Any]]
    template: Mapped[dict[str, Any]]


class LabelEventRow(Base):
    """Append-only. `seq` orders; deleting a photo is the only thing that ever removes a row."""

    __tablename__ = "label_event"

    seq: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(80), unique=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id", ondelete="CASCADE"), index=True)
    coach: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    pose_id: Mapped[int | None] = mapped_column(ForeignKey("pose.id"))
    side: Mapped[str | None] = mapped_column(String(20))
    person: Mapped[int]
    undoes: Mapped[str | None] = mapped_column(String(80))
    shown: Mapped[list[Any]]
    lease: Mapped[str | None] = mapped_column(String(200))
    ms: Mapped[int | None]
    details: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class LeaseRow(Base):
    """A photo that is in front of a coach. It is one page's (`seat`) until then; others get others."""

    __tablename__ = "lease"

    photo_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    seat: Mapped[str] = mapped_column(String(80))
    coach: Mapped[str] = mapped_column(String(200))
    until: Mapped[datetime]


class CoachRow(Base):
    __tablename__ = "coach"

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(20))


class TokenRow(Base):
    """A key that a person made for a program, known by its hash alone."""

    __tablename__ = "token"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    coach: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class SettingRow(Base):
    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class CounterRow(Base):
    """Numbers that only grow: the last id allotted, and how often each part of the lab changed."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


# --- versions and work ----------------------------------------------------------------------------


class ModelVersionRow(Base):
    __tablename__ = "model_version"

    number: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    fingerprint: Mapped[str] = mapped_column(String(80), unique=True)
    parent: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    labels: Mapped[int]
    seq: Mapped[int] = mapped_column(BigInteger)
    pose_count: Mapped[int]
    encoder: Mapped[str | None] = mapped_column(String(200))
    pose_model: Mapped[str] = mapped_column(String(200))
    report: Mapped[dict[str, Any]]
    baseline: Mapped[dict[str, Any]]
    verdict: Mapped[dict[str, Any]]
    hub_repo: Mapped[str | None] = mapped_column(String(200))
    hub_commit: Mapped[str | None] = mapped_column(String(80))
    tag: Mapped[str | None] = mapped_column(String(80))


class ActivationRow(Base):
    """Append-only: the last row says which version serves. 0 is "before any training"."""

    __tablename__ = "activation"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
    who: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class JobRow(Base):
    """Long work. It belongs to `worker` until `lease_until`; afterwards anybody may take it."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_kind", "state", "kind"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20))
    who: Mapped[str] = mapped_column(String(200))
    progress: Mapped[float]
    stage: Mapped[str] = mapped_column(String(80))
    eta_seconds: Mapped[float | None]
    result: Mapped[dict[str, Any]]
    error: Mapped[str | None] = mapped_column(String(80))
    error_data: Mapped[dict[str, Any]]
    attempt: Mapped[int]
    created_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]
    stop_asked: Mapped[bool]


class JobLineRow(Base):
    """One of the last lines that a job said; `code` where the lab said it itself."""

    __tablename__ = "job_line"

    job_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    code: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
