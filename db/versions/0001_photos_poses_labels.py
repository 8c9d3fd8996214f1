"""Photos, what was seen in them, poses, labels, people.

Revision ID: 0001
Revises: None
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _photos()
    _sights()
    _labels()
    _lab()


def downgrade() -> None:
    for table in (
        "counter",
        "setting",
        "coach",
        "label_event",
        "pose",
        "embedding",
        "landmarks",
        "look",
        "tombstone",
        "photo_source",
        "photo",
    ):
        op.drop_table(table)


def _photos() -> None:
    op.create_table(
        "photo",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("consent", sa.String(length=20), nullable=False),
        sa.Column("group", sa.BigInteger(), nullable=False),
        sa.Column("holdout", sa.Boolean(), nullable=False),
        sa.Column("image_hash", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_photo"),
        sa.UniqueConstraint("sha256", name="uq_photo_sha256"),
        sa.UniqueConstraint("source_sha256", name="uq_photo_source_sha256"),
    )
    op.create_table(
        "photo_source",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("photo_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photo.id"], name="fk_photo_source_photo_id_photo", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sha256", name="pk_photo_source"),
    )
    op.create_index("ix_photo_source_photo_id", "photo_source", ["photo_id"], unique=False)
    op.create_table(
        "tombstone",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_tombstone"),
    )


def _sights() -> None:
    op.create_table(
        "look",
        sa.Column("photo_id", ROW_ID, nullable=False),
        sa.Column("pose_model", sa.String(length=200), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name="fk_look_photo_id_photo", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("photo_id", "pose_model", name="pk_look"),
    )
    op.create_table(
        "landmarks",
        sa.Column("photo_id", ROW_ID, nullable=False),
        sa.Column("pose_model", sa.String(length=200), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.Column("aspect", sa.Double(), nullable=False),
        sa.Column("found_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photo.id"], name="fk_landmarks_photo_id_photo", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("photo_id", "pose_model", "rank", name="pk_landmarks"),
    )
    op.create_table(
        "embedding",
        sa.Column("photo_id", ROW_ID, nullable=False),
        sa.Column("encoder", sa.String(length=200), nullable=False),
        sa.Column("recipe", sa.String(length=80), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photo.id"], name="fk_embedding_photo_id_photo", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("photo_id", "encoder", "recipe", name="pk_embedding"),
    )


def _labels() -> None:
    op.create_table(
        "pose",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sanskrit", sa.Text(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("family6", sa.String(length=80), nullable=False),
        sa.Column("family20", sa.String(length=80), nullable=False),
        sa.Column("sided", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("merged_into", ROW_ID, nullable=True),
        sa.Column("descriptions", sa.JSON(), nullable=False),
        sa.Column("template", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["pose.id"], name="fk_pose_merged_into_pose"),
        sa.PrimaryKeyConstraint("id", name="pk_pose"),
        sa.UniqueConstraint("slug", name="uq_pose_slug"),
    )
    op.create_table(
        "label_event",
        sa.Column("seq", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("photo_id", ROW_ID, nullable=False),
        sa.Column("coach", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("pose_id", ROW_ID, nullable=True),
        sa.Column("side", sa.String(length=20), nullable=True),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("undoes", sa.String(length=80), nullable=True),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("lease", sa.String(length=200), nullable=True),
        sa.Column("ms", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photo.id"], name="fk_label_event_photo_id_photo", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["pose_id"], ["pose.id"], name="fk_label_event_pose_id_pose"),
        sa.PrimaryKeyConstraint("seq", name="pk_label_event"),
        sa.UniqueConstraint("id", name="uq_label_event_id"),
    )
    op.create_index("ix_label_event_photo_id", "label_event", ["photo_id"], unique=False)


def _lab() -> None:
    op.create_table(
        "coach",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_coach"),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )
