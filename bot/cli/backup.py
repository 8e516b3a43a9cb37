"""`aigc backup` and `aigc restore`: everything that is to survive this machine, in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from engine.adapters.backup import Copied


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--no-artifacts", is_flag=True, help="Only list the images: their bucket has a backup of its own.")
def backup(folder: Path, no_artifacts: bool) -> None:
    """Copy the database and the images that it names into the new FOLDER, while everything runs.

    PostgreSQL needs its program pg_dump here. The policy file, certificates and settings are yours to keep.
    """
    from engine.adapters.backup import LIST, back_up
    from engine.adapters.factory import artifacts, database_url
    from engine.settings import EngineSettings

    settings = EngineSettings()
    copied = back_up(database_url(settings), artifacts(settings), folder, with_artifacts=not no_artifacts)
    _warn(copied)
    beside = f"The images are listed in {LIST}." if no_artifacts else f"With {copied.artifacts} images."
    click.echo(f"{folder}: the database. {beside}")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is in the database.")
def restore(folder: Path, force: bool) -> None:
    """Bring back what `aigc backup` wrote into FOLDER. Stop every process of AIGC first.

    A SQLite file that is replaced stays beside the new one, as NAME.before-restore (-2, -3, ...).
    """
    from engine.adapters.backup import restore as bring_back
    from engine.adapters.factory import artifacts, database_url
    from engine.settings import EngineSettings

    settings = EngineSettings()
    if not settings.database_url:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    copied = bring_back(database_url(settings), artifacts(settings), folder, replace=force)
    _warn(copied)
    click.echo(f"The database is as it was, with {copied.artifacts} images. aigc check, then start the processes.")


def _warn(copied: Copied) -> None:
    for name in copied.missing:
        click.echo(f"Missing or damaged, and left out: {name}", err=True)
