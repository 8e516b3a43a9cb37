"""The policy: what is done at which score, per category, kind of work, workspace and channel, read from a YAML file.

A policy file only says what differs from the built-in default_policy.yaml. The nearest word wins: the workspace's
channel, the workspace, the file's channel (whatever the workspace), the file, the built-in file; and within each of
them `kinds` wins over `categories`. An image itself is judged by `images` on top of kind draw, others' words
in a prompt by `context`: of them only secrets, orders to the model and sexual/minors count, unless it names others.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from engine.domain.request import Kind
from engine.domain.safety import Action, Category, Where
from engine.errors import ConfigurationError
from engine.replies.topics import topics
from engine.safety.policy_file import Outage, OutsideApi, OutsideLayer, PolicyFile, Rule, Rules, Scope, WorkspaceScope
from engine.yaml_file import line_of, parse_yaml

log = logging.getLogger(__name__)

FALLBACK_STRICTNESS = 0.8
"""What thresholds are multiplied with while the local layers decide alone in place of a model that is out."""


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
        decision, named = Decision(1.0, Action.REFUSE), False
        for source, rules in _rules(self.base, self.file, where, image, context):
            if (rule := rules.get(category)) is not None:
                threshold = decision.threshold if rule.threshold is None else rule.threshold
                decision = Decision(threshold, rule.action or decision.action, source)
                named = named or source.endswith(_CONTEXT)
        if category is Category.SEXUAL_MINORS:
            return Decision(min(decision.threshold, _minors_threshold()), Action.REFUSE, decision.source)
        if context and not named and category not in _IN_DATA:
            return replace(decision, action=Action.ALLOW)
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

    def replies(self, where: Where) -> str:
        """Which replies a reviewer sees first: "always", "never", or topics with commas between them."""
        said = [scope.replies.review for _, scope in _scopes(self.base, self.file, where)]
        nearest = next((choice for choice in reversed(said) if choice is not None), "never")
        return nearest if isinstance(nearest, str) else ", ".join(nearest) or "never"

    def second_look(self, texts: Sequence[str], where: Where) -> tuple[str, ...]:
        """Why a reviewer must see a reply that these texts are about: "always", or its topics; nothing if none must."""
        asked = self.replies(where)
        if asked == "always":
            return ("always",)
        return tuple(topic for topic in topics(texts) if topic in asked.split(", "))

    def uses(self, name: OutsideLayer) -> bool:
        """Whether the file switches a layer on anywhere."""
        rules = (scope.layers.get(name) for scope in self.file.scopes())
        return any(rule is not None and rule.use for rule in rules)


_CONTEXT = ", context"
_IN_DATA = frozenset({Category.SECRET, Category.PROMPT_INJECTION})
"""What counts in others' words, too, where no `context` says otherwise: how they speak and what of, is theirs."""

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
            yield f"{name}{_CONTEXT}", scope.context


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
    if scope.replies.review not in (None, "never", []):
        yield "replies", "review"
    yield from (("layers", name) for name, layer in scope.layers.items() if layer.on_outage is Outage.REVIEW)


@cache
def _default() -> PolicyFile:
    return parse_yaml(_default_text(), "default_policy.yaml", PolicyFile)


def _default_text() -> str:
    return files("engine.safety").joinpath("default_policy.yaml").read_bytes().decode()


def _minors_threshold() -> float:
    threshold = _default().categories[Category.SEXUAL_MINORS].threshold
    return 0.0 if threshold is None else threshold
