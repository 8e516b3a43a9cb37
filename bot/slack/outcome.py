"""Says in words why there is no result: a refusal with what would be fine, a failure with what to do."""

from __future__ import annotations

from bot.locales import t, t_or
from bot.slack.text import cut, escape, one_line
from engine.domain.result import STARTING_IMAGE_REFUSED, Failure, Result
from engine.domain.safety import Action, Category, Stage


def refused(locale: str, result: Result) -> str:
    """Why it was refused, as mrkdwn."""
    verdict = result.refusal
    if verdict is None:
        return t(locale, "refusal.output")
    about = "prompt" if verdict.stage is Stage.PROMPT else "output"
    lines = [t(locale, "refusal.starting_image" if STARTING_IMAGE_REFUSED in result.notices else f"refusal.{about}")]
    if verdict.action is Action.REVIEW:
        lines.append(t(locale, "refusal.review"))
    lines += [t_or(locale, f"refusal.{c.value}", f"refusal.{Category.COMPANY_RULE.value}") for c in verdict.categories]
    return "\n".join(lines)


def failed(locale: str, result: Result) -> str:
    """What went wrong and what to do, as mrkdwn."""
    failure = result.failure or Failure("internal")
    text = t_or(locale, f"failure.{failure.code}", "failure.internal")
    model = failure.params.get("model")
    return f"{text}\n{t(locale, 'failure.model', model=escape(cut(one_line(str(model)), 200)))}" if model else text
