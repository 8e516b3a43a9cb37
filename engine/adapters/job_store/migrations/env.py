"""Runs the steps on the connection, and in the transaction, that `schema.migrate` opened."""

from alembic import context

from engine.adapters.job_store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
