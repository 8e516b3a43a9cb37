"""Held results, a delivery for each audience, and the audit log, which nothing can change."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEPT = (
    "id", "at", "event", "workspace", "channel", "job_id", "actor", "stage", "action", "policy", "findings", "reason",
)  # fmt: skip
"""All columns of the audit log but the text, which may be blanked."""


def upgrade() -> None:
    op.add_column("jobs", sa.Column("review_until", sa.Float))
    op.create_index("ix_jobs_review", "jobs", ["review_until"])
    _deliveries("'requester'", sa.Column("audience", sa.String(16), primary_key=True))
    _audit_log()
    if op.get_context().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def downgrade() -> None:
    """What is held then is refused: the version before knows of no reviews."""
    op.drop_table("audit_log")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_log_guard()")
    op.execute("DELETE FROM deliveries WHERE audience <> 'requester'")
    _deliveries("")
    op.execute("UPDATE jobs SET state = 'refused', delivered = false WHERE state = 'held'")
    op.drop_index("ix_jobs_review", "jobs")
    op.drop_column("jobs", "review_until")


def _deliveries(audience: str, *key: sa.Column[str]) -> None:
    """Make the table again, with `key` in its primary key and `audience` in it for the rows that are there."""
    op.execute("CREATE TABLE deliveries_before AS SELECT * FROM deliveries")
    op.drop_table("deliveries")
    op.create_table(
        "deliveries",
        sa.Column("job_id", sa.String(64), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        *key,
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("thread", sa.String(64), nullable=False),
        sa.Column("message", sa.String(64), nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("shown", sa.String(128), nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("lock_owner", sa.String(128)),
        sa.Column("lock_until", sa.Float),
        sa.Column("again", sa.Boolean, nullable=False),
    )
    op.create_index("ix_deliveries_thread", "deliveries", ["channel", "thread"])
    same = "job_id, channel, thread, message, files, shown, done, lock_owner, lock_until, again"
    to, source = (f"audience, {same}", f"{audience}, {same}") if audience else (same, same)
    op.execute(f"INSERT INTO deliveries ({to}) SELECT {source} FROM deliveries_before")  # noqa: S608 - all constants
    op.drop_table("deliveries_before")


def _audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("policy", sa.String(128), nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_audit_log_at", "audit_log", ["at", "id"])
    op.create_index("ix_audit_log_job", "audit_log", ["job_id"])
    some = sa.text("text <> ''")
    op.create_index("ix_audit_log_texts", "audit_log", ["at"], sqlite_where=some, postgresql_where=some)


def _guard_sqlite() -> None:
    """sqlite.org/lang_createtrigger.html: RAISE(ABORT) undoes the statement."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    kept = ", ".join(_KEPT)
    op.execute(f"CREATE TRIGGER audit_log_delete BEFORE DELETE ON audit_log {refuse}")
    op.execute(f"CREATE TRIGGER audit_log_update BEFORE UPDATE OF {kept} ON audit_log {refuse}")
    op.execute(f"CREATE TRIGGER audit_log_text BEFORE UPDATE OF text ON audit_log WHEN NEW.text <> '' {refuse}")


def _guard_postgresql() -> None:
    """postgresql.org/docs/current/plpgsql-trigger.html; TRUNCATE fires none for rows."""
    same = " AND ".join(f"NEW.{column} = OLD.{column}" for column in _KEPT)
    op.execute(
        "CREATE FUNCTION audit_log_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF NEW.text = '' AND {same} THEN RETURN NEW; END IF; END IF; "
        "RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_log_rows BEFORE UPDATE OR DELETE ON audit_log "
        "FOR EACH ROW EXECUTE FUNCTION audit_log_guard()"
    )
    op.execute(
        "CREATE TRIGGER audit_log_table BEFORE TRUNCATE ON audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_guard()"
    )
