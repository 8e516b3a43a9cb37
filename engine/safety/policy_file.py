"""The schema of policy files; policy.py says what its parts mean together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Literal, get_args

import regex
from pydantic import BaseModel, Field, StringConstraints, field_validator, model_validator

from engine.domain.request import Kind
from engine.domain.safety import ADVICE, Action, Category
from engine.oversight import AuditSection, RetentionSection, ReviewSection

REDACTABLE = frozenset({Category.PERSONAL_DATA, Category.SECRET, Category.COMPANY_RULE, Category.LINK})
"""Categories that stand at a place in the text; the others judge the whole, and there is nothing to black out."""


LocalLayer = Literal[
    "leaks", "links", "recognisers", "presidio", "company", "rules", "injection", "classifier", "nudenet"
]
OutsideLayer = Literal["guard", "moderation", "image-moderation"]
"""Models that are called only where the policy says so: they take time, may cost money, and may be another's."""
LayerName = LocalLayer | OutsideLayer


class Outage(StrEnum):
    """What happens to a text or an image that a layer could not judge."""

    REFUSE = "refuse"
    REVIEW = "review"
    FALLBACK = "fallback"
    """The local layers decide alone, at stricter thresholds; the verdict says so."""


class LayerRule(BaseModel):
    """How one layer is used; what is absent stays as it was."""

    model_config = {"frozen": True, "extra": "forbid"}

    use: bool | None = None
    """Only for guard, moderation and image-moderation; the local layers are always on."""
    timeout_s: float | None = Field(None, gt=0)
    """Longest it may take; absent for local layers: AIGC_SAFETY_TIMEOUT_S."""
    on_outage: Outage | None = None


class OutsideApi(StrEnum):
    """What becomes of personal data before a prompt goes to an outside API; secrets never go there."""

    RESTORE = "restore"
    """Placeholders go out, and what comes back has the data again."""
    REDACT = "redact"
    """Placeholders go out, and stay."""
    REFUSE = "refuse"
    """The prompt does not go out."""
    ALLOW = "allow"
    """It goes out as it is."""


class PersonalData(BaseModel):
    """What to do about personal data where a model is another's; what is absent stays as it was."""

    model_config = {"frozen": True, "extra": "forbid"}

    outside_api: OutsideApi | None = None


Topic = Literal["refund", "complaint", "legal"]
"""What a reply can be about: engine/replies/topics.py has the words by which each is recognised."""


class Replies(BaseModel):
    """Replies to customers; what is absent stays as it was."""

    model_config = {"frozen": True, "extra": "forbid"}

    review: Literal["always", "never"] | list[Topic] | None = None
    """Which ones a reviewer sees before the customer does: all, none, or those about one of these topics."""


class Rule(BaseModel):
    """What to do about one category; what is absent stays as it was."""

    model_config = {"frozen": True, "extra": "forbid"}

    threshold: float | None = Field(None, ge=0, le=1)
    """The action is taken at this score and above."""
    action: Action | None = None


Rules = Mapping[Category, Rule]


class Scope(BaseModel):
    """Rules for a channel, for a workspace or for all, with exceptions per kind of work."""

    model_config = {"frozen": True, "extra": "forbid"}

    categories: dict[Category, Rule] = Field(default_factory=dict)
    kinds: dict[Kind, dict[Category, Rule]] = Field(default_factory=dict)
    images: dict[Category, Rule] = Field(default_factory=dict)
    context: dict[Category, Rule] = Field(default_factory=dict)
    """For what goes into a prompt and was not written by its requester."""
    layers: dict[LayerName, LayerRule] = Field(default_factory=dict)
    personal_data: PersonalData = PersonalData(outside_api=None)
    replies: Replies = Replies(review=None)

    @field_validator("layers")
    @classmethod
    def _local_layers_stay_on(cls, layers: dict[LayerName, LayerRule]) -> dict[LayerName, LayerRule]:
        for name, rule in layers.items():
            if name in get_args(LocalLayer) and (rule.use is not None or rule.on_outage is Outage.FALLBACK):
                raise ValueError(f"{name} is a local layer: it is always on, and nothing can stand in for it")
        return layers

    @model_validator(mode="after")
    def _possible(self) -> Scope:
        for rules in (self.categories, self.images, self.context, *self.kinds.values()):
            for category, rule in rules.items():
                if category is Category.UNCHECKED:
                    raise ValueError("unchecked is always refused: leave it out")
                if category is Category.FOUR_EYES:
                    raise ValueError("four-eyes has no score: say replies: {review: ...} instead")
                if rule.action is Action.REDACT and category not in REDACTABLE:
                    raise ValueError(f"{category}: redact works for {', '.join(sorted(REDACTABLE))} only")
                if rule.action is Action.DISCLAIM and category not in ADVICE:
                    raise ValueError(f"{category}: disclaim works for {', '.join(sorted(ADVICE))} only")
        return self


class CompanyRule(BaseModel):
    """Words of the company's own: banned words, competitors, claims. `words` match as whole words, in any case."""

    model_config = {"frozen": True, "extra": "forbid"}

    name: Annotated[str, StringConstraints(min_length=1)]
    words: list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]] = Field(default_factory=list)
    patterns: list[str] = Field(default_factory=list)
    """Regular expressions (pypi.org/project/regex), matched against the text in lower case."""

    @field_validator("patterns")
    @classmethod
    def _compile(cls, patterns: list[str]) -> list[str]:
        for pattern in patterns:
            try:
                regex.compile(pattern)
            except regex.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        return patterns


class WorkspaceScope(Scope):
    """Rules for a workspace, with exceptions per channel."""

    channels: dict[str, Scope] = Field(default_factory=dict)
    """By channel id."""
    review: ReviewSection | None = None

    def scopes(self) -> Iterator[Scope]:
        yield self
        yield from self.channels.values()


class Links(BaseModel):
    """Where links that nobody asked for may lead: hosts, and "*.example.com" for all hosts below example.com."""

    model_config = {"frozen": True, "extra": "forbid"}

    allow: list[Annotated[str, StringConstraints(pattern=r"^(\*\.)?[^\s/:*@?#]+$")]] = Field(default_factory=list)


class Labels(BaseModel):
    """What labels say and where; what is absent stays as it was."""

    model_config = {"frozen": True, "extra": "forbid"}

    draw_on_image: bool | None = None
    """Draw "AI-generated" on each image itself."""
    prompt_in_file: bool | None = None
    """Write the prompt into an image's Content Credentials; its SHA-256 hash stands there in any case."""


Name = Annotated[str, StringConstraints(pattern=r"^[\w.-]+$", max_length=50)]
"""Name and version stand in every verdict, and the audit log has a column of 128 characters for both."""


class PolicyFile(WorkspaceScope):
    """The file's schema."""

    name: Name
    version: int | Name
    workspaces: dict[str, WorkspaceScope] = Field(default_factory=dict)
    """By workspace id (team id)."""
    labels: Labels = Labels()
    company_rules: list[CompanyRule] = Field(default_factory=list)
    links: Links = Links()
    audit: AuditSection = AuditSection(keep_texts_days=0)
    retention: RetentionSection = RetentionSection(contents_days=None, requests_days=None)

    def scopes(self) -> Iterator[Scope]:
        yield from super().scopes()
        for workspace in self.workspaces.values():
            yield from workspace.scopes()
