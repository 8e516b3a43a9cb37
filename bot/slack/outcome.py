"""Says in words why there is no result: a refusal with what would be fine, a failure with what to do."""

from __future__ import annotations

from bot.locales import t, t_or
from bot.slack.text import cut, escape, escaped, one_line
from engine.domain.result import STARTING_IMAGE_REFUSED, Failure, Result
from engine.domain.review import Decision, Hold, Outcome
from engine.domain.safety import Action, Category


def held(locale: str, result: Result) -> str:
    """That a reviewer decides, and why, as mrkdwn."""
    lines = [t(locale, "review.waits")]
    if result.hold is not None:
        comma = "、" if locale == "zh" else ", "
        lines.append(t(locale, "review.why", reasons=comma.join(reasons(locale, result.hold))))
    return "\n".join(lines)


def reasons(locale: str, hold: Hold) -> tuple[str, ...]:
    """The categories that it is held for, in words, without repeats."""
    found = (category.value for verdict in hold.verdicts for category in verdict.categories)
    return tuple(dict.fromkeys(category_name(locale, category) for category in found))


def category_name(locale: str, category: str) -> str:
    """What the safety filter found, in words."""
    return t_or(locale, f"category.{category}", f"category.{Category.COMPANY_RULE.value}")


def refused(locale: str, result: Result) -> str:
    """Why it was refused, as mrkdwn."""
    if result.decision is not None:
        return _rejected(locale, result.decision)
    verdict = result.refusal
    if verdict is None:
        return t(locale, "refusal.output")
    about = verdict.stage.value
    lines = [t(locale, "refusal.starting_image" if STARTING_IMAGE_REFUSED in result.notices else f"refusal.{about}")]
    if verdict.action is Action.REVIEW:
        lines.append(t(locale, "refusal.review"))
    lines += [t_or(locale, f"refusal.{c.value}", f"refusal.{Category.COMPANY_RULE.value}") for c in verdict.categories]
    return "\n".join(lines)


def _rejected(locale: str, decision: Decision) -> str:
    if decision.outcome is Outcome.EXPIRED:
        return t(locale, "review.expired")
    lines = [t(locale, "review.rejected")]
    if decision.reason:
        lines.append(t(locale, "review.reason", reason=escape(cut(one_line(decision.reason), 500, escaped))))
    return "\n".join(lines)


def failed(locale: str, result: Result) -> str:
    """What went wrong and what to do, as mrkdwn."""
    failure = result.failure or Failure("internal")
    text = t_or(locale, f"failure.{failure.code}", "failure.internal")
    model = failure.params.get("model")
    return f"{text}\n{t(locale, 'failure.model', model=escape(cut(one_line(str(model)), 200)))}" if model else text
