"""What a held result looks like to reviewers: the Renderer for their channel; pure, from a job to messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from bot.locales import t
from bot.ports import Now, Shown
from bot.slack import buttons
from bot.slack.blocks import Json, actions, context, header, markdown, section
from bot.slack.draft_message import link_to
from bot.slack.lines import channel, kind, subject
from bot.slack.outcome import category_name, topic
from bot.slack.packing import packed
from bot.slack.people import person
from bot.slack.shortfalls import short_of
from bot.slack.split import split
from bot.slack.text import cut, escape, escaped, inert, one_line, utf8, utf16
from engine.domain.job import Job, State
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.domain.review import Decision, Hold, Outcome
from engine.domain.safety import Category
from engine.domain.work import Sending

PIECE_BYTES = 3_000
_BRIEF_CHARS = 1_500
_REASON_CHARS = 500
_REASONS_CHARS = 2_800
"""Most that the reasons may take: with their heading they stand in one section, which has room for 3,000."""
_EMOJI = {
    Outcome.APPROVED: ":white_check_mark:",
    Outcome.REJECTED: ":no_entry_sign:",
    Outcome.EXPIRED: ":hourglass:",
    Outcome.CANCELED: ":heavy_multiplication_x:",
}


class ReviewRenderer:
    """Shows all that a reviewer needs to decide, and afterwards who did. Everything that anybody wrote is inert.

    Images are not shown: they are in no Slack before they are approved.
    """

    def show(self, job: Job, now: Now, files: Mapping[str, str]) -> tuple[Shown, ...]:
        result = job.result or Result()
        if result.hold is None:
            return ()
        return tuple(_messages(job, result, result.hold, _locale(job, result.hold)))

    def plain(self, shown: Shown) -> Shown:
        return Shown(cut(shown.text, 3_000))

    def excuse(self, job: Job, code: str) -> str:
        raise NotImplementedError("reviewers have no other place to be told in")

    def alt_text(self, job: Job) -> str:
        raise NotImplementedError("no picture is put into Slack for reviewers")


def outcome(locale: str, decision: Decision) -> str:
    """What was decided and by whom, as mrkdwn."""
    return t(locale, f"review.decided.{decision.outcome.value}", user=person(decision.by))


def _locale(job: Job, hold: Hold) -> str:
    return hold.lang or job.origin.locale


def _messages(job: Job, result: Result, hold: Hold, locale: str) -> Iterator[Shown]:
    """The first message has what was asked and the buttons; what does not fit it continues in its thread."""
    parts = packed(list(_body(job, result, locale))) or [[]]
    said = f"{t(locale, 'review.title')}: {_asked(job, locale)}"
    end = [actions(buttons.approve(job, locale), buttons.reject(job, locale))] if job.state is State.HELD else []
    verdict = list(_decision(job, result.decision, locale)) if result.decision else []
    yield Shown(said, (*_head(job, hold, locale), *parts[0], *verdict, context(_foot(job, hold, locale)), *end))
    for part in parts[1:]:
        title = t(locale, "review.continued", job=job.id)
        yield Shown(title, (context(title), *part))


def _head(job: Job, hold: Hold, locale: str) -> Iterator[Json]:
    request, revision = job.request, job.request.revision
    yield header(t(locale, "review.title"))
    yield section(_wanted(job, locale))
    if request.appeal_of:
        yield section(t(locale, "review.appeal", user=person(job.origin.user)))
    asked = "review.customer" if isinstance(request.work, Sending) else "review.brief"
    yield section(f"*{t(locale, asked)}*\n{_quoted(subject(job))}")
    if revision and revision.instruction:
        yield section(f"*{t(locale, 'review.change')}*\n{_quoted(revision.instruction)}")
    yield section("\n".join([f"*{t(locale, 'review.held')}*", *_fitting(_reasons(hold, locale))]))


def _wanted(job: Job, locale: str) -> str:
    """Who wants what, and where to read what a reply answers."""
    work = job.request.work
    return _asked(job, locale) + (link_to(locale, work.link) if isinstance(work, Sending) else "")


def _asked(job: Job, locale: str) -> str:
    who, where = person(job.origin.user), f"<#{channel(job)}>"
    if channel(job).startswith("D"):  # which Slack shows by its id to all who are not in it
        return t(locale, "review.from_direct", user=who, kind=kind(locale, job))
    if isinstance(job.request.work, Sending):
        return t(locale, "review.from_agent", user=who, channel=where)
    return t(locale, "review.from", user=who, channel=where, kind=kind(locale, job))


def _quoted(text: str) -> str:
    return f">{escape(cut(one_line(text), _BRIEF_CHARS, escaped))}"


def _reasons(hold: Hold, locale: str) -> Iterator[str]:
    """One line for each finding, the surest first."""
    found = [(finding, verdict.stage) for verdict in hold.verdicts for finding in verdict.findings]
    for finding, stage in dict.fromkeys(sorted(found, key=lambda each: -each[0].score)):
        if finding.category is Category.FOUR_EYES:
            yield f"• {topic(locale, finding)}"
            continue
        check = f"{finding.check} ({finding.detail})" if finding.detail else finding.check
        unchecked = finding.category is Category.UNCHECKED  # nobody scored anything
        yield t(
            locale,
            "review.unchecked" if unchecked else "review.finding",
            category=category_name(locale, finding.category.value),
            score=f"{finding.score:.2f}",
            check=escape(cut(check, 100)),
            stage=t(locale, f"review.stage.{stage.value}"),
        )


def _fitting(lines: Iterable[str]) -> Iterator[str]:
    """As many as there is room for: with one too many, Slack would turn the whole message down, buttons and all."""
    room = _REASONS_CHARS
    for line in lines:
        room -= utf16(line) + 1
        if room < 0:
            yield "…"
            return
        yield line


def _body(job: Job, result: Result, locale: str) -> Iterator[Json]:
    if result.artifacts:
        made = "review.reply" if isinstance(job.request.work, Sending) else "review.result"
        yield context(f"*{t(locale, made)}*")
    for place, artifact in enumerate(result.artifacts):
        yield from _artifact(job, artifact, place, len(result.artifacts), locale)


def _artifact(job: Job, artifact: Artifact, place: int, count: int, locale: str) -> Iterator[Json]:
    if artifact.kind is ArtifactKind.TEXT:
        if count > 1:
            yield context(f"*#{place + 1}*")
        yield from (markdown(part) for part in split(inert(artifact.text), PIECE_BYTES, utf8))
        yield from short_of(locale, artifact, many=count > 1)
        return
    size = {"width": artifact.width_px, "height": artifact.height_px}
    yield section(t(locale, "review.image", number=place + 1, **size))
    if job.state is State.HELD:
        yield actions(buttons.view_image(job, place, locale, numbered=count > 1))


def _decision(job: Job, decision: Decision, locale: str) -> Iterator[Json]:
    lines = [f"{_EMOJI[decision.outcome]} *{outcome(locale, decision)}*"]
    if decision.reason:
        lines.append(f">{escape(cut(one_line(decision.reason), _REASON_CHARS, escaped))}")
    if decision.outcome is not Outcome.APPROVED:
        lines.append(t(locale, "review.not_sent" if isinstance(job.request.work, Sending) else "review.not_shown"))
    yield section("\n".join(lines))


def _foot(job: Job, hold: Hold, locale: str) -> str:
    policy = escape(hold.verdict.policy)
    if job.state is not State.HELD:
        return t(locale, "review.done", policy=policy, job=job.id)
    time = datetime.fromtimestamp(hold.expires_at, UTC).strftime("%Y-%m-%d %H:%M")
    return t(locale, "review.until", time=time, policy=policy, job=job.id)
