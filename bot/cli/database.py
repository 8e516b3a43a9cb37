"""`aigc database`: which schema the database has, and how to change it before and after an upgrade of AIGC."""

from __future__ import annotations

import click


@click.group()
def database() -> None:
    """See and change the schema of the database. Every process of AIGC brings it up to date when it starts."""


@database.command()
def version() -> None:
    """Print the schema that the database has, and the newest that this version knows."""
    from engine.adapters.job_store import schema

    found, newest = schema.revision(_url()), schema.newest()
    click.echo(f"The database has schema {found}." if found else "The database is empty.")
    if found in schema.known():
        click.echo("That is the newest." if found == newest else f"The newest is {newest}: aigc database upgrade")
    elif found:
        click.echo(f"This version of AIGC knows {newest} and older; a newer one made it.")
    else:
        click.echo(f"The newest schema is {newest}: aigc database upgrade")


@database.command()
def upgrade() -> None:
    """Bring the database to the newest schema. What is in it stays."""
    from engine.adapters.job_store import schema

    schema.migrate(_url())
    click.echo(f"The database has schema {schema.newest()}.")


@database.command()
@click.argument("schema")
@click.option("--force", is_flag=True, help="Although other processes are connected.")
def downgrade(schema: str, force: bool) -> None:
    """Bring the database back to an older SCHEMA, before an older version of AIGC is installed.

    Stop every process of AIGC first, and make a backup: what the older schema has no place for is deleted.
    """
    from engine.adapters.job_store.schema import downgrade as go_back
    from engine.adapters.job_store.schema import in_use

    if not force and in_use(_url()):
        raise click.ClickException("Other processes use the database: stop them first. --force does it all the same.")
    go_back(_url(), schema)
    click.echo(f"The database has schema {schema}. Install the older version now: this one would upgrade it again.")


def _url() -> str:
    from engine.adapters.factory import database_url
    from engine.settings import EngineSettings

    return database_url(EngineSettings())
