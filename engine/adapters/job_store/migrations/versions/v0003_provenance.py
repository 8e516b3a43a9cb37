"""The record of what was made, by hash and by fingerprint. Nothing is written for jobs that finished before."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_BANDS = ("band_0", "band_1", "band_2", "band_3")


def upgrade() -> None:
    op.create_table(
        "provenance",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        *(sa.Column(band, sa.Integer) for band in _BANDS),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_provenance_content", "provenance", ["content"])
    op.create_index("ix_provenance_job", "provenance", ["job_id"])
    for band in _BANDS:
        op.create_index(f"ix_provenance_{band}", "provenance", [band])


def downgrade() -> None:
    op.drop_table("provenance")
