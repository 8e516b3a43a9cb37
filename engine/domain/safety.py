"""The safety filter's words: categories, actions and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.domain.request import Kind


class Category(StrEnum):
    """OpenAI's moderation categories (platform.openai.com/docs/guides/moderation), then our own."""

    SEXUAL = "sexual"
    SEXUAL_MINORS = "sexual/minors"
    HATE = "hate"
    HATE_THREATENING = "hate/threatening"
    HARASSMENT = "harassment"
    HARASSMENT_THREATENING = "harassment/threatening"
    VIOLENCE = "violence"
    VIOLENCE_GRAPHIC = "violence/graphic"
    SELF_HARM = "self-harm"
    SELF_HARM_INTENT = "self-harm/intent"
    SELF_HARM_INSTRUCTIONS = "self-harm/instructions"
    ILLICIT = "illicit"
    ILLICIT_VIOLENT = "illicit/violent"
    PERSONAL_DATA = "personal-data"
    SECRET = "secret"  # noqa: S105 - a category's name
    PROMPT_INJECTION = "prompt-injection"
    COMPANY_RULE = "company-rule"
    ADVICE_MEDICAL = "advice/medical"
    ADVICE_LEGAL = "advice/legal"
    ADVICE_FINANCIAL = "advice/financial"
    LINK = "link"
    """A link that nobody asked for leads out of the house: what leaks could travel in its address."""
    FOUR_EYES = "four-eyes"
    """A reply to a customer that the policy wants a second person to look at, whatever is in it."""
    UNCHECKED = "unchecked"
    """The filter could not answer in time: closed, not open."""


class Action(StrEnum):
    """What the policy does, mildest first."""

    ALLOW = "allow"
    DISCLAIM = "disclaim"
    """Shown, with a line that says it is no professional advice."""
    REDACT = "redact"
    REVIEW = "review"
    REFUSE = "refuse"


ADVICE = frozenset({Category.ADVICE_MEDICAL, Category.ADVICE_LEGAL, Category.ADVICE_FINANCIAL})
"""What a professional should be asked; of what a reviewer approved, a reader is told so too."""

NO_FINDING = frozenset({Category.FOUR_EYES, Category.UNCHECKED})
"""Categories that no check finds in a text: a policy has no thresholds for them."""

LEAKS = "leaks"
"""The check that finds in what came out the words that only the model was told."""

_SAID = (Action.DISCLAIM, Action.REVIEW)


class Stage(StrEnum):
    PROMPT = "prompt"
    CONTEXT = "context"
    """What a prompt has in it that its requester did not write: data, in which an order has no business."""
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Where:
    """What a text or an image belongs to: the policy has rules per kind of work, workspace and channel."""

    kind: Kind
    workspace: str = ""
    channel: str = ""
    appeal: bool = False
    """A reviewer is to decide on what would be refused: every check is asked, and a refusal becomes REVIEW.

    Not so for sexual/minors, nor for a check that did not answer.
    """


@dataclass(frozen=True, slots=True)
class Told:
    """What a model was told in one run: what comes out is judged against it."""

    asked: tuple[str, ...] = ()
    """What people wrote for it, as they wrote it: the brief and each change to it."""
    instructions: str = ""
    """The app's own words to the model, which nobody else is meant to read."""
    canary: str = ""
    """Letters that stand in the prompt and nowhere else; a text with them in it leaks the prompt."""
    restored: tuple[str, ...] = field(default=(), repr=False)
    """Personal data that the model never saw, and that people wrote for it themselves: they may read it again."""
    known: tuple[str, ...] = field(default=(), repr=False)
    """Texts that all who will read what comes out can read already: personal data in them may stand in it."""


NOTHING_TOLD = Told()


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's score in [0, 1] for one category, and what the policy does about it."""

    category: Category
    score: float
    action: Action
    check: str
    """Which check said so, e.g. "rules", "classifier", "nudenet"."""
    detail: str = ""
    """Which rule or label, for the operator; never the text itself."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may happen to a text or an image; `action` is the strictest of the findings'."""

    action: Action
    stage: Stage
    policy: str
    """Name, version and content of the policy that decided, e.g. "acme@3+1f2e3d"."""
    findings: tuple[Finding, ...] = ()
    text: str | None = None
    """The text to go on with where something in it is hidden: the action is REDACT, or REVIEW and more."""

    @property
    def allowed(self) -> bool:
        return self.action in (Action.ALLOW, Action.DISCLAIM, Action.REDACT)

    @property
    def disclaimers(self) -> tuple[str, ...]:
        """Codes of what must be said with what is shown, e.g. "advice_medical", without repeats."""
        advice = (f.category for f in self.findings if f.category in ADVICE and f.action in _SAID)
        return tuple(dict.fromkeys(category.value.replace("/", "_") for category in advice))

    @property
    def categories(self) -> tuple[Category, ...]:
        """The categories behind the action, most certain first, without repeats."""
        behind = sorted((f for f in self.findings if f.action == self.action), key=lambda f: -f.score)
        return tuple(dict.fromkeys(f.category for f in behind))

    @property
    def leaked(self) -> bool:
        """The model repeated its own instructions: nobody who asked did anything wrong."""
        return any(f.check == LEAKS and f.action == self.action for f in self.findings)


@dataclass(frozen=True, slots=True)
class Masked:
    """Texts as an outside API may see them."""

    verdict: Verdict
    """REDACT where something is hidden for good; what refuses lets nothing go out."""
    texts: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Placeholder -> personal data that the policy lets come back in its place. For this run's memory alone."""
