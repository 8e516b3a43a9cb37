"""`aigc jobs`: every request's life, for operators at a terminal: what waits, what failed, and starting it again."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from bot.cli.locale import terminal_locale
from bot.cli.moments import iso, moment
from bot.cli.opened import opened_store
from bot.cli.output import Column, print_list
from bot.cli.plain import plain
from bot.locales import t
from bot.slack.outcome import failed
from engine.domain.job import Delivery, Job, JobEvent, State, Wanted
from engine.domain.request import Kind
from engine.domain.result import Result
from engine.domain.work import Sending
from engine.errors import QueueUnavailable

if TYPE_CHECKING:
    from engine.settings import EngineSettings

_STATES = click.Choice([state.value for state in State])
_KINDS = click.Choice([kind.value for kind in Kind])
_COLUMNS = ("job", "state", "kind", "attempts", "user", "channel", "at")
_WHOLE = ("job", "user", "channel", "at")


@click.group()
def jobs() -> None:
    """See every request's life, start a failed one again, stop one. Prompts are shown only when asked for.

    What a worker gave up (aigc jobs list --failure too_many_attempts) ended or hung its worker at each attempt: look
    into it, then start it again with retry.
    """


@jobs.command("list")
@click.option("--state", "states", multiple=True, type=_STATES, help="Only these; may be repeated.")
@click.option("--failure", default="", help="Only what failed with this code, e.g. too_many_attempts.")
@click.option("--kind", type=_KINDS, help="Only texts, or only pictures.")
@click.option("--workspace", default="", help="Only this workspace's, by its id.")
@click.option("--channel", default="", help="Only this channel's, by its id.")
@click.option("--user", default="", help="Only this person's, by their id.")
@click.option("--since", default="", help="From this day or time on, e.g. 2026-11-01 or 2026-11-01T08:00+01:00.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_jobs(states: tuple[str, ...], kind: str | None, since: str, as_json: bool, **same: Any) -> None:
    """List jobs, newest first."""
    wanted = Wanted(
        states=tuple(State(state) for state in states),
        kind=Kind(kind) if kind else None,
        since=moment("--since", since, 0.0),
        **same,
    )
    with opened_store() as (store, _):
        found = store.find(wanted)
    if as_json:
        for job in found:
            click.echo(json.dumps(_summary(job), ensure_ascii=False))
    elif found:
        columns = [Column(t(terminal_locale(), f"jobs.column.{name}"), name in _WHOLE) for name in _COLUMNS]
        print_list(columns, [_row(job) for job in found])
    else:
        click.echo(_say("jobs.none"), err=True)


@jobs.command()
@click.argument("job_id")
@click.option("--prompt", is_flag=True, help="Also what was asked for, in full.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(job_id: str, prompt: bool, as_json: bool) -> None:
    """Show the life of JOB_ID: what happened when, how often it was tried, what it took, where it is shown."""
    with opened_store() as (store, settings):
        job = _known(store.get(job_id), job_id)
        events, delivery = store.events(job_id), store.delivery(job_id)
    if as_json:
        click.echo(json.dumps(_whole(job, events, delivery, prompt), ensure_ascii=False))
        return
    for line in _description(job, events, delivery, settings.max_attempts):
        click.echo(line)
    for line in _asked(job) if prompt else ():
        click.echo(line)
    if job.state is State.FAILED and not isinstance(job.request.work, Sending):
        click.echo(_say("jobs.hint", job=job.id))


@jobs.command()
@click.argument("job_id")
def retry(job_id: str) -> None:
    """Start JOB_ID, which failed, again: with all its attempts, in the message that it has."""
    with opened_store() as (store, settings):
        job = _known(store.get(job_id), job_id)
        if job.state is not State.FAILED:
            raise click.ClickException(_say("jobs.not_failed", job=job_id, state=_state(job)))
        if job.forgotten_at is not None:
            raise click.ClickException(_say("jobs.forgotten", job=job_id))
        if isinstance(job.request.work, Sending):
            raise click.ClickException(_say("jobs.sends", job=job_id))
        store.retry(job_id, f"operator:{getpass.getuser()}")
        click.echo(_say("jobs.retried", job=job_id))
        _tell(settings, job, generate=True)


@jobs.command()
@click.argument("job_id")
def cancel(job_id: str) -> None:
    """Stop JOB_ID, which waits, runs or is in review; its message says so."""
    with opened_store() as (store, settings):
        job = _known(store.get(job_id), job_id)
        if job.state.finished:
            raise click.ClickException(_say("jobs.over", job=job_id, state=_state(job)))
        job = _known(store.cancel(job_id, f"operator:{getpass.getuser()}"), job_id)
        if job.state.finished and job.state is not State.CANCELED:  # it ended in this moment
            raise click.ClickException(_say("jobs.over", job=job_id, state=_state(job)))
        click.echo(_say("jobs.canceled" if job.state is State.CANCELED else "jobs.stopping", job=job_id))
        _tell(settings, job, generate=False)


def _tell(settings: EngineSettings, job: Job, *, generate: bool) -> None:
    from engine.adapters import factory

    queue = factory.queue(settings)
    try:
        if generate:
            queue.generate(job.id, job.request.kind)
        queue.deliver(job.id)
    except QueueUnavailable:
        click.echo(_say("jobs.queue_down"), err=True)


def _known(job: Job | None, job_id: str) -> Job:
    if job is None:
        raise click.ClickException(_say("jobs.unknown", job=job_id))
    return job


def _say(key: str, **params: str | int | float) -> str:
    return t(terminal_locale(), key, **params)


def _state(job: Job) -> str:
    """In the terminal's language; of a failed job with its code."""
    state = t(terminal_locale(), f"state.{job.state.value}")
    return f"{state}: {_code(job)}" if job.state is State.FAILED else state


def _code(job: Job) -> str:
    return job.result.failure.code if job.result and job.result.failure else ""


def _row(job: Job) -> tuple[str, ...]:
    origin, at = job.origin, iso(job.created_at)[:19]
    return (job.id, _state(job), job.request.kind, str(job.attempts), origin.user, origin.channel, at)


def _description(job: Job, events: tuple[JobEvent, ...], delivery: Delivery, most: int) -> Iterator[str]:
    origin, result, locale = job.origin, job.result or Result(), terminal_locale()
    yield f"{job.id} · {_state(job)} · {t(locale, f'kind.{job.request.kind.value}')} · v{job.version}"
    at = iso(job.created_at)[:19]
    yield _say("jobs.asked", user=origin.user, channel=origin.channel, workspace=origin.workspace, at=at)
    for event in events:
        yield f"  +{event.at - job.created_at:9.1f} s  {event.name:<16} {plain(event.detail)}".rstrip()
    if result.failure:
        yield _say("jobs.failed", code=result.failure.code, text=failed(locale, result))
    usage = result.usage
    yield _say(
        "jobs.took",
        wait=f"{usage.wait_s:.1f}",
        run=f"{usage.run_s:.1f}",
        attempts=job.attempts,
        most=most,
        tokens_in=usage.prompt_tokens,
        tokens_out=usage.completion_tokens,
        images=usage.images,
        cost="-" if usage.cost_usd is None else f"{usage.cost_usd:.4f}",
    )
    shown = "jobs.message.done" if delivery.done else "jobs.message.open" if delivery.message else "jobs.message.none"
    yield _say("jobs.message", message=_say(shown, message=delivery.message))


def _asked(job: Job) -> Iterator[str]:
    yield _say("jobs.prompt", prompt=plain(job.request.prompt))
    if job.request.revision and job.request.revision.instruction:
        yield _say("jobs.change", instruction=plain(job.request.revision.instruction))


def _summary(job: Job) -> dict[str, Any]:
    origin = job.origin
    return {
        "job": job.id,
        "state": job.state.value,
        "failure": _code(job),
        "kind": job.request.kind.value,
        "version": job.version,
        "attempts": job.attempts,
        "workspace": origin.workspace,
        "channel": origin.channel,
        "user": origin.user,
        "created": iso(job.created_at),
        "started": iso(job.started_at) if job.started_at else None,
        "finished": iso(job.finished_at) if job.finished_at else None,
    }


def _whole(job: Job, events: tuple[JobEvent, ...], delivery: Delivery, prompt: bool) -> dict[str, Any]:
    usage, revision = (job.result or Result()).usage, job.request.revision
    asked = {"prompt": job.request.prompt, "instruction": revision.instruction if revision else ""}
    return {
        **_summary(job),
        "events": [{"time": iso(event.at), "name": event.name, "detail": event.detail} for event in events],
        "wait_s": usage.wait_s,
        "run_s": usage.run_s,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "images": usage.images,
        "cost_usd": usage.cost_usd,
        "message": delivery.message,
        "delivered": delivery.done,
        **(asked if prompt else {}),
    }
