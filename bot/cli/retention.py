"""`aigc retention`: deletes now what the delivery worker would delete within the hour."""

from __future__ import annotations

import time

import click

from bot.cli.opened import opened_store
from engine.domain.retention import Cleared

_MIB = 1024 * 1024


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what is due.")
def retention(dry_run: bool) -> None:
    """Delete the texts and images that the policy keeps no longer, and files that no request names.

    A delivery worker does this by itself, every AIGC_RETENTION_EVERY_S.
    """
    from bot.bootstrap import build_keeper

    with opened_store() as (store, settings):
        keeper = build_keeper(settings, store)
        cleared = keeper.due(time.time()) if dry_run else keeper.clear(time.time())
    for line in told(cleared, keeper.oversight.contents_s, keeper.oversight.requests_s, dry_run=dry_run):
        click.echo(line)


def told(cleared: Cleared, contents_s: float | None, requests_s: float | None, *, dry_run: bool) -> list[str]:
    """Lines for the terminal."""
    would = "would be deleted" if dry_run else "deleted"
    lines = [
        f"Texts and images of finished requests, {_kept(contents_s)}: {cleared.forgotten} requests' {would}",
        f"The requests themselves, {_kept(requests_s)}: {cleared.removed} {would}",
        f"Who used what, {_kept(requests_s)}: {cleared.usage} entries {would.replace('deleted', 'cleared')}",
        f"Texts in the audit log: {cleared.audit_texts} {would}",
        f"Files that no request names: {cleared.files} ({cleared.size_bytes / _MIB:.1f} MiB) {would}",
    ]
    if cleared.foreign:
        lines.append(
            f"{cleared.foreign} files were left alone: this database never drew anything, so they are most likely "
            "another's. Look at AIGC_DATABASE_URL and AIGC_ARTIFACT_URL."
        )
    return lines


def _kept(limit_s: float | None) -> str:
    return "kept for good" if limit_s is None else f"kept for {limit_s / 86400:g} days"
