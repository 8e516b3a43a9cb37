"""Writes down how good the classifier is, as the Markdown tables of weights/CARD.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from engine.domain.request import Kind
from engine.domain.safety import Where
from engine.safety.classifier import Head
from engine.safety.measures import Scores, at_threshold, average_precision
from engine.safety.policy import Policy, load_policy
from engine.safety.train.corpus import Example

Heads = Mapping[Head, Scores]

HARMLESS = ("ordinary", "presidio", "emails", "cvalues")


def figures(examples: Sequence[Example], scores: Heads) -> str:
    """The tables; `scores` are probabilities per example, nan where the example says nothing of the head."""
    policy = load_policy(None)
    lines = [
        "| category | language | set | texts | share unsafe | average precision | precision | recall | F1 |",
        "|---|---|---|---|---|---|---|---|---|",
        *(row for head, found in scores.items() for row in _quality(head, found, examples, policy)),
        "",
        "| harmless texts | language | texts | refused as copy | refused as draw |",
        "|---|---|---|---|---|",
        *_false_alarms(examples, scores, policy),
    ]
    return "\n".join(lines)


def _quality(head: Head, found: Scores, examples: Sequence[Example], policy: Policy) -> Iterator[str]:
    threshold = policy.decide(head.category, Where(Kind.COPY)).threshold
    for language, cjk in (("English", False), ("Chinese", True)):
        for name, held_out in (("out of fold", False), ("COLD dev", True)):
            rows = [
                row
                for row, example in enumerate(examples)
                if not np.isnan(found[row]) and example.cjk is cjk and example.held_out is held_out
            ]
            labels = np.array([examples[row].labels[head.category] for row in rows], dtype=bool)
            if labels.any():
                at = at_threshold(labels, found[rows], threshold)
                yield (
                    f"| {head.category}{' (Chinese head)' if head.cjk else ''} | {language} | {name} | {len(rows)} "
                    f"| {labels.mean():.3f} | {average_precision(labels, found[rows]):.3f} "
                    f"| {at.precision:.2f} | {at.recall:.2f} | {at.f1:.2f} |"
                )


def _false_alarms(examples: Sequence[Example], scores: Heads, policy: Policy) -> Iterator[str]:
    for source in HARMLESS:
        for language, cjk in (("English", False), ("Chinese", True)):
            rows = [row for row, example in enumerate(examples) if example.source == source and example.cjk is cjk]
            if rows:
                copy, draw = (np.mean([_refused(scores, row, policy, kind) for row in rows]) for kind in Kind)
                yield f"| {source} | {language} | {len(rows)} | {copy:.2%} | {draw:.2%} |"


def _refused(scores: Heads, row: int, policy: Policy, kind: Kind) -> bool:
    return any(found[row] >= policy.decide(head.category, Where(kind)).threshold for head, found in scores.items())
