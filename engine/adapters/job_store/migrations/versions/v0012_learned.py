"""Which canned replies the knowledge base has; those that were kept before are learned with the next draft."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("canned_replies", sa.Column("learned", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("canned_replies", "learned")
