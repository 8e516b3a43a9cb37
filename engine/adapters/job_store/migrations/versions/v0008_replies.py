"""What became of drafts. Nothing is written for replies that were sent before: there were none.

On the way down, work that is open is deleted: the version before passes over what kind of work it is, and would write
some text for the empty prompt, in the place of a customer's reply.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_WORK = ("drafting", "sending", "recipe", "rows", "learning")
"""As requests name it; no text reads like it, quotes inside of texts are escaped."""


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
    jobs = sa.table("jobs", sa.column("state", sa.String), sa.column("request", sa.Text))
    has_work = sa.or_(*(jobs.c.request.contains(f'"type": "{kind}"') for kind in _WORK))
    op.execute(sa.delete(jobs).where(jobs.c.state.in_(("accepted", "running", "held")), has_work))
    op.drop_table("canned_replies")
    op.drop_table("ratings")
    op.drop_table("sent_replies")
