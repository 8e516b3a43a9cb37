"""Shows an image under review to the reviewer whose link it is, and to nobody else."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.links import Links, Ticket
from engine.domain.job import Job, State
from engine.domain.result import Artifact, ArtifactKind
from engine.domain.review import Oversight
from engine.errors import EngineError
from engine.ports import ArtifactStore, JobStore

log = logging.getLogger(__name__)

MIMETYPES = ("image/png", "image/jpeg", "image/webp")
HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}


@dataclass(frozen=True, slots=True)
class ReviewImages:
    """Looks everything up again at each visit: a link ends with the review, and with the reviewer's office."""

    store: JobStore
    artifacts: ArtifactStore
    links: Links
    oversight: Oversight

    def get(self, ticket: Ticket, signature: str) -> tuple[bytes, str] | None:
        """The bytes and their type; None if the link does not lead to anything, whatever the reason."""
        if not self.links.valid(ticket, signature):
            return None
        try:
            job = self.store.get(ticket.job_id)
            artifact = self._artifact(job, ticket) if job is not None else None
            if artifact is None or artifact.mimetype not in MIMETYPES:
                return None
            return self.artifacts.get(artifact.blob), artifact.mimetype
        except EngineError as error:
            log.warning("job %s: its image cannot be shown to a reviewer: %s", ticket.job_id, error)
            return None

    def _artifact(self, job: Job, ticket: Ticket) -> Artifact | None:
        rules = self.oversight.review(job.origin.workspace)
        if job.state is not State.HELD or rules is None or not rules.may_decide(ticket.user, job.origin.user):
            return None
        made = job.result.artifacts if job.result else ()
        artifact = made[ticket.number] if ticket.number < len(made) else None
        return artifact if artifact is not None and artifact.kind is ArtifactKind.IMAGE else None
