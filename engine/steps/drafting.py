"""Drafts what one agent alone sees: a reply to a customer from what the company knows, a summary or a hand-over.

What customers wrote is data: an order in it is refused, as the policy says for context, while how they speak is theirs.
A reply goes to the customer's channel, so it is written from what all members of that channel may read: everybody's
passages and the channel's own, none of the agent's teams.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.domain.citing import renumbered
from engine.domain.context import new_boundary
from engine.domain.knowledge import Citation, Hit, Passage, Reader
from engine.domain.prompt import text_of
from engine.domain.request import CopyParams, Length, RevisionMode
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.domain.safety import Stage, Told
from engine.domain.task import TextTask
from engine.domain.work import Drafting, Purpose, Said
from engine.errors import WorkNotSupported
from engine.ports import SafetyFilter
from engine.replies.grounding import Sources, ground
from engine.replies.quoting import clarify, quote
from engine.replies.style import Style, style_of, wish_of
from engine.replies.thread import customers_language, questions
from engine.replies.turns import turns
from engine.steps.prompting import check_prompt
from engine.steps.run import Refused, Run
from engine.steps.tools import Tools, with_model
from engine.steps.writing import MAX_NEW_TOKENS, compose, hidden

NOTHING_FOUND = "draft_nothing_found"
"""A notice: the knowledge base has nothing on it; the draft says so and asks."""
QUOTED = "draft_quoted"
"""A notice: the draft is made of sentences of its sources, not written by a model."""
OTHER_LANGUAGE = "draft_other_language"
"""A notice: what is quoted is in another language than the customer's."""
TRIMMED = "draft_trimmed"
"""A notice: sentences that no source supports were left out."""
UNABLE = "draft_unable"
"""A notice: the change asked for needs a model that can write; this one changes length, tone and language at most."""

MOST_PASSAGES = 6
LEAST_SHARE = 0.5
"""Where less of what a model states is supported, its draft is put aside."""


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
    more: bool = False
    """The change asks for something that only a model can do."""

    @property
    def passages(self) -> dict[int, Passage]:
        return {number: hit.passage for number, hit in enumerate(self.hits, 1)}

    @property
    def texts(self) -> tuple[str, ...]:
        """What the thread says, and the agent about it."""
        own = (self.note, self.change)
        return (*(message.text for message in self.messages), *(text for text in own if text))

    def told(self, run: Run, boundary: str = "") -> Told:
        """Links may come from the company's own words alone, personal data from all that the agent can read."""
        ours = [message.text for message in self.messages if message.by_agent]
        passages = [text for hit in self.hits for text in (hit.passage.text, hit.passage.url)]
        return Told((*run.asked, *ours, *passages), canary=boundary, known=(*self.texts, *passages))


def draft(run: Run, work: Drafting, tools: Tools) -> Result:
    """The draft, with its sources. Raises Refused, NothingMade, Interrupted and EngineError."""
    params = _params(run)
    weak = tools.backends.info(run.job.request.kind, params.model).embedded
    run = check_prompt(run, tools.safety) if weak else with_model(run, tools)
    brief = _brief(run, work, tools)
    if work.purpose is not Purpose.REPLY:
        raise WorkNotSupported(f"no {work.purpose} yet", work=work.purpose)
    able = not weak and (brief.hits or brief.note or brief.change)
    return _written(run, brief, tools) if able else _unwritten(run, brief, tools.safety)


def _brief(run: Run, work: Drafting, tools: Tools) -> Brief:
    request = run.job.request
    messages = _cleared(run, work.messages, tools.safety)
    changes = [r.instruction for job in run.told if (r := job.request.revision) and r.mode is RevisionMode.EDIT]
    note = run.told[-1].request.prompt
    style, more = style_of(_params(run), customers_language(messages), [note, *changes] if note else changes)
    hits = _found(run, work, messages, note, tools) if work.purpose is Purpose.REPLY else ()
    change = changes[-1] if changes and request.revision and request.revision.mode is RevisionMode.EDIT else ""
    parent, variant = (run.lineage[-2], request.revision.variant) if change and request.revision else (None, 0)
    earlier = text_of(parent, variant) if parent is not None else ""
    return Brief(work, messages, hits, style, note, earlier, change if earlier else "", more)


def _cleared(run: Run, messages: Sequence[Said], safety: SafetyFilter) -> tuple[Said, ...]:
    """The thread without what the policy hides from a model. Raises Refused for an order in it."""
    whole = safety.check_prompt("\n".join(message.text for message in messages), run.where, Stage.CONTEXT)
    if not run.admit(whole):
        raise Refused(whole)
    if whole.text is None:
        return tuple(messages)
    verdicts = [safety.check_prompt(message.text, run.where, Stage.CONTEXT) for message in messages]
    return tuple(
        message if verdict.text is None else replace(message, text=verdict.text)
        for message, verdict in zip(messages, verdicts, strict=True)
    )


def _found(run: Run, work: Drafting, messages: Sequence[Said], note: str, tools: Tools) -> tuple[Hit, ...]:
    """What the earlier version was written from, under its numbers, then what else answers it.

    Left out is what has an order to a model in it, or a secret.
    """
    parent = run.lineage[-2].result if len(run.lineage) > 1 else None
    reader = Reader(run.job.origin.workspace, work.channel)
    found: tuple[Hit, ...] = ()
    for question in questions(messages, note if wish_of(note).more else ""):
        if tools.knowledge is not None and (found := tools.knowledge.search(question, reader, MOST_PASSAGES)):
            break
    scores = {hit.passage.id: hit.score for hit in found}
    best = max(scores.values(), default=1.0)
    sources = parent.sources if parent else ()
    known = [Hit(citation.passage, scores.get(citation.passage.id, best)) for citation in sources]
    ids = {hit.passage.id for hit in known}
    fresh = [hit for hit in found if hit.passage.id not in ids and _harmless(run, hit.passage, tools.safety)]
    return (*known, *fresh[: max(0, MOST_PASSAGES - len(known))])


def _harmless(run: Run, passage: Passage, safety: SafetyFilter) -> bool:
    verdict = safety.check_prompt(passage.text, run.where, Stage.CONTEXT)
    return verdict.allowed and verdict.text is None


def _written(run: Run, brief: Brief, tools: Tools) -> Result:
    """By the model, without what is not supported; quoted where too little is."""
    boundary = new_boundary()
    backend = tools.backends.text(_params(run).model)
    told = brief.told(run, boundary)
    result = compose(run, _task(run, brief, boundary), told, backend, tools.safety)
    made = result.artifacts[0]
    passages = {number: passage.text for number, passage in brief.passages.items()}
    grounded = ground(made.text, Sources(brief.texts, passages))
    if not grounded.text or (grounded.share is not None and grounded.share < LEAST_SHARE):
        return _unwritten(run.with_lineage(run.lineage, *result.notices), brief, tools.safety)
    text, numbers = renumbered(grounded.text, grounded.cited)
    trimmed = (TRIMMED,) if grounded.removed else ()
    if trimmed:
        text = _checked(run, text, told, tools.safety)
    sources = tuple(Citation(new, brief.passages[old]) for old, new in numbers.items())
    nothing = () if brief.hits else (NOTHING_FOUND,)
    notices = (*result.notices, *trimmed, *nothing)
    return replace(result, artifacts=(replace(made, text=text),), notices=notices, sources=sources)


def _task(run: Run, brief: Brief, boundary: str) -> TextTask:
    params = _params(run)
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


def _unwritten(run: Run, brief: Brief, safety: SafetyFilter) -> Result:
    """Without a model: quotations, or a question where nothing was found."""
    unable = [UNABLE] if brief.more else []
    quoted = quote(brief.messages, brief.hits, brief.style)
    if quoted is not None:
        text, codes = quoted.text, [QUOTED, *([OTHER_LANGUAGE] if quoted.foreign else [])]
    else:
        text, codes = clarify(brief.messages, brief.style), [NOTHING_FOUND]
    text = _checked(run, text, brief.told(run), safety)
    artifact = Artifact(ArtifactKind.TEXT, 0, _params(run).seed, text)
    notices = tuple(dict.fromkeys((*run.notices, *codes, *unable)))
    return Result((artifact,), notices=notices, sources=quoted.sources if quoted is not None else ())


def _checked(run: Run, text: str, told: Told, safety: SafetyFilter) -> str:
    """A text as it may be shown. Raises Refused."""
    verdict = safety.check_text(text, run.where, told)
    if not run.admit(verdict, text):
        raise Refused(verdict, *hidden([verdict]))
    return text if verdict.text is None else verdict.text


def _params(run: Run) -> CopyParams:
    params = run.job.request.params
    if not isinstance(params, CopyParams):
        raise TypeError("a draft without text parameters")
    return params
