"""The policy: what is done at which score, per category, kind of work, workspace and channel, read from a YAML file.

A policy file only says what differs from the built-in default_policy.yaml. The nearest word wins: the workspace's
channel, the workspace, the file's channel (whatever the workspace), the file, the built-in file; and within each of
them `kinds` wins over `categories`. An image itself is judged by `images` on top of kind draw, others' words
in a prompt by `context`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, get_args

import regex
from pydantic import BaseModel, Field, StringConstraints, field_validator, model_validator

from engine.domain.request import Kind
from engine.domain.safety import ADVICE, Action, Category, Where
from engine.errors import ConfigurationError
from engine.oversight import AuditSection, ReviewSection
from engine.yaml_file import line_of, parse_yaml

log = logging.getLogger(__name__)

REDACTABLE = frozenset({Category.PERSONAL_DATA, Category.SECRET, Category.COMPANY_RULE, Category.LINK})
"""Categories that stand at a place in the text; the others judge the whole, and there is nothing to black out."""


LocalLayer = Literal[
    "leaks", "links", "recognisers", "presidio", "company", "rules", "injection", "classifier", "nudenet"
]
OutsideLayer = Literal["guard", "moderation", "image-moderation"]
"""Models that are called only where the policy says so: they take time, may cost money, and may be another's."""
LayerName = LocalLayer | OutsideLayer

FALLBACK_STRICTNESS = 0.8
"""What thresholds are multiplied with while the local layers decide alone in place of a model that is out."""


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


class PolicyFile(WorkspaceScope):
    """The file's schema."""

    name: Annotated[str, StringConstraints(pattern=r"^[\w.-]+$")]
    version: int | Annotated[str, StringConstraints(pattern=r"^[\w.-]+$")]
    workspaces: dict[str, WorkspaceScope] = Field(default_factory=dict)
    """By workspace id (team id)."""
    labels: Labels = Labels()
    company_rules: list[CompanyRule] = Field(default_factory=list)
    links: Links = Links()
    audit: AuditSection = AuditSection(keep_texts_days=0)

    def scopes(self) -> Iterator[Scope]:
        yield from super().scopes()
        for workspace in self.workspaces.values():
            yield from workspace.scopes()


@dataclass(frozen=True, slots=True)
class Decision:
    """The rule that holds for one category, all exceptions applied."""

    threshold: float
    action: Action

    source: str = "built-in"
    """Which part of which file said so."""

    def on(self, score: float) -> Action:
        return self.action if score >= self.threshold else Action.ALLOW

    def stricter(self, factor: float) -> Decision:
        return replace(self, threshold=self.threshold * factor)


@dataclass(frozen=True, slots=True)
class LayerDecision:
    """How one layer is used, all exceptions applied."""

    use: bool
    timeout_s: float | None
    on_outage: Outage


@dataclass(frozen=True)
class Policy:
    """Answers what a score means somewhere."""

    file: PolicyFile
    base: PolicyFile
    digest: str
    """The first hexadecimal digits of the SHA-256 of the file, as sha256sum prints it."""
    warnings: tuple[str, ...] = ()
    """What the file says and cannot have: file, line, key and what happens instead."""

    @property
    def label(self) -> str:
        """Name, version and content, e.g. "acme@3+1f2e3d": an edited file is told apart under the same version too."""
        return f"{self.file.name}@{self.file.version}+{self.digest}"

    @property
    def draws_on_image(self) -> bool:
        """Each image has the words "AI-generated" drawn on it."""
        return bool(_nearest(self.file.labels.draw_on_image, self.base.labels.draw_on_image))

    @property
    def keeps_prompt_in_file(self) -> bool:
        """An image's Content Credentials hold its prompt, not only the prompt's hash."""
        return bool(_nearest(self.file.labels.prompt_in_file, self.base.labels.prompt_in_file))

    def decide(self, category: Category, where: Where, *, image: bool = False, context: bool = False) -> Decision:
        """The rule for a prompt or a text; with `image` for a picture itself, with `context` for others' words."""
        if category is Category.UNCHECKED:
            return Decision(0.0, Action.REFUSE)
        decision = Decision(1.0, Action.REFUSE)
        for source, rules in _rules(self.base, self.file, where, image, context):
            if (rule := rules.get(category)) is not None:
                threshold = decision.threshold if rule.threshold is None else rule.threshold
                decision = Decision(threshold, rule.action or decision.action, source)
        if category is Category.SEXUAL_MINORS:
            return Decision(min(decision.threshold, _minors_threshold()), Action.REFUSE, decision.source)
        return decision

    def layer(self, name: str, where: Where) -> LayerDecision:
        """How the layer `name` is used. Where nothing is said it is used, and what it cannot judge is refused."""
        use, timeout_s, on_outage = True, None, Outage.REFUSE
        for _, scope in _scopes(self.base, self.file, where):
            if (rule := scope.layers.get(name)) is not None:  # type: ignore[call-overload]  # any name may be asked for
                use = use if rule.use is None else rule.use
                timeout_s = rule.timeout_s or timeout_s
                on_outage = rule.on_outage or on_outage
        return LayerDecision(use, timeout_s, on_outage)

    def outside_api(self, where: Where) -> OutsideApi:
        """What becomes of personal data before it goes to an outside API."""
        said = [scope.personal_data.outside_api for _, scope in _scopes(self.base, self.file, where)]
        return next((choice for choice in reversed(said) if choice is not None), OutsideApi.RESTORE)

    def uses(self, name: OutsideLayer) -> bool:
        """Whether the file switches a layer on anywhere."""
        rules = (scope.layers.get(name) for scope in self.file.scopes())
        return any(rule is not None and rule.use for rule in rules)


_NOTHING = Rule(threshold=None)


def _nearest(own: bool | None, otherwise: bool | None) -> bool | None:
    return otherwise if own is None else own


_NOWHERE = WorkspaceScope()


def _scopes(base: PolicyFile, own: PolicyFile, where: Where) -> Iterator[tuple[str, Scope]]:
    """From the most general to the nearest, each with its name."""
    workspace = own.workspaces.get(where.workspace, _NOWHERE)
    yield "built-in", base
    if own is not base:
        yield own.name, own
    yield f"channel {where.channel}", own.channels.get(where.channel, _NOWHERE)
    yield f"workspace {where.workspace}", workspace
    yield f"workspace {where.workspace}, channel {where.channel}", workspace.channels.get(where.channel, _NOWHERE)


def _rules(base: PolicyFile, own: PolicyFile, where: Where, image: bool, context: bool) -> Iterator[tuple[str, Rules]]:
    """From the most general to the nearest, each with its name."""
    kind = Kind.DRAW if image else where.kind
    for name, scope in _scopes(base, own, where):
        yield name, scope.categories
        yield f"{name}, {kind}", scope.kinds.get(kind, {})
        if image:
            yield f"{name}, images", scope.images
        if context:
            yield f"{name}, context", scope.context


def load_policy(path: Path | None) -> Policy:
    """The policy of `path`, or the built-in one. Raises ConfigurationError that names file, line and key."""
    base = _default()
    if path is None:
        return Policy(base, base, _digest(_default_text()))
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the policy file {path} cannot be read: {error}") from error
    file = parse_yaml(text, str(path), PolicyFile)
    _hold_minors(file, str(path))
    policy = Policy(file, base, _digest(text), tuple(_unreviewed(file, text, str(path))))
    for warning in policy.warnings:
        log.warning("%s", warning)
    return policy


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:6]


def _hold_minors(file: PolicyFile, source: str) -> None:
    """Raises ConfigurationError if the file would let sexual content about minors through."""
    for scope in file.scopes():
        for rules in (scope.categories, scope.images, scope.context, *scope.kinds.values()):
            rule = rules.get(Category.SEXUAL_MINORS, _NOTHING)
            weaker = rule.threshold is not None and rule.threshold > _minors_threshold()
            if weaker or rule.action not in (None, Action.REFUSE):
                raise ConfigurationError(
                    f"{source}: sexual/minors is always refused, from a score of {_minors_threshold()}: "
                    "remove what says otherwise"
                )


def _unreviewed(file: PolicyFile, text: str, source: str) -> Iterator[str]:
    """Where the file would hold a result for a review that nobody does: refused, which lets nothing through."""
    places: list[tuple[tuple[str, ...], Scope]] = []
    if file.review is None:
        places += [((), file), *((("channels", name), scope) for name, scope in file.channels.items())]
    for name, workspace in file.workspaces.items():
        if file.review is None and workspace.review is None:
            own, channels = ("workspaces", name), workspace.channels.items()
            places += [(own, workspace), *(((*own, "channels", channel), scope) for channel, scope in channels)]
    for place, scope in places:
        for path in _reviews(scope):
            key = ".".join((*place, *path))
            yield (
                f"{source}:{line_of(text, (*place, *path))}: {key}: there is no section review with a channel and "
                "reviewers, so this is refused"
            )


def _reviews(scope: Scope) -> Iterator[tuple[str, ...]]:
    """The keys in a scope that ask for a review."""
    for name, rules in (("categories", scope.categories), ("images", scope.images), ("context", scope.context)):
        yield from ((name, category.value) for category, rule in rules.items() if rule.action is Action.REVIEW)
    for kind, rules in scope.kinds.items():
        yield from (("kinds", kind.value, c.value) for c, rule in rules.items() if rule.action is Action.REVIEW)
    yield from (("layers", name) for name, layer in scope.layers.items() if layer.on_outage is Outage.REVIEW)


@cache
def _default() -> PolicyFile:
    return parse_yaml(_default_text(), "default_policy.yaml", PolicyFile)


def _default_text() -> str:
    return files("engine.safety").joinpath("default_policy.yaml").read_bytes().decode()


def _minors_threshold() -> float:
    threshold = _default().categories[Category.SEXUAL_MINORS].threshold
    return 0.0 if threshold is None else threshold
