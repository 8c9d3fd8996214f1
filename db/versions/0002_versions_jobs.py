"""Versions of the model, which one serves, and long work.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _versions()
    _jobs()


def downgrade() -> None:
    for table in ("job", "activation", "model_version"):
        op.drop_table(table)


def _versions() -> None:
    op.create_table(
        "model_version",
        sa.Column("number", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.String(length=80), nullable=False),
        sa.Column("parent", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("pose_count", sa.Integer(), nullable=False),
        sa.Column("encoder", sa.String(length=200), nullable=True),
        sa.Column("pose_model", sa.String(length=200), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("baseline", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.JSON(), nullable=False),
        sa.Column("hub_repo", sa.String(length=200), nullable=True),
        sa.Column("hub_commit", sa.String(length=80), nullable=True),
        sa.Column("tag", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_model_version"),
        sa.UniqueConstraint("fingerprint", name="uq_model_version_fingerprint"),
    )
    op.create_table(
        "activation",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_activation"),
    )


def _jobs() -> None:
    op.create_table(
        "job",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("stage", sa.String(length=80), nullable=False),
        sa.Column("eta_seconds", sa.Double(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(length=80), nullable=True),
        sa.Column("error_data", sa.JSON(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(), nullable=True),
        sa.Column("worker", sa.String(length=200), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_state_kind", "job", ["state", "kind"], unique=False)
