"""`aigc review`: what waits for a reviewer, for operators at a terminal."""

from __future__ import annotations

import getpass
import time
from collections.abc import Iterator
from pathlib import Path

import click

from bot.cli.opened import opened_store
from bot.cli.output import Column, print_list
from bot.cli.plain import plain
from engine.domain.job import Job, State
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.domain.review import Decision, Hold, Outcome
from engine.errors import QueueUnavailable

_COLUMNS = (
    Column("job", whole=True),
    Column("kind"),
    Column("asked by", whole=True),
    Column("channel", whole=True),
    Column("why"),
    Column("refused after", whole=True),
)


@click.group()
def review() -> None:
    """See and decide what waits for a reviewer. Every decision is in the audit log, with your name."""


@review.command("list")
@click.option("--workspace", default="", help="Only this workspace's, by its id.")
def list_held(workspace: str) -> None:
    """List what waits, oldest first."""
    with opened_store() as (store, _):
        print_list(_COLUMNS, [_row(job) for job in store.held(workspace)])


def _row(job: Job) -> tuple[str, ...]:
    hold, origin = _hold(job), job.origin
    why = ", ".join(dict.fromkeys(c.value for verdict in hold.verdicts for c in verdict.categories))
    return (job.id, job.request.kind, origin.user, origin.channel, why, _time(hold.expires_at))


@review.command()
@click.argument("job_id")
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the result there; of several, NAME-1, NAME-2 and so on.",
)
def show(job_id: str, save: Path | None) -> None:
    """Show the request, the reason and the result of JOB_ID."""
    from engine.adapters import factory

    with opened_store() as (store, settings):
        job = _held(store.get(job_id))
        for line in _description(job):
            click.echo(line)
        artifacts = (job.result or Result()).artifacts
        for number, artifact in enumerate(artifacts, start=1):
            if save is None:
                click.echo(f"\n#{number} {_shown(artifact)}")
                continue
            path = save if len(artifacts) == 1 else save.with_stem(f"{save.stem}-{number}")
            image = artifact.kind is ArtifactKind.IMAGE
            path.write_bytes(factory.artifacts(settings).get(artifact.blob) if image else artifact.text.encode())
            click.echo(str(path))


@review.command()
@click.argument("job_id")
def approve(job_id: str) -> None:
    """Have the result of JOB_ID shown."""
    _decide(job_id, Outcome.APPROVED, "")


@review.command()
@click.argument("job_id")
@click.option("--reason", default="", help="Whoever asked for it will read this.")
def reject(job_id: str, reason: str) -> None:
    """Have the result of JOB_ID shown to nobody."""
    _decide(job_id, Outcome.REJECTED, reason)


def _decide(job_id: str, outcome: Outcome, reason: str) -> None:
    from engine.adapters import factory

    with opened_store() as (store, settings):
        _held(store.get(job_id))
        decision = Decision(outcome, f"operator:{getpass.getuser()}", time.time(), reason)
        job = store.decide(job_id, decision)
        if job is None or job.result is None or job.result.decision != decision:
            raise click.ClickException("Somebody else was first: look at aigc audit export.")
        try:
            factory.queue(settings).deliver(job_id)
        except QueueUnavailable:
            click.echo("Decided. The queue does not answer: the messages follow when it does.", err=True)
    click.echo(f"{job_id} {outcome}")


def _held(job: Job | None) -> Job:
    if job is None:
        raise click.ClickException("There is no such job: aigc review list")
    if job.state is not State.HELD:
        raise click.ClickException(f"Job {job.id} does not wait for a reviewer: it is {job.state}.")
    return job


def _hold(job: Job) -> Hold:
    if job.result is None or job.result.hold is None:
        raise click.ClickException(f"Job {job.id} is held without a reason.")
    return job.result.hold


def _description(job: Job) -> Iterator[str]:
    hold, request = _hold(job), job.request
    yield f"Job {job.id}, {request.kind}, asked by {job.origin.user} in {job.origin.channel} of {job.origin.workspace}"
    if request.appeal_of:
        yield f"Appeal of job {request.appeal_of}"
    yield f"Refused if nobody decides by {_time(hold.expires_at)}"
    yield f"Request: {plain(request.prompt)}"
    if request.revision and request.revision.instruction:
        yield f"Change: {plain(request.revision.instruction)}"
    for verdict in hold.verdicts:
        for finding in verdict.findings:
            detail = f" ({finding.detail})" if finding.detail else ""
            said = f"{finding.category} {finding.score:.2f} by {finding.check}{detail}"
            yield f"Found in the {verdict.stage} by policy {verdict.policy}: {said}"


def _shown(artifact: Artifact) -> str:
    if artifact.kind is ArtifactKind.TEXT:
        return plain(artifact.text)
    return f"{artifact.mimetype}, {artifact.width_px} x {artifact.height_px} px: --save FILE writes it"


def _time(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(at))
