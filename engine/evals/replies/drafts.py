"""Drafts of replies by a model, and how much of what they state is supported by the passages that they cite.

The judge is the product's own check, engine/replies/grounding.py, which also takes out what it does not find supported:
what it reports here is what a model wrote before that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from engine.adapters.backend_registry import BackendRegistry
from engine.domain.knowledge import Citation, Hit
from engine.domain.request import Kind, Length
from engine.domain.task import TextDelta, TextTask
from engine.domain.work import Purpose, Said
from engine.evals.replies.company import Question
from engine.evals.replies.figures import Search
from engine.ports import TextBackend
from engine.replies.grounding import Grounded, Sources, ground, stated
from engine.replies.quoting import quote
from engine.replies.style import Style, Tone
from engine.replies.turns import turns
from engine.settings import EngineSettings, ModelSpec
from engine.steps.briefing import MOST_PASSAGES
from engine.steps.drafting import LEAST_SHARE
from engine.steps.writing import MAX_NEW_TOKENS

EMBEDDED = "embedded"
"""Names the text model that comes with the product, whatever the settings name."""
QUOTED = "quotations, without a model"
_BOUNDARY = "evaluation"


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply, and the passages by the numbers that it names."""

    text: str
    passages: Mapping[int, str]


Writer = Callable[[Question, Sequence[Hit]], Draft]
"""Drafts a reply from the passages that were found."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What the check said of one writer's drafts."""

    writer: str
    drafts: int
    stated: int
    """Sentences that state something."""
    supported: int
    """Of these, those that a passage or the customer's message supports."""
    aside: int
    """Drafts with so little support that the product quotes passages in their place."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Who drafts replies to which questions."""

    name: str
    write: Writer
    questions: Sequence[Question]
    most: int
    """Drafts, spread over the questions for which something is found."""


def drafted(writing: Writing, search: Search) -> Drafted:
    """The drafts, checked."""
    found = [(question, search(question.text, MOST_PASSAGES)) for question in writing.questions]
    answered = [(question, hits) for question, hits in found if hits]
    count = min(writing.most, len(answered))
    chosen = [answered[place * len(answered) // count] for place in range(count)]
    judged = [_judged(question, writing.write(question, hits)) for question, hits in chosen]
    return Drafted(
        writer=writing.name,
        drafts=len(judged),
        stated=sum(each.stated for each in judged),
        supported=sum(each.supported for each in judged),
        aside=sum(_is_put_aside(each) for each in judged),
    )


def quoting(question: Question, hits: Sequence[Hit]) -> Draft:
    """What the product shows where no model writes."""
    quoted = quote(_thread(question), hits, _style(question))
    return Draft(quoted.text, _texts(quoted.sources)) if quoted else Draft("", {})


def writing(backend: TextBackend) -> Writer:
    """What a model writes of the product's prompt, always the same for the same question."""

    def write(question: Question, hits: Sequence[Hit]) -> Draft:
        sources = [Citation(number, hit.passage) for number, hit in enumerate(hits, 1)]
        passages = {source.number: source.passage for source in sources}
        said = turns(Purpose.REPLY, _thread(question), passages, _style(question), _BOUNDARY)
        task = TextTask(said, MAX_NEW_TOKENS[Length.LONG], temperature=0.0)
        events = backend.generate(task, lambda: False)
        return Draft("".join(event.text for event in events if isinstance(event, TextDelta)), _texts(sources))

    return write


@contextmanager
def writers(questions: Sequence[Question], count: int, model: str) -> Iterator[list[Writing]]:
    """Quotations for all answerable questions, and up to `count` drafts by the text model `model` of the settings.

    EMBEDDED names the one that comes with the product, which writes English alone. Raises what setting it up raises.
    """
    asked = [question for question in questions if question.answers]
    quotations = Writing(QUOTED, quoting, asked, len(asked))
    if not count:
        yield [quotations]
        return
    settings = EngineSettings()
    specs = {**settings.text_models, EMBEDDED: ModelSpec(backend="transformers", model="embedded")}
    registry = BackendRegistry(settings.model_copy(update={"text_models": specs}))
    try:
        if registry.info(Kind.COPY, model).embedded:
            asked = [question for question in asked if question.lang == "en"]
        yield [quotations, Writing(model, writing(registry.text(model)), asked, count)]
    finally:
        registry.close()


def _judged(question: Question, draft: Draft) -> Grounded:
    return ground(draft.text, Sources((question.text,), draft.passages))


def _texts(sources: Sequence[Citation]) -> dict[int, str]:
    return {source.number: stated(source.passage) for source in sources}


def _is_put_aside(grounded: Grounded) -> bool:
    return not grounded.text or (grounded.share is not None and grounded.share < LEAST_SHARE)


def _thread(question: Question) -> tuple[Said, ...]:
    return (Said("customer", question.text),)


def _style(question: Question) -> Style:
    return Style(Tone.FRIENDLY, question.lang)
