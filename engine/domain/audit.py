"""What the audit log keeps: who, what category, which policy, which decision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.domain.job import Job, NewJob
from engine.domain.review import Decision
from engine.domain.safety import Finding, Verdict


class AuditEvent(StrEnum):
    """What happened; the last four end a review."""

    VERDICT = "verdict"
    """A check that did not simply allow."""
    APPEALED = "appealed"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log; it is written once and never changed, but for `text`, which can be blanked."""

    at: float
    """Seconds since the epoch, UTC."""
    event: AuditEvent
    workspace: str
    channel: str
    job_id: str
    actor: str
    """Who asked, appealed or decided: a user's id, "operator:NAME" at a terminal, "" where time ran out."""
    stage: str = ""
    action: str = ""
    policy: str = ""
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    """What a reviewer gave as their reason."""
    text: str = ""
    """The text that was judged, only where and as long as the policy keeps texts."""


def of_verdict(job: Job, verdict: Verdict, at: float, text: str = "") -> AuditEntry:
    return AuditEntry(
        at,
        AuditEvent.VERDICT,
        job.origin.workspace,
        job.origin.channel,
        job.id,
        job.origin.user,
        stage=verdict.stage.value,
        action=verdict.action.value,
        policy=verdict.policy,
        findings=verdict.findings,
        text=text,
    )


def of_decision(job: Job, decision: Decision) -> AuditEntry:
    """With what the job was held for, which `job` must still tell."""
    hold = job.result.hold if job.result else None
    verdicts = hold.verdicts if hold else ()
    return AuditEntry(
        decision.at,
        AuditEvent(decision.outcome.value),
        job.origin.workspace,
        job.origin.channel,
        job.id,
        decision.by,
        policy=verdicts[0].policy if verdicts else "",
        findings=tuple(finding for verdict in verdicts for finding in verdict.findings),
        reason=decision.reason,
    )


def of_appeal(new: NewJob) -> AuditEntry:
    """Its reason is the id of the job that was refused."""
    origin, reason = new.origin, new.request.appeal_of
    event = AuditEvent.APPEALED
    return AuditEntry(new.created_at, event, origin.workspace, origin.channel, new.id, origin.user, reason=reason)
