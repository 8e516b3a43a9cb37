"""`aigc verify`: says whether a file was made here, by its labels and by the record."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.opened import opened_store

if TYPE_CHECKING:
    from engine.domain.provenance import Examined
    from engine.provenance import Examiner

EXIT = {"ours": 0, "altered": 3, "labelled": 4, "unknown": 4}
"""Exit status by what was found."""

_MOST_BYTES = 100 * 1024 * 1024


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Say whether FILE, a picture or a text, was made here, or altered since, or nothing is known of it.

    The exit status is 0 if it was made here and is unchanged, 3 if it was altered, 4 if this app knows nothing of it.
    """
    from bot.cli.locale import terminal_locale
    from bot.slack.origin import labels_told, told
    from engine.provenance import build_examiner

    if file.stat().st_size > _MOST_BYTES:
        raise click.ClickException("That file is too large.")
    locale = terminal_locale()
    with opened_store() as (store, settings):
        found = _examined(build_examiner(settings, store.provenance), file, locale)
    click.echo(told(locale, found).replace("`", ""))
    for line in labels_told(locale, found.labels):
        click.echo(f"  {line}")
    sys.exit(EXIT[found.standing])


def _examined(examiner: Examiner, file: Path, locale: str) -> Examined:
    from bot.locales import t
    from engine.provenance.opening import NoPicture

    data = file.read_bytes()
    try:
        return examiner.picture(data, "")
    except NoPicture as error:
        try:
            return examiner.text_file(data.decode(), "")
        except UnicodeDecodeError:
            raise click.ClickException(t(locale, "origin.unreadable")) from error
