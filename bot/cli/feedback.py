"""`aigc feedback`: what agents made of drafts, for whoever trains a model or asks how good they are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any, TextIO

import click

from bot.cli.moments import iso, moment
from bot.cli.opened import opened_store
from engine.domain.citing import unmarked
from engine.domain.job import Job
from engine.domain.replies import Rating, ReplyStats, SentReply, prompt_of


@click.group()
def feedback() -> None:
    """Read what became of drafts: what agents sent instead, and what they thought of them."""


@feedback.command()
@click.argument("file", type=click.File("w", encoding="utf-8"))
@click.option("--since", default="", help="From this day or time on, e.g. 2026-11-01. Without a zone: UTC.")
def export(file: TextIO, since: str) -> None:
    """Write preference data to FILE, "-" for standard output: one JSON object a line, the oldest first.

    prompt is the customer's thread, chosen what was sent, rejected the draft that it was made of, null where the draft
    was sent as it was or nothing was sent. thumbs are what people said of the draft. It holds what customers and agents
    wrote; what the policy keeps no longer is not in it.
    """
    begin = moment("--since", since, 0.0)
    with opened_store() as (store, _):
        rows = preferences(store.replies.sent_replies(begin), list(store.replies.ratings(begin)), store.get)
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


@feedback.command()
@click.option("--since", default="", help="From this day or time on; without: all that is kept.")
@click.option("--workspace", default="", help="Of this workspace alone.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def stats(since: str, workspace: str, as_json: bool) -> None:
    """Say how many drafts were sent as they were, how much was changed in the others, and how people liked them."""
    with opened_store() as (store, _):
        found = store.replies.reply_stats(moment("--since", since, 0.0), workspace)
    for line in [json.dumps({**asdict(found), "share_unchanged": found.share_unchanged})] if as_json else told(found):
        click.echo(line)


def preferences(
    sent: Iterable[SentReply], ratings: Iterable[Rating], job: Callable[[str], Job | None]
) -> Iterator[dict[str, Any]]:
    """A row for each reply that was sent, then one for each draft that was rated and not sent."""
    thumbs = defaultdict(list)
    for rating in ratings:
        thumbs[rating.job_id].append({"up": rating.up, "reason": rating.reason})
    for reply in sent:
        if reply.prompt and reply.sent:
            yield {
                "time": iso(reply.at),
                "draft": reply.draft_id,
                "prompt": reply.prompt,
                "chosen": reply.sent,
                "rejected": None if reply.unchanged else reply.draft,
                "distance": reply.distance,
                "reason": reply.reason,
                "thumbs": thumbs.pop(reply.draft_id, []),
            }
    for job_id, said in thumbs.items():
        yield from _rated(job(job_id), said)


def _rated(job: Job | None, thumbs: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A draft that nobody sent: one that people disliked is rejected, another is chosen; nothing of a forgotten one."""
    prompt = prompt_of(job.request) if job is not None else ""
    if job is None or not prompt or job.result is None or not job.result.artifacts:
        return
    text = unmarked(job.result.artifacts[0].text)
    liked = all(thumb["up"] for thumb in thumbs)
    yield {
        "time": iso(job.created_at),
        "draft": job.id,
        "prompt": prompt,
        "chosen": text if liked else None,
        "rejected": None if liked else text,
        "distance": None,
        "reason": "",
        "thumbs": thumbs,
    }


def told(found: ReplyStats) -> Iterator[str]:
    """The figures in words."""
    if found.share_unchanged is None:
        yield "No draft was sent."
    else:
        yield f"Sent: {found.sent} drafts, {found.unchanged} of them unchanged ({found.share_unchanged:.0%})."
        yield f"Changed by the agent: {found.median_distance:g} characters at the median."
    yield f"Thumbs: {found.up} up, {found.down} down."
