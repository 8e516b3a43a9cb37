"""Writes: text comes token by token, and is shown sentence by sentence as each is cleared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace

from engine.domain.context import new_boundary
from engine.domain.prompt import text_turns
from engine.domain.request import CopyParams, Length
from engine.domain.result import HELD_BACK, Artifact, ArtifactKind, Progress, Result
from engine.domain.safety import Action, Category, Finding, Told, Verdict
from engine.domain.task import TextDelta, TextEnd, TextEvent, TextTask, TextUsage
from engine.ports import SafetyFilter, StreamCheck, TextBackend
from engine.steps.run import NothingMade, Refused, Run, strictest
from engine.steps.shielding import NO_SHIELD, Restorer, Shield, shield_text
from engine.steps.watch import followed

MAX_NEW_TOKENS = {Length.SHORT: 120, Length.MEDIUM: 256, Length.LONG: 512}


def write(run: Run, backend: TextBackend, safety: SafetyFilter) -> Result:
    """All variants that passed the check or may be held.

    Raises Refused if none did, NothingMade, Interrupted and EngineError.

    What it took is on the run's meter, however it ends.
    """
    boundary = new_boundary()
    return compose(run, text_task(run, boundary), Told(run.asked, canary=boundary), backend, safety)


def compose(run: Run, task: TextTask, told: Told, backend: TextBackend, safety: SafetyFilter) -> Result:
    """As `write`, of any task; `told` is what its words came from, with the boundary in its turns as canary."""
    _count(run, TextUsage(0, 0))
    run, task, shield = shield_text(run, task, safety)
    instructions = "\n".join(turn.text for turn in task.turns if turn.role == "system")
    told = replace(told, instructions=instructions, restored=shield.own(run))
    draft = Draft([safety.stream(run.where, told) for _ in range(task.n)], shield)
    for event in followed(lambda: backend.generate(task, run.canceled), run.silence):
        draft.take(event)
        if draft.hopeless(run):
            break
        match event:
            case TextDelta() if run.board.due() and not run.hidden:
                draft.shown |= {index for index, text in enumerate(draft.cleared) if text}
                run.board.put(Progress(texts=tuple(draft.cleared)))
            case TextUsage():
                _count(run, event)
    verdicts = draft.verdicts(run, lambda text: safety.check_text(text, run.where, told))
    return _result(run, task, draft, verdicts)


def text_task(run: Run, boundary: str) -> TextTask:
    """`boundary` is to stand around what others wrote."""
    params = _params(run)
    return TextTask(
        turns=text_turns(run.told, boundary),
        max_new_tokens=MAX_NEW_TOKENS[params.length],
        n=params.n,
        seed=params.seed,
        temperature=params.temperature,
    )


@dataclass(slots=True)
class Draft:
    """What came so far, per variant, and what of it was cleared."""

    checks: list[StreamCheck]
    shield: Shield = NO_SHIELD
    raw: list[str] = field(init=False)
    cleared: list[str] = field(init=False)
    truncated: list[bool] = field(init=False)
    _restorers: list[Restorer] = field(init=False)
    shown: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.raw = ["" for _ in self.checks]
        self.cleared = ["" for _ in self.checks]
        self.truncated = [False for _ in self.checks]
        self._restorers = [Restorer(self.shield) for _ in self.checks]

    def take(self, event: TextEvent) -> None:
        match event:
            case TextDelta(index, text):
                self._add(index, self._restorers[index].feed(text))
            case TextEnd(index, truncated):
                self._add(index, self._restorers[index].finish())
                self.truncated[index] = truncated

    def _add(self, index: int, text: str) -> None:
        self.raw[index] += text
        self.cleared[index] = self.checks[index].feed(text)

    def hopeless(self, run: Run) -> bool:
        """Every variant is refused already: no use in writing on, while for a reviewer it is."""
        return all(check.refused and not run.may_hold(check.finish()) for check in self.checks)

    def verdicts(self, run: Run, judge: Callable[[str], Verdict]) -> list[Verdict]:
        """On each whole variant. A stream stops judging where it stops showing, and a reviewer is shown all of it."""
        return [self._verdict(run, judge, index) for index in range(len(self.checks))]

    def _verdict(self, run: Run, judge: Callable[[str], Verdict], index: int) -> Verdict:
        verdict = self.checks[index].finish()
        if not (self.checks[index].refused and run.may_hold(verdict)):
            return verdict
        whole = judge(self.raw[index])
        return replace(strictest([whole, verdict]), text=whole.text)


def _result(run: Run, task: TextTask, draft: Draft, verdicts: Sequence[Verdict]) -> Result:
    admitted = [run.admit(verdict, draft.raw[index]) for index, verdict in enumerate(verdicts)]
    if not any(admitted):
        raise Refused(strictest(verdicts), *(["withdrawn"] if draft.shown else []))
    artifacts: list[Artifact] = []
    for index, verdict in enumerate(verdicts):
        text = (verdict.text if verdict.text is not None else draft.raw[index]).strip()
        if admitted[index] and text:
            made = Artifact(ArtifactKind.TEXT, len(artifacts), task.seed + index, text)
            artifacts.append(replace(made, truncated=draft.truncated[index]))
    if not artifacts:
        raise NothingMade
    notices = dict.fromkeys((*run.notices, *_notices(run, draft, verdicts)))
    return Result(tuple(artifacts), notices=tuple(notices))


def _notices(run: Run, draft: Draft, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """What the reader should know: something is hidden, is missing, or was there before and is gone."""
    yield from hidden(verdicts)
    for verdict in verdicts:
        yield from verdict.disclaimers if verdict.allowed or run.may_hold(verdict) else ()
    if run.ledger.held and draft.shown:
        yield HELD_BACK
    refused = {index for index, said in enumerate(verdicts) if not (said.allowed or run.may_hold(said))}
    if refused:
        yield "withdrawn" if refused & draft.shown else "withheld"


def hidden(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Notices of what was taken out of the texts that these are about."""
    categories = {finding.category for verdict in verdicts for finding in verdict.findings if _hides(finding)}
    if categories - {Category.LINK}:
        yield "redacted"
    if Category.LINK in categories:
        yield "links"


def _hides(finding: Finding) -> bool:
    return finding.action is Action.REDACT and finding.detail != "label"


def _count(run: Run, usage: TextUsage) -> None:
    params = {name: value for name, value in asdict(_params(run)).items() if value is not None and name != "model"}
    run.meter.usage = replace(
        run.meter.usage,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        cost_usd=usage.cost_usd,
        settings={**params, **dict(usage.settings)},
    )


def _params(run: Run) -> CopyParams:
    params = run.job.request.params
    if not isinstance(params, CopyParams):
        raise TypeError("a text job without text parameters")
    return params
