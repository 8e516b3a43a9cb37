"""What became of drafts. Nothing is written for replies that were sent before: there were none."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "sent_replies",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("sent_id", sa.String(64), nullable=False),
        sa.Column("draft_id", sa.String(64), nullable=False),
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("requester", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("draft", sa.Text, nullable=False),
        sa.Column("sent", sa.Text, nullable=False),
        sa.Column("distance", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.UniqueConstraint("sent_id", name="uq_sent_replies_sent"),
    )
    op.create_index("ix_sent_replies_draft", "sent_replies", ["draft_id"])
    op.create_index("ix_sent_replies_at", "sent_replies", ["at"])
    op.create_table(
        "ratings",
        sa.Column("job_id", sa.String(64), primary_key=True),
        sa.Column("requester", sa.String(64), primary_key=True),
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("up", sa.Boolean, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_ratings_at", "ratings", ["at"])
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("scope", sa.String(128), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("lang", sa.String(16), nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_canned_replies_workspace", "canned_replies", ["workspace", "at"])


def downgrade() -> None:
    op.drop_table("canned_replies")
    op.drop_table("ratings")
    op.drop_table("sent_replies")
