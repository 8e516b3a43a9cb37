"""Tells what a campaign came to, as a table for people and as JSON."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from engine.domain.job import State
from tests.faults.breaking import Incident
from tests.faults.campaign import Campaign
from tests.faults.invariants import Verdict
from tests.faults.plan import Breakage

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recovery:
    """How long what a fault met took to end, in seconds; by the slowest of what it met."""

    breakage: Breakage
    seconds: float
    alone: bool
    """Everything that it met was met by no other fault."""


def recoveries(campaign: Campaign, incidents: Sequence[Incident]) -> list[Recovery]:
    """Of each fault that somebody had to wait for."""
    ended = campaign.place.witness.ended_at
    tokens = {row.id: row.token for row in campaign.place.jobs.all() if row.token}
    all_met = [_met(campaign, incident, tokens) for incident in incidents]
    times = Counter(token for met in all_met for token in met)
    found = []
    for incident, met in zip(incidents, all_met, strict=True):
        waited = [ended[token] - incident.at for token in met if ended.get(token, 0.0) > incident.at]
        if waited:
            found.append(Recovery(incident.breakage, max(waited), all(times[token] <= 1 for token in met)))
    return found


def _met(campaign: Campaign, incident: Incident, tokens: Mapping[str, str]) -> frozenset[str]:
    """By their tokens, `tokens` by job, whatever they were noted by; whoever asked next among them."""
    after = (token for at, token in campaign.next_after if at > incident.at)
    following = itertools.islice(after, 1 if incident.next_request else 0)
    return frozenset((*(tokens.get(name, name) for name in incident.met), *following))


def as_json(campaign: Campaign, incidents: Sequence[Incident], verdict: Verdict, given: Mapping[str, Any]) -> Json:
    """All figures of a campaign; `given` is what it was started with."""
    rows = campaign.place.jobs.all()
    times = recoveries(campaign, incidents)
    return {
        **given,
        "jobs": len(campaign.accepted),
        "faults": len(incidents),
        "faults_by_kind": [_of_kind(kind, incidents, times) for kind in Breakage],
        "outcomes": {state.value: sum(row.state is state for row in rows) for state in State if state.finished},
        "told_to_try_again": len(campaign.turned_away),
        "crashes": [f"{one.name}: {one.code}" for one in campaign.breaker.crashes],
        "message_versions_seen": campaign.place.witness.versions,
        "lost": list(verdict.lost),
        "duplicated": list(verdict.duplicated),
        "unfiltered": list(verdict.unfiltered),
        "mistaken": list(verdict.mistaken),
        "unreached": list(verdict.unreached),
        "recovery_s": _times(times),
    }


def show(found: Json) -> None:
    """Print it."""
    table = Table("fault", "times", "recovery s, median", "worst", "worst, met by this alone", title=_title(found))
    for row in (*found["faults_by_kind"], {"kind": "all", "times": found["faults"], **found["recovery_s"]}):
        table.add_row(row["kind"], str(row["times"]), *(_shown(row[key]) for key in ("median", "worst", "worst_alone")))
    console = Console(width=120)
    console.print(table)
    console.print(
        f"{found['jobs']:,} jobs, {found['faults']:,} faults: "
        + ", ".join(f"{len(found[name])} {name}" for name in ("lost", "duplicated", "unfiltered", "mistaken"))
    )
    console.print(", ".join(f"{count:,} {state}" for state, count in found["outcomes"].items()), end="; ")
    console.print(f"{found['told_to_try_again']} told to try again; {len(found['crashes'])} other restarts")
    for point in found["unreached"]:
        console.print(f"[red]{point} was armed, and no process came to it")


def _title(found: Json) -> str:
    return f"faults on {found['database']}, seed {found['seed']}"


def _of_kind(kind: Breakage, incidents: Sequence[Incident], times: Sequence[Recovery]) -> Json:
    count = sum(incident.breakage is kind for incident in incidents)
    return {"kind": kind.value, "times": count, **_times([time for time in times if time.breakage is kind])}


def _times(times: Sequence[Recovery]) -> Json:
    seconds, alone = [one.seconds for one in times], [one.seconds for one in times if one.alone]
    return {
        "median": round(statistics.median(seconds), 2) if seconds else None,
        "worst": round(max(seconds), 2) if seconds else None,
        "worst_alone": round(max(alone), 2) if alone else None,
    }


def _shown(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f}"
