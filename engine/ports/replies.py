"""What became of drafts of replies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from engine.domain.replies import CannedReply, Rating, ReplyStats, SentReply


class ReplyLog(Protocol):
    """What became of drafts. All methods raise StoreUnavailable.

    What a reply says is written by the JobStore, in the transaction in which the job that sends it succeeds. It was
    sent once it is posted in the customer's thread: an archived channel, or one without the app, takes nothing. Texts
    go when those of their jobs do; canned replies stay until somebody takes them out of the knowledge base.
    """

    def sent_reply(self, sent_id: str) -> SentReply | None:
        """What a job sent; None if nothing of it was posted."""

    def sent_replies(self, since: float = 0.0) -> Iterator[SentReply]:
        """All that were sent at this moment (epoch seconds) or later, oldest first."""

    def rate(self, rating: Rating) -> None:
        """Keep it in place of what the same person said of the same job before."""

    def ratings(self, since: float = 0.0) -> Iterator[Rating]:
        """All that were given at this moment or later, oldest first."""

    def save_canned(self, reply: CannedReply) -> bool:
        """Keep an answer; False, and nothing changed, if one with its id is kept already."""

    def canned(self, workspace: str) -> tuple[CannedReply, ...]:
        """All of a workspace, newest first."""

    def unlearned(self, workspace: str) -> tuple[CannedReply, ...]:
        """Those that the knowledge base does not have yet, oldest first."""

    def learned(self, reply_id: str) -> bool:
        """The knowledge base has it now; False if it was taken out meanwhile."""

    def canned_reply(self, reply_id: str) -> CannedReply | None: ...

    def forget_canned(self, reply_id: str) -> None:
        """Keep it no more; the knowledge base may have it still."""

    def reply_stats(self, since: float = 0.0, workspace: str = "") -> ReplyStats:
        """Over what was sent and rated at this moment or later, in one workspace or in all."""
