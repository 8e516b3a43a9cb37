"""What a job looks like in Slack: the Renderer; pure, from a job to messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.locales import t, t_or
from bot.ports import Now, Shown
from bot.slack import buttons, draft_message, knowledge_message, sent_message, table_result
from bot.slack.blocks import Json, actions, context, image, markdown, section
from bot.slack.lines import Mask, asked, label, masked, notices, subject
from bot.slack.outcome import failed, held, refused
from bot.slack.packing import MARKDOWN_BYTES, packed
from bot.slack.people import person
from bot.slack.quota import duration
from bot.slack.shortfalls import short_of
from bot.slack.split import split
from bot.slack.text import cut, escape, escaped, inert, one_line, utf8
from engine.domain.job import Job, State
from engine.domain.request import Kind
from engine.domain.result import Artifact, ArtifactKind, Progress, Result
from engine.domain.review import Outcome
from engine.domain.safety import Category
from engine.domain.work import Drafting, ForEachRow, Learning, Looking, Sending

PIECE_BYTES = 3_000
"""Longest single block of Markdown."""
_TEXT_CHARS = 3_000
_SPOKEN_CHARS = 2_000
_ALT_CHARS = 500


class SlackRenderer:
    """The Renderer in the requester's language. Everything that a person or a model wrote is made inert.

    What was asked for is posted for all to read, before any check has seen it: `mask` takes out what nobody else is to
    read. Without one, it is posted as it is.
    """

    def __init__(self, mask: Mask = str) -> None:
        self._mask = mask

    def show(self, job: Job, now: Now, files: Mapping[str, str]) -> tuple[Shown, ...]:
        job = masked(job, self._mask)
        if isinstance(job.request.work, Sending):
            return sent_message.show(job, job.request.work)
        if not job.state.made:
            return (_unfinished(job, now, files),)
        return (*_made(job, now, files), *_told(job))

    def plain(self, shown: Shown) -> Shown:
        return Shown(cut(shown.text, _TEXT_CHARS))

    def excuse(self, job: Job, code: str) -> str:
        locale = job.origin.locale
        channel = f"<#{job.origin.channel}>"
        if isinstance(job.request.work, Sending):
            said = f"{t(locale, 'send.not_sent')} {t(locale, 'send.not_taken', channel=channel)}"
            return f"{said}\n>{escape(cut(one_line(job.request.work.text), 200))}"
        key = "excuse.title_made" if job.state is State.SUCCEEDED else "excuse.title"
        title = t(locale, key, channel=channel, brief=escape(cut(one_line(subject(job)), 200)))
        why = "restricted_action" if code.startswith("restricted_action") else code
        return f"{title}\n{t_or(locale, f'excuse.{why}', 'excuse.other', code=code)}"

    def alt_text(self, job: Job) -> str:
        return cut(_alt_text(masked(job, self._mask)), _ALT_CHARS)


def _unfinished(job: Job, now: Now, files: Mapping[str, str]) -> Shown:
    status = _status(job, now)
    progress = now.progress or Progress()
    body: list[Json] = []
    for number, text in enumerate(progress.texts):
        if text.strip():
            body += _heading(job, number, len(progress.texts))
            body += [markdown(part) for part in _latest(text, MARKDOWN_BYTES // len(progress.texts))]
    if progress.preview in files:
        body.append(image(files[progress.preview], _alt_text(job)))
    below = f"{status} · {t(job.origin.locale, 'label.ai')}" if body else status
    return Shown(
        escape(cut(one_line(subject(job)), 200)) + " · " + status,
        (*_head(job), *body, context(f":hourglass_flowing_sand: {below}"), actions(buttons.cancel(job))),
    )


def _latest(text: str, most: int) -> list[str]:
    """The end of a growing text, in parts of at most `most` bytes together, so that each of several is seen to grow."""
    piece = min(PIECE_BYTES, most // 2)
    parts = split(inert(text), piece, utf8)
    shown = parts[-(most // piece) :]
    return shown if len(shown) == len(parts) else ["…", *shown]


BAR = 12
"""Parts of a progress bar."""


def _bar(locale: str, progress: Progress, key: str) -> str:
    """How far a run over a table or files is; for screen readers in numbers too."""
    done = progress.step * BAR // max(progress.steps, 1)
    return t(locale, key, bar="▰" * done + "▱" * (BAR - done), done=progress.step, rows=progress.steps)


def _status(job: Job, now: Now) -> str:
    locale, progress = job.origin.locale, now.progress
    if job.cancel_requested:
        return t(locale, "job.stopping")
    if job.state is State.ACCEPTED:
        return _place(locale, now)
    if isinstance(job.request.work, ForEachRow | Learning) and progress and progress.steps:
        return _bar(locale, progress, "knowledge.bar" if isinstance(job.request.work, Learning) else "table.bar")
    if progress is None or progress.phase == "running":
        step = progress and progress.steps and t(locale, "job.step", step=progress.step, steps=progress.steps)
        doing = t(locale, f"phase.running.{job.request.kind.value}")
        return f"{doing} {step}" if step else doing
    return t_or(locale, f"phase.{progress.phase}", f"phase.running.{job.request.kind.value}")


def _place(locale: str, now: Now) -> str:
    if not now.position:
        return t(locale, "job.next")
    if now.wait_s is None:
        return t(locale, "job.queued", count=now.position)
    return t(locale, "job.queued_for", count=now.position, wait=duration(locale, now.wait_s))


def _made(job: Job, now: Now, files: Mapping[str, str]) -> Iterator[Shown]:
    locale, result = job.origin.locale, job.result or Result()
    match job.state:
        case State.SUCCEEDED if isinstance(job.request.work, ForEachRow):
            yield table_result.shown(job, result, now, files)
        case State.SUCCEEDED if isinstance(job.request.work, Learning | Looking):
            yield knowledge_message.shown(job, job.request.work, result)
        case State.SUCCEEDED:
            yield from _succeeded(job, result, now, files)
        case State.HELD:
            yield _plainly(job, held(locale, result), ":mag:", [buttons.details(job), buttons.cancel(job)])
        case State.REFUSED:
            yield _plainly(job, refused(locale, result), ":no_entry_sign:", _after_refusal(job, result))
        case State.FAILED if not result.artifacts:
            yield _plainly(job, failed(locale, result), ":warning:", [buttons.again(job), buttons.details(job)])
        case _ if result.artifacts:
            yield table_result.shown(job, result, now, files)
        case _:
            yield _plainly(job, t(locale, "job.canceled"), ":heavy_multiplication_x:", [buttons.again(job)])


def _told(job: Job) -> Iterator[Shown]:
    """A message of its own for whoever asked: an update of one that is there notifies nobody."""
    decision = job.result.decision if job.result else None
    if decision is not None and decision.outcome is not Outcome.CANCELED:
        told = t(job.origin.locale, f"review.told.{decision.outcome.value}", user=person(job.origin.user))
        yield Shown(told, (section(told),))


def _after_refusal(job: Job, result: Result) -> list[Json]:
    """What can be done: asking reviewers, or asking again where the filter could not answer."""
    unchecked = result.refusal is not None and Category.UNCHECKED in result.refusal.categories
    return [
        *([buttons.appeal(job)] if result.appealable else []),
        *([buttons.again(job)] if unchecked else []),
        buttons.details(job),
    ]


def _plainly(job: Job, text: str, emoji: str, choices: Sequence[Json]) -> Shown:
    known = notices(job, job.result or Result())
    return Shown(text, (*_head(job), section(f"{emoji} {text}"), *known, actions(*choices)))


def _succeeded(job: Job, result: Result, now: Now, files: Mapping[str, str]) -> Iterator[Shown]:
    """The first message has the buttons; what does not fit it continues in its thread. Each part has the label."""
    parts = packed(list(_body(job, result, now, files))) or [[]]
    said = _spoken(job, result)
    yield Shown(
        said,
        (
            *_head(job),
            *parts[0],
            *notices(job, result),
            *_shortfalls(job, result),
            *_foot(job, result),
        ),
    )
    title = t(job.origin.locale, "job.continued", version=f"v{job.version}")
    for part in parts[1:]:
        yield Shown(cut(f"{title}: {said}", _TEXT_CHARS), (context(title), *part, context(label(job, result))))


def _head(job: Job) -> tuple[Json, ...]:
    if isinstance(job.request.work, Drafting):
        return draft_message.head(job, job.request.work)
    return (context(asked(job)),)


def _foot(job: Job, result: Result) -> tuple[Json, ...]:
    """The label, and what can be done."""
    if isinstance(job.request.work, Drafting):
        return draft_message.foot(job, job.request.work, result)
    return (
        context(label(job, result)),
        actions(*_choices(job, result), buttons.again(job), buttons.details(job)),
    )


def _shortfalls(job: Job, result: Result) -> Iterator[Json]:
    """What its recipe or the team's voice asks for and a text does not have."""
    for artifact in result.artifacts:
        yield from short_of(job.origin.locale, artifact, many=len(result.artifacts) > 1)


def _body(job: Job, result: Result, now: Now, files: Mapping[str, str]) -> Iterator[Json]:
    many = len(result.artifacts) > 1
    for place, artifact in sorted(enumerate(result.artifacts), key=lambda pair: pair[0] != job.picked):
        yield from _heading(job, place, len(result.artifacts))
        if artifact.kind is ArtifactKind.TEXT:
            yield from (markdown(part) for part in split(inert(artifact.text), PIECE_BYTES, utf8))
        elif artifact.blob in files:
            yield image(files[artifact.blob], _alt_text(job))
        else:
            yield context(_left_out(job.origin.locale, now.kept_out.get(artifact.blob, "")))
        if many:
            yield actions(*_variant_choices(job, artifact, place, numbered=True))


def _left_out(locale: str, code: str) -> str:
    """Why an image is not there: what Slack said when it was to be uploaded."""
    if not code:
        return t(locale, "job.image_left_out")
    return f":warning: {t_or(locale, f'kept_out.{code}', 'kept_out.other', code=code)}"


def _alt_text(job: Job) -> str:
    return inert(one_line(subject(job)))


def _choices(job: Job, result: Result) -> list[Json]:
    artifacts = result.artifacts
    own = _variant_choices(job, artifacts[0], 0, numbered=False) if len(artifacts) == 1 else []
    written = bool(artifacts) and artifacts[0].kind is ArtifactKind.TEXT
    compared = written and (len(artifacts) > 1 or job.request.revision is not None)
    return [*own, *([buttons.compare(job)] if compared else [])]


def _variant_choices(job: Job, artifact: Artifact, place: int, *, numbered: bool) -> list[Json]:
    pick = [buttons.pick(job, place)] if numbered and job.picked != place else []
    choices = [*pick, buttons.revise(job, place, numbered=numbered)]
    if artifact.kind is ArtifactKind.IMAGE:
        choices.append(buttons.vary(job, place, numbered=numbered))
    return choices


def _heading(job: Job, index: int, count: int) -> list[Json]:
    """Names a variant where there are several."""
    if count < 2:
        return []
    name = f"*{t(job.origin.locale, 'job.variant', version=f'v{job.version}', number=index + 1)}*"
    return [context(f":white_check_mark: {name} {t(job.origin.locale, 'job.picked')}" if job.picked == index else name)]


def _spoken(job: Job, result: Result) -> str:
    """What notifications and screen readers say."""
    texts = [a.text for a in result.artifacts if a.kind is ArtifactKind.TEXT]
    words = "\n\n".join(texts) if texts else subject(job)
    label = t(job.origin.locale, "label.ai")
    kind = t(job.origin.locale, f"kind.{job.request.kind.value}") if job.request.kind is Kind.DRAW else ""
    return f"[{' · '.join(filter(None, [label, kind]))}] {escape(cut(words, _SPOKEN_CHARS, escaped))}"
