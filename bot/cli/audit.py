"""`aigc audit`: writes the audit log out, for spreadsheets and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import click

from bot.cli.moments import iso, moment
from bot.cli.opened import opened_store
from engine.domain.audit import AuditEntry
from engine.domain.table import csv_line

COLUMNS = (
    "time", "event", "workspace", "channel", "job", "actor", "stage", "action", "categories", "scores", "checks",
    "policy", "reason", "text",
)  # fmt: skip


@click.group()
def audit() -> None:
    """Read the audit log: what the policy did not simply allow, and who decided what."""


@audit.command()
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="jsonl", show_default=True)
@click.option("--since", default="", help="From this day or time on, e.g. 2026-11-01 or 2026-11-01T08:00+01:00.")
@click.option("--until", default="", help="Up to this day or time, without it. Without a zone: UTC.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; standard output without.")
def export(form: str, since: str, until: str, output: Path | None) -> None:
    """Write the log, oldest entry first."""
    begin, end = moment("--since", since, 0.0), moment("--until", until, float("inf"))
    with opened_store() as (store, _):
        entries = store.audit_entries(begin, end)
        lines = csv_lines(entries) if form == "csv" else json_lines(entries)
        if output is None:
            for line in lines:
                click.echo(line, nl=False)
        else:
            with output.open("w", encoding="utf-8", newline="") as file:
                file.writelines(lines)


def json_lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """One JSON object per line, the time in ISO 8601 and UTC."""
    for entry in entries:
        row = asdict(entry)
        yield json.dumps({"time": iso(row.pop("at")), **row}, ensure_ascii=False) + "\n"


def csv_lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """RFC 4180 with a header; a cell that could be a formula begins with an apostrophe."""
    yield csv_line(COLUMNS)
    for entry in entries:
        yield csv_line(_row(entry))


def _row(entry: AuditEntry) -> Iterator[str]:
    yield from (iso(entry.at), entry.event.value, entry.workspace, entry.channel, entry.job_id, entry.actor)
    yield from (entry.stage, entry.action)
    yield ";".join(finding.category.value for finding in entry.findings)
    yield ";".join(f"{finding.score:.3f}" for finding in entry.findings)
    yield ";".join(f"{f.check}:{f.detail}" if f.detail else f.check for f in entry.findings)
    yield from (entry.policy, entry.reason, entry.text)
