"""How far each skeleton is trusted.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Skeletons that are there already were all found credibly.
    op.add_column("landmarks", sa.Column("trust", sa.Double(), nullable=False, server_default="1"))


def downgrade() -> None:
    op.drop_column("landmarks", "trust")
