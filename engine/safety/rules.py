"""Exact rules as data: the patterns in patterns/*.yaml, and a company's own words from its policy.

A rule is for what can be told from the wording alone, with next to no false alarms. All else is the classifier's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex
import yaml
from pydantic import BaseModel, Field

from engine.domain.request import Kind
from engine.domain.safety import Category
from engine.safety.evidence import Evidence, Span
from engine.safety.normalise import Views
from engine.safety.policy_file import CompanyRule

PATTERN_TIMEOUT_S = 1.0
"""Longest that a company's own pattern may take on one text."""


class Pattern(BaseModel):
    """One rule: a regular expression over casefolded text with single spaces; `<term>` stands for the file's terms."""

    model_config = {"frozen": True, "extra": "forbid"}

    name: str
    category: Category
    match: str
    kinds: frozenset[Kind] = frozenset(Kind)
    score: float = Field(1.0, ge=0, le=1)


class RuleFile(BaseModel):
    """The schema of patterns/*.yaml."""

    model_config = {"frozen": True, "extra": "forbid"}

    terms: dict[str, str] = Field(default_factory=dict)
    rules: list[Pattern]

    def compiled(self) -> Iterator[CompiledRule]:
        for rule in self.rules:
            match = re.sub(r"<([a-z_]+)>", lambda term: f"(?:{self.terms[term[1]]})", rule.match)
            yield CompiledRule(rule, re.compile(match))


@dataclass(frozen=True, slots=True)
class CompiledRule:
    rule: Pattern
    expression: re.Pattern[str]


class PatternCheck:
    """Judges by the rules that ship with the app."""

    name = "rules"

    def __init__(self) -> None:
        self._rules = shipped_rules()

    def judge(self, views: Views, kind: Kind) -> Sequence[Evidence]:
        return [
            Evidence(rule.rule.category, rule.rule.score, rule.rule.name)
            for rule in self._rules
            if kind in rule.rule.kinds and _found(rule.expression, views)
        ]


@cache
def shipped_rules() -> tuple[CompiledRule, ...]:
    folder = files("engine.safety").joinpath("patterns")
    texts = [file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".yaml")]
    return tuple(rule for text in texts for rule in RuleFile.model_validate(yaml.safe_load(text)).compiled())


class CompanyCheck:
    """Judges by the company's own rules; their words can be redacted, unless they were disguised."""

    name = "company"

    def __init__(self, rules: Sequence[CompanyRule]) -> None:
        self._expressions: list[tuple[str, regex.Pattern[str]]] = [
            (rule.name, expression) for rule in rules for expression in _expressions(rule)
        ]

    def judge(self, views: Views, kind: Kind) -> Sequence[Evidence]:
        return [evidence for name, expression in self._expressions for evidence in _company(name, expression, views)]


def _company(name: str, expression: regex.Pattern[str], views: Views) -> list[Evidence]:
    seen = [
        Evidence(Category.COMPANY_RULE, 1.0, name, Span(*views.raw_span(*place.span()), "[...]"))
        for place in expression.finditer(views.clean, timeout=PATTERN_TIMEOUT_S)
        if place.end() > place.start()
    ]
    if not seen and any(expression.search(text, timeout=PATTERN_TIMEOUT_S) for text in (views.plain, views.folded)):
        return [Evidence(Category.COMPANY_RULE, 1.0, name)]
    return seen


def _found(expression: re.Pattern[str], views: Views) -> bool:
    if expression.search(views.plain):
        return True
    return views.folded != views.plain and bool(expression.search(views.folded))


def _expressions(rule: CompanyRule) -> Iterator[regex.Pattern[str]]:
    """With the module `regex`, which can stop a pattern that takes for ever; Python's own holds everything up."""
    for words in rule.words:
        inner = r"[ \t]+".join(regex.escape(word) for word in words.casefold().split())
        before = r"(?<![a-z0-9])" if words[0].isascii() else ""
        after = r"(?![a-z0-9])" if words[-1].isascii() else ""
        yield regex.compile(f"{before}{inner}{after}", regex.IGNORECASE)
    for pattern in rule.patterns:
        yield regex.compile(pattern, regex.IGNORECASE)
