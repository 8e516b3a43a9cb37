"""Keeps personal data and secrets from a model of an outside API, and puts the personal data back into what it writes.

What stands for what is known to the run alone, for as long as it writes: it is worked out anew from the line of jobs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.domain.safety import Action, Masked
from engine.domain.task import ImageTask, TextTask, Turn
from engine.ports import SafetyFilter
from engine.steps.run import Refused, Run

SHIELDED = "shielded"
"""Notice: the model saw placeholders instead of personal data."""

_EXPLAINED = "Markers in square brackets such as {name} stand for data you need not know: write them unchanged."

_PLACEHOLDER = re.compile(r"[\[［【]\s?([^\W\d_][^\W_]*(?: [^\W\d_]+)? \d{1,4})\s?[\]］】]")
_BEGUN = re.compile(r"[\[［【][^\[［【\]］】\n]{0,40}\Z")
"""What may be the beginning of a placeholder whose end is not there yet."""


@dataclass(frozen=True, slots=True)
class Shield:
    """Placeholder -> what it stands for."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def own(self, run: Run) -> tuple[str, ...]:
        """The values that people wrote for this run themselves, in the channel that its answer goes to."""
        if len({job.origin.channel for job in run.lineage}) > 1:
            return ()
        return tuple(value for value in self.values.values() if any(value in text for text in run.asked))


NO_SHIELD = Shield()


def shield_text(run: Run, task: TextTask, safety: SafetyFilter) -> tuple[Run, TextTask, Shield]:
    """What may leave, and what puts the rest back. Raises Refused where the policy lets nothing leave."""
    if not run.outside:
        return run, task, NO_SHIELD
    run, masked = _masked(run, [turn.text for turn in task.turns], safety)
    turns = tuple(replace(turn, text=text) for turn, text in zip(task.turns, masked.texts, strict=True))
    if masked.values:
        turns = (
            Turn("system", " ".join([turns[0].text, _EXPLAINED.format(name=next(iter(masked.values)))])),
            *turns[1:],
        )
    return run, replace(task, turns=turns), Shield(masked.values)


def shield_image(run: Run, task: ImageTask, safety: SafetyFilter) -> tuple[Run, ImageTask]:
    """What may leave: nothing can be put back into an image. Raises Refused where the policy lets nothing leave."""
    if not run.outside:
        return run, task
    run, masked = _masked(run, [task.prompt, task.negative or ""], safety)
    prompt, negative = masked.texts
    return run, replace(task, prompt=prompt, negative=negative or None)


def _masked(run: Run, texts: Sequence[str], safety: SafetyFilter) -> tuple[Run, Masked]:
    masked = safety.mask(texts, run.where)
    if not masked.verdict.allowed:
        run.admit(masked.verdict)
        raise Refused(masked.verdict)
    hidden = ["redacted"] if masked.verdict.action is Action.REDACT else []
    return run.with_lineage(run.lineage, *hidden, *([SHIELDED] if masked.values else [])), masked


@dataclass(slots=True)
class Restorer:
    """Puts values back into one text as it comes, in whatever pieces."""

    shield: Shield
    _held: str = ""

    def feed(self, text: str) -> str:
        """What can be told now; the beginning of a placeholder is held back."""
        if not self.shield.values:
            return text
        self._held += text
        begun = _BEGUN.search(self._held)
        cut = begun.start() if begun else len(self._held)
        ready, self._held = self._held[:cut], self._held[cut:]
        return self._restored(ready)

    def finish(self) -> str:
        """The rest."""
        rest, self._held = self._held, ""
        return self._restored(rest)

    def _restored(self, text: str) -> str:
        return _PLACEHOLDER.sub(lambda found: self.shield.values.get(f"[{found[1].casefold()}]", found[0]), text)
