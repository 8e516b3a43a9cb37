"""`aigc export`: saves a text that a job wrote, with both of its labels."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.opened import opened_store
from engine.domain.job import Job, State
from engine.domain.result import ArtifactKind


@click.command()
@click.argument("job_id")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--variant", type=click.IntRange(min=1), default=1, show_default=True, help="Which of several texts.")
def export(job_id: str, file: Path, variant: int) -> None:
    """Save a text of job JOB_ID as FILE, .txt or .md, labelled as made by an AI for people and for machines."""
    from bot.locales import t
    from engine.provenance.china import ChinaLabel
    from engine.provenance.texts import labelled_text

    if file.suffix.lower() not in (".txt", ".md"):
        raise click.ClickException("Give a file name that ends in .txt or .md.")
    with opened_store() as (store, settings):
        job = store.get(job_id)
    if job is not None and job.forgotten_at is not None:
        raise click.ClickException(f"The texts of job {job_id} are not stored any more: the time to keep them was up.")
    texts = _texts(job)
    if job is None or variant > len(texts):
        raise click.ClickException(f"Job {job_id} has {len(texts) or 'no'} text{'' if len(texts) == 1 else 's'}.")
    label = ChinaLabel(settings.label_producer, f"{job.id}-{variant - 1}")
    words = t(job.origin.locale, "label.ai")
    written = labelled_text(texts[variant - 1], words, label, markdown=file.suffix.lower() == ".md")
    file.write_text(written, encoding="utf-8")
    click.echo(str(file))


def _texts(job: Job | None) -> list[str]:
    """What was handed out: of a held or refused job nothing."""
    if job is None or job.state is not State.SUCCEEDED or job.result is None:
        return []
    return [artifact.text for artifact in job.result.artifacts if artifact.kind is ArtifactKind.TEXT]
