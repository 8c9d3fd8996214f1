"""Which page has which photo in hand, for all processes of a lab.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("photo_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("seat", sa.String(length=80), nullable=False),
        sa.Column("coach", sa.String(length=200), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name="fk_lease_photo_id_photo", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("photo_id", name="pk_lease"),
    )


def downgrade() -> None:
    op.drop_table("lease")
