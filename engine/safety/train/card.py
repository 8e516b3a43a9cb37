"""Writes down how good the classifier is, as the Markdown tables of weights/CARD.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from engine.domain.request import Kind
from engine.domain.safety import Category, Where
from engine.safety.classifier import CHINESE
from engine.safety.measures import Scores, at_threshold, average_precision
from engine.safety.policy import Policy, load_policy
from engine.safety.train.corpus import Example

HARMLESS = ("ordinary", "phrases", "presidio", "emails", "cvalues", "banking", "clinc", "tasks")


def figures(examples: Sequence[Example], tasks: Sequence[str], logits: npt.NDArray[np.float64]) -> str:
    """The tables; `logits` are (tasks, examples), calibrated, of heads that were trained without these examples."""
    scores = 1 / (1 + np.exp(-logits))
    policy = load_policy(None)
    lines = [
        "| head | set | texts | share unsafe | average precision | precision | recall |",
        "|---|---|---|---|---|---|---|",
        *(row for task, found in zip(tasks, scores, strict=True) for row in _quality(task, found, examples, policy)),
        "",
        "| harmless texts | language | texts | refused as copy | refused as draw |",
        "|---|---|---|---|---|",
        *_false_alarms(examples, tasks, scores, policy),
    ]
    return "\n".join(lines)


def _quality(task: str, found: Scores, examples: Sequence[Example], policy: Policy) -> Iterator[str]:
    threshold = policy.decide(_category(task), Where(Kind.COPY)).threshold
    for source in dict.fromkeys(example.source for example in examples):
        rows = [row for row, each in enumerate(examples) if each.source == source and task in each.labels]
        labels = np.array([examples[row].labels[task] for row in rows], dtype=bool)
        if labels.sum() >= 4 and not labels.all():
            at = at_threshold(labels, found[rows], threshold)
            yield (
                f"| {task} | {source} | {len(rows)} | {labels.mean():.3f} "
                f"| {average_precision(labels, found[rows]):.3f} | {at.precision:.2f} | {at.recall:.2f} |"
            )


def _false_alarms(
    examples: Sequence[Example], tasks: Sequence[str], scores: npt.NDArray[np.float64], policy: Policy
) -> Iterator[str]:
    for source in HARMLESS:
        for language, cjk in (("English", False), ("Chinese", True)):
            rows = [
                row
                for row, each in enumerate(examples)
                if each.source == source and each.cjk is cjk and not any(each.labels.values())
            ]
            if rows:
                copy, draw = (np.mean(_refused(tasks, scores[:, rows], policy, kind, cjk)) for kind in Kind)
                yield f"| {source} | {language} | {len(rows)} | {copy:.2%} | {draw:.2%} |"


def _refused(
    tasks: Sequence[str], scores: npt.NDArray[np.float64], policy: Policy, kind: Kind, cjk: bool
) -> npt.NDArray[np.bool_]:
    """(texts,)"""
    flagged = [
        found >= policy.decide(_category(task), Where(kind)).threshold
        for task, found in zip(tasks, scores, strict=True)
        if cjk or task != CHINESE
    ]
    found_any: npt.NDArray[np.bool_] = np.any(flagged, axis=0)
    return found_any


def _category(task: str) -> Category:
    return Category.HATE if task == CHINESE else Category(task)
