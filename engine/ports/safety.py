"""What decides what may go in and what may come out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.domain.safety import NOTHING_TOLD, Masked, Stage, Told, Verdict, Where


class StreamCheck(Protocol):
    """Clears one text while it is written, sentence by sentence; holds back what is not cleared yet."""

    def feed(self, text: str) -> str:
        """Take new text; return all text cleared so far. Once refused it returns "" for good."""

    def finish(self) -> Verdict:
        """No more text: the verdict on the whole, whose `text` is what may be shown (redacted if need be)."""

    @property
    def refused(self) -> bool: ...


class SafetyFilter(Protocol):
    """Decides what may go in and what may come out. Fails closed: it answers with a refusal, never raises."""

    def check_prompt(self, text: str, where: Where, stage: Stage = Stage.PROMPT) -> Verdict:
        """`stage` is CONTEXT for what goes into a prompt and was not written by its requester."""

    def mask(self, texts: Sequence[str], where: Where) -> Masked:
        """All that goes to an outside API in one call, without secrets and, by policy, without personal data."""

    def check_text(self, text: str, where: Where, told: Told = NOTHING_TOLD) -> Verdict:
        """`told` is what the text was made from; without it no link counts as asked for."""

    def second_look(self, texts: Sequence[str], where: Where) -> Verdict:
        """REVIEW, for category FOUR_EYES, where a second person must see a reply before a customer does; else ALLOW.

        `texts` are the reply and what it answers.
        """

    def check_image(self, image: bytes, where: Where, stage: Stage = Stage.OUTPUT) -> Verdict:
        """`image` is a PNG, JPEG or WebP file; an uploaded one to start from is of stage PROMPT."""

    def stream(self, where: Where, told: Told = NOTHING_TOLD) -> StreamCheck: ...
