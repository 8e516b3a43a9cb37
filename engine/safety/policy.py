"""The policy: what is done at which score, per category, kind of work, workspace and channel, read from a YAML file.

A policy file only says what differs from the built-in default_policy.yaml. The nearest word wins: the workspace's
channel, the workspace, the file's channel (whatever the workspace), the file, the built-in file; and within each of
them `kinds` wins over `categories`. An image itself is judged by `images` on top of kind draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import regex
import yaml
from pydantic import BaseModel, Field, StringConstraints, ValidationError, field_validator, model_validator

from engine.domain.request import Kind
from engine.domain.safety import Action, Category, Where
from engine.errors import ConfigurationError

REDACTABLE = frozenset({Category.PERSONAL_DATA, Category.SECRET, Category.COMPANY_RULE})
"""Categories that stand at a place in the text; the others judge the whole, and there is nothing to black out."""


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

    @model_validator(mode="after")
    def _possible(self) -> Scope:
        for rules in (self.categories, self.images, *self.kinds.values()):
            for category, rule in rules.items():
                if category is Category.UNCHECKED:
                    raise ValueError("unchecked is always refused: leave it out")
                if rule.action is Action.REDACT and category not in REDACTABLE:
                    raise ValueError(f"{category}: redact works for {', '.join(sorted(REDACTABLE))} only")
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

    def scopes(self) -> Iterator[Scope]:
        yield self
        yield from self.channels.values()


class PolicyFile(WorkspaceScope):
    """The file's schema."""

    name: Annotated[str, StringConstraints(pattern=r"^[\w.-]+$")]
    version: int | Annotated[str, StringConstraints(pattern=r"^[\w.-]+$")]
    workspaces: dict[str, WorkspaceScope] = Field(default_factory=dict)
    """By workspace id (team id)."""
    company_rules: list[CompanyRule] = Field(default_factory=list)

    def scopes(self) -> Iterator[Scope]:
        yield from super().scopes()
        for workspace in self.workspaces.values():
            yield from workspace.scopes()


@dataclass(frozen=True, slots=True)
class Decision:
    """The rule that holds for one category, all exceptions applied."""

    threshold: float
    action: Action

    def on(self, score: float) -> Action:
        return self.action if score >= self.threshold else Action.ALLOW


@dataclass(frozen=True)
class Policy:
    """Answers what a score means somewhere."""

    file: PolicyFile
    base: PolicyFile

    @property
    def label(self) -> str:
        return f"{self.file.name}@{self.file.version}"

    def decide(self, category: Category, where: Where, *, image: bool = False) -> Decision:
        """The rule for a prompt or a text, or with `image` for a picture itself."""
        if category is Category.UNCHECKED:
            return Decision(0.0, Action.REFUSE)
        threshold, action = 1.0, Action.REFUSE
        for rules in _layers(self.base, self.file, where, image):
            rule = rules.get(category, _NOTHING)
            threshold = threshold if rule.threshold is None else rule.threshold
            action = rule.action or action
        if category is Category.SEXUAL_MINORS:
            return Decision(min(threshold, _minors_threshold()), Action.REFUSE)
        return Decision(threshold, action)


_NOTHING = Rule(threshold=None)
_NOWHERE = WorkspaceScope()


def _layers(base: PolicyFile, own: PolicyFile, where: Where, image: bool) -> Iterator[Rules]:
    """From the most general to the nearest."""
    workspace = own.workspaces.get(where.workspace, _NOWHERE)
    of_channel = [scope.channels.get(where.channel, _NOWHERE) for scope in (own, workspace)]
    for scope in (base, own, of_channel[0], workspace, of_channel[1]):
        yield scope.categories
        yield scope.kinds.get(Kind.DRAW if image else where.kind, {})
        if image:
            yield scope.images


def load_policy(path: Path | None) -> Policy:
    """The policy of `path`, or the built-in one. Raises ConfigurationError that names file, line and key."""
    base = _default()
    if path is None:
        return Policy(base, base)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the policy file {path} cannot be read: {error}") from error
    file = parse_policy(text, str(path))
    _hold_minors(file, str(path))
    return Policy(file, base)


def parse_policy(text: str, source: str) -> PolicyFile:
    """Raises ConfigurationError that names `source`, line and key."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        data: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise ConfigurationError(f"{source}{line}: this is not YAML: {getattr(error, 'problem', error)}") from error
    try:
        return PolicyFile.model_validate(data if data is not None else {})
    except ValidationError as error:
        raise ConfigurationError("; ".join(_complaints(error, tree, source))) from error


def _complaints(error: ValidationError, tree: yaml.Node | None, source: str) -> list[str]:
    """One line of text per mistake."""
    complaints = []
    for mistake in error.errors():
        path = tuple(part for part in mistake["loc"] if part != "[key]")
        key = ".".join(str(part) for part in path) or "the file"
        complaints.append(f"{source}:{_line(tree, path)}: {key}: {mistake['msg']}")
    return complaints


def _line(node: yaml.Node | None, path: tuple[str | int, ...]) -> int:
    """The line, from 1, of the deepest part of `path` that stands in the file."""
    line = 1 if node is None else node.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _hold_minors(file: PolicyFile, source: str) -> None:
    """Raises ConfigurationError if the file would let sexual content about minors through."""
    for scope in file.scopes():
        for rules in (scope.categories, scope.images, *scope.kinds.values()):
            rule = rules.get(Category.SEXUAL_MINORS, _NOTHING)
            weaker = rule.threshold is not None and rule.threshold > _minors_threshold()
            if weaker or rule.action not in (None, Action.REFUSE):
                raise ConfigurationError(
                    f"{source}: sexual/minors is always refused, from a score of {_minors_threshold()}: "
                    "remove what says otherwise"
                )


@cache
def _default() -> PolicyFile:
    text = files("engine.safety").joinpath("default_policy.yaml").read_text(encoding="utf-8")
    return parse_policy(text, "default_policy.yaml")


def _minors_threshold() -> float:
    threshold = _default().categories[Category.SEXUAL_MINORS].threshold
    return 0.0 if threshold is None else threshold
