"""Says in words why there is no result: a refusal with what would be fine, a failure with what to do."""

from __future__ import annotations

from typing import Literal

from bot.locales import listed, t, t_or
from bot.slack.text import cut, escape, escaped, one_line
from engine.domain.result import STARTING_IMAGE_REFUSED, Failure, Result
from engine.domain.review import Decision, Hold, Outcome
from engine.domain.safety import Action, Category, Finding, Verdict

Told = Literal["result", "reply"]
"""What a reviewer's decision is about."""
_DECIDED: dict[Told, tuple[str, str]] = {
    "result": ("review.rejected", "review.expired"),
    "reply": ("send.rejected", "send.expired"),
}


def held(locale: str, result: Result) -> str:
    """That a reviewer decides, and why, as mrkdwn."""
    return "\n".join([t(locale, "review.waits"), *([why(locale, result.hold)] if result.hold else [])])


def why(locale: str, hold: Hold) -> str:
    """What it is held for, in one line."""
    return t(locale, "review.why", reasons=listed(locale, reasons(locale, hold)))


def reasons(locale: str, hold: Hold) -> tuple[str, ...]:
    """What it is held for, in words, without repeats: categories, or what a reply is about that two are to look at."""
    names = (_names(locale, verdict, category) for verdict in hold.verdicts for category in verdict.categories)
    return tuple(dict.fromkeys(name for each in names for name in each))


def _names(locale: str, verdict: Verdict, category: Category) -> tuple[str, ...]:
    if category is not Category.FOUR_EYES:
        return (category_name(locale, category.value),)
    return tuple(topic(locale, finding) for finding in verdict.findings if finding.category is category)


def topic(locale: str, finding: Finding) -> str:
    """Why a reply waits for a second pair of eyes."""
    return t_or(locale, f"review.topic.{finding.detail}", f"category.{Category.FOUR_EYES.value}")


def category_name(locale: str, category: str) -> str:
    """What the safety filter found, in words."""
    return t_or(locale, f"category.{category}", f"category.{Category.COMPANY_RULE.value}")


def refused(locale: str, result: Result, about: Told = "result") -> str:
    """Why it was refused, as mrkdwn."""
    if result.decision is not None:
        return _rejected(locale, result.decision, about)
    verdict = result.refusal
    if verdict is None:
        return t(locale, "refusal.output")
    stage = verdict.stage.value
    lines = [t(locale, "refusal.starting_image" if STARTING_IMAGE_REFUSED in result.notices else f"refusal.{stage}")]
    if verdict.action is Action.REVIEW:
        lines.append(t(locale, "refusal.review"))
    lines += [_found(locale, verdict, category) for category in verdict.categories]
    return "\n".join(lines)


def _found(locale: str, verdict: Verdict, category: Category) -> str:
    if category is Category.PROMPT_INJECTION and verdict.leaked:
        return t(locale, "refusal.leaked")
    return t_or(locale, f"refusal.{category.value}", f"refusal.{Category.COMPANY_RULE.value}")


def _rejected(locale: str, decision: Decision, about: Told) -> str:
    rejected, expired = _DECIDED[about]
    if decision.outcome is Outcome.EXPIRED:
        return t(locale, expired)
    return "\n".join([t(locale, rejected), *given(locale, decision)])


def given(locale: str, decision: Decision) -> list[str]:
    """The reason of a reviewer, if they gave one."""
    reason = escape(cut(one_line(decision.reason), 500, escaped))
    return [t(locale, "review.reason", reason=reason)] if reason else []


def failed(locale: str, result: Result) -> str:
    """What went wrong and what to do, as mrkdwn."""
    failure = result.failure or Failure("internal")
    text = t_or(locale, f"failure.{failure.code}", "failure.internal")
    model = failure.params.get("model")
    return f"{text}\n{t(locale, 'failure.model', model=escape(cut(one_line(str(model)), 200)))}" if model else text
