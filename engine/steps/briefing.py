"""Gathers what a draft is made from: the thread and the passages without what a model must not see, and the style.

What customers wrote is data, and how they speak is theirs. Where the policy sees an order to a model in it, no model is
asked: the draft is quoted, so that nobody keeps an agent from answering by writing one.
A reply goes to the customer's channel, so it is written from what all members of that channel may read: everybody's
passages and the channel's own, none of the agent's teams.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.domain.job import Job
from engine.domain.knowledge import Citation, Hit, Passage, Reader
from engine.domain.prompt import text_of
from engine.domain.request import CopyParams, Length, Revision, RevisionMode
from engine.domain.safety import Category, Stage, Told, Verdict
from engine.domain.task import TextTask
from engine.domain.work import Drafting, Purpose, Said
from engine.ports import SafetyFilter
from engine.replies.keeping import kept_answer
from engine.replies.style import Style, style_of, wish_of
from engine.replies.thread import customers_language, only_thanks, questions
from engine.replies.turns import turns
from engine.steps.run import Refused, Run
from engine.steps.tools import Tools
from engine.steps.writing import MAX_NEW_TOKENS, hidden

UNABLE = "draft_unable"
"""A notice: the change asked for needs a model that can write; this one changes length, tone and language at most."""
UNTRANSLATED = "draft_untranslated"
"""A notice: no source says the same in the language asked for, so the version before stands as it was."""
GUARDED = "draft_guarded"
"""A notice: the thread has an order to a model in it, so none was asked."""

MOST_PASSAGES = 6


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a draft is made from, cleared."""

    work: Drafting
    messages: tuple[Said, ...]
    hits: tuple[Hit, ...]
    """Numbered from 1 in this order."""
    style: Style
    note: str
    """What the agent typed with the request."""
    earlier: str = ""
    """The version to change, which names passages by the same numbers."""
    change: str = ""
    cited: tuple[Citation, ...] = ()
    """What the version to change was written from."""
    more: bool = False
    """The change asks for something that only a model can do."""
    guarded: bool = False
    """There is an order to a model in the thread: none is to be asked."""

    @property
    def rewords(self) -> bool:
        """The change is of wording alone: the reply goes on saying what the version before says."""
        return bool(self.change) and self.work.purpose is Purpose.REPLY and not wish_of(self.change).more

    @property
    def passages(self) -> dict[int, Passage]:
        return {number: hit.passage for number, hit in enumerate(self.hits, 1)}

    @property
    def texts(self) -> tuple[str, ...]:
        """What the thread says, and the agent about it."""
        own = (self.note, self.change)
        return (*(message.text for message in self.messages), *(text for text in own if text))

    def told(self, run: Run, boundary: str = "") -> Told:
        """Links may come from the company's own words alone, personal data from the thread and its documents.

        What agents kept was written for another customer: personal data in it is treated as the policy says.
        """
        ours = [message.text for message in self.messages if message.by_agent]
        passages = [text for hit in self.hits for text in (hit.passage.text, hit.passage.url)]
        written = [hit.passage.text for hit in self.hits if not hit.passage.canned]
        return Told((*run.asked, *ours, *passages), canary=boundary, known=(*self.texts, *written))


def brief_of(run: Run, work: Drafting, tools: Tools, *, by_model: bool) -> Brief:
    """For a run whose prompts are cleared; `by_model` if one may be asked. Raises Refused and KnowledgeUnavailable."""
    request = run.job.request
    messages, guarded = _cleared(run, work.messages, tools.safety)
    changes = [r.instruction for job in run.told if (r := _edit(job)) and not _left_as_it_was(job)]
    note = run.told[-1].request.prompt
    lang = customers_language(messages) if work.purpose is Purpose.REPLY else run.job.origin.locale
    style, more = style_of(params_of(run), lang, [note, *changes] if note else changes)
    change = changes[-1] if changes and _edit(run.job) else ""
    parent, variant = (run.lineage[-2], request.revision.variant) if change and request.revision else (None, 0)
    earlier = text_of(parent, variant) if parent is not None else ""
    cited = parent.result.sources if parent is not None and parent.result is not None else ()
    brief = Brief(work, messages, (), style, note, earlier, change if earlier else "", cited, more, guarded)
    by_model = by_model and not guarded
    if work.purpose is not Purpose.REPLY or (brief.rewords and not by_model):
        return brief
    return replace(brief, hits=_found(run, work, messages, note, tools, by_model=by_model))


def _edit(job: Job) -> Revision | None:
    """The change in plain words that a job makes, if it makes one."""
    revision = job.request.revision
    return revision if revision and revision.mode is RevisionMode.EDIT else None


def _left_as_it_was(job: Job) -> bool:
    """Nothing came of the change that it was to make."""
    return job.result is not None and UNTRANSLATED in job.result.notices


def _cleared(run: Run, messages: Sequence[Said], safety: SafetyFilter) -> tuple[tuple[Said, ...], bool]:
    """The thread without what the policy hides from a model, and whether there is an order to one. Raises Refused."""
    text = "\n".join(message.text for message in messages)
    whole = safety.check_prompt(text, run.where, Stage.CONTEXT)
    if _is_order(whole):
        run.ledger.judged.append((whole, text))  # for the audit log: nothing is refused, and nothing is asked
        return tuple(messages), True
    if not run.admit(whole, text):
        raise Refused(whole)
    if whole.text is None:
        return tuple(messages), False
    verdicts = [safety.check_prompt(message.text, run.where, Stage.CONTEXT) for message in messages]
    return tuple(
        message if verdict.text is None else replace(message, text=verdict.text)
        for message, verdict in zip(messages, verdicts, strict=True)
    ), False


def _is_order(verdict: Verdict) -> bool:
    """Whether the policy minds an order to a model in it, and nothing else."""
    return not verdict.allowed and set(verdict.categories) == {Category.PROMPT_INJECTION}


def _found(
    run: Run, work: Drafting, messages: Sequence[Said], note: str, tools: Tools, *, by_model: bool
) -> tuple[Hit, ...]:
    """What the earlier version was written from, under its numbers, then what else answers it.

    Left out is what the policy minds, or hides something in: an order to a model only where one is asked.
    """
    parent = run.lineage[-2].result if len(run.lineage) > 1 else None
    reader = Reader(run.job.origin.workspace, work.channel)
    _learn_canned(run, tools)
    if only_thanks(messages) and not note:
        return ()
    found: tuple[Hit, ...] = ()
    for question in questions(messages, note if wish_of(note).more else ""):
        if tools.knowledge is not None and (found := tools.knowledge.search(question, reader, MOST_PASSAGES)):
            break
    scores = {hit.passage.id: hit.score for hit in found}
    best = max(scores.values(), default=1.0)
    sources = parent.sources if parent else ()
    known = [Hit(citation.passage, scores.get(citation.passage.id, best)) for citation in sources]
    ids = {hit.passage.id for hit in known}
    new = [kept for hit in found if hit.passage.id not in ids and (kept := _for_anybody(hit)).passage.text]
    fresh = [hit for hit in new if harmless(run, hit.passage, tools.safety, by_model=by_model)]
    return (*known, *fresh[: max(0, MOST_PASSAGES - len(known))])


def _learn_canned(run: Run, tools: Tools) -> None:
    """Whatever agents kept since the last draft is found from now on: the bot, which they ask for it, has no model."""
    if tools.knowledge is None or tools.replies is None:
        return
    for reply in tools.replies.unlearned(run.job.origin.workspace):
        tools.knowledge.keep(reply)
        if not tools.replies.learned(reply.id):  # somebody took it back while it was embedded
            tools.knowledge.forget(reply)


def _for_anybody(hit: Hit) -> Hit:
    """An answer that an agent kept, without what it says of the customer for whom it was written."""
    if not hit.passage.canned:
        return hit
    return replace(hit, passage=replace(hit.passage, text=kept_answer(hit.passage.text, ())))


def harmless(run: Run, passage: Passage, safety: SafetyFilter, *, by_model: bool) -> bool:
    """The policy minds nothing in a passage and hides nothing; an order to a model only where one is asked."""
    verdict = safety.check_prompt(passage.text, run.where, Stage.CONTEXT)
    return verdict.text is None and (verdict.allowed or (not by_model and _is_order(verdict)))


def task_of(run: Run, brief: Brief, boundary: str) -> TextTask:
    """What is asked of a model; `boundary` stands around all that is data."""
    params = params_of(run)
    longest = Length.LONG if brief.style.level > 1 else Length.MEDIUM
    return TextTask(
        turns=turns(
            brief.work.purpose,
            brief.messages,
            brief.passages,
            brief.style,
            boundary,
            note=brief.note,
            earlier=brief.earlier,
            change=brief.change,
        ),
        max_new_tokens=MAX_NEW_TOKENS[longest],
        seed=params.seed,
        temperature=params.temperature,
    )


def checked(run: Run, text: str, told: Told, safety: SafetyFilter) -> str:
    """A text as it may be shown. Raises Refused."""
    verdict = safety.check_text(text, run.where, told)
    if not run.admit(verdict, text):
        raise Refused(verdict, *hidden([verdict]))
    return text if verdict.text is None else verdict.text


def params_of(run: Run) -> CopyParams:
    params = run.job.request.params
    if not isinstance(params, CopyParams):
        raise TypeError("a draft without text parameters")
    return params
