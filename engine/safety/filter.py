"""The safety filter: asks each layer in turn, lets the policy decide, and closes when a layer fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from engine.domain.request import Kind
from engine.domain.safety import NOTHING_TOLD, Action, Category, Finding, Masked, Stage, Told, Verdict, Where
from engine.ports import StreamCheck
from engine.safety.case import Case, Judged
from engine.safety.evidence import Evidence, OutputCheck, Span, TextCheck
from engine.safety.layers import Answer, ImageCheck, Layer, OutsideCheck
from engine.safety.leaving import PLACES, leave
from engine.safety.minors import with_minors
from engine.safety.normalise import Views
from engine.safety.policy import Policy
from engine.safety.policy_file import REDACTABLE
from engine.safety.readings import Reading, readings
from engine.safety.stream import SentenceStream

WARM_UP_S = 600.0


@dataclass(frozen=True, slots=True)
class Report:
    """What one layer said of a text or an image, for the operator."""

    layer: str
    elapsed_s: float
    judged: tuple[Judged, ...]
    outages: tuple[Finding, ...]


class LayeredFilter:
    """A SafetyFilter; layers stand cheapest first, and the first that refuses ends the questioning.

    `outside` are the models that judge after all local layers, where the policy uses them, and what the local layers
    redact they do not see, nor personal data and secrets. An image layer that the policy does not use is not asked
    either. `outputs` judge what came out by what went in.
    """

    def __init__(
        self,
        policy: Policy,
        layers: Sequence[Layer[TextCheck]],
        images: Sequence[Layer[ImageCheck]],
        outside: Sequence[Layer[OutsideCheck]] = (),
        outputs: Sequence[Layer[OutputCheck]] = (),
    ) -> None:
        self._policy = policy
        self._layers = tuple(layers)
        self._places = tuple(layer for layer in layers if layer.name in PLACES)
        self._images = tuple(images)
        self._outside = tuple(outside)
        self._outputs = tuple(outputs)

    def warm_up(self) -> None:
        """Load what the local layers judge texts with, however long it takes, so that no text waits for it."""
        judge = partial(_judge_text, views=[(Views("Ready 0000"), None)], kind=Kind.COPY)
        for layer in self._layers:
            layer.ask(judge, WARM_UP_S)

    def check_prompt(self, text: str, where: Where, stage: Stage = Stage.PROMPT) -> Verdict:
        return self._check_text(Case(self._policy, where, stage, text))

    def mask(self, texts: Sequence[str], where: Where) -> Masked:
        cases = [Case(self._policy, where, Stage.PROMPT, text) for text in texts]
        for case in cases:
            for name, answer in self._ask_of_text(case, self._places, outside=False):
                case.add(name, answer)
        return leave(cases)

    def check_text(self, text: str, where: Where, told: Told = NOTHING_TOLD) -> Verdict:
        return self._check_text(Case(self._policy, where, Stage.OUTPUT, text, told=told))

    def second_look(self, texts: Sequence[str], where: Where) -> Verdict:
        reasons = self._policy.second_look(texts, where)
        findings = tuple(Finding(Category.FOUR_EYES, 1.0, Action.REVIEW, "replies", reason) for reason in reasons)
        return Verdict(Action.REVIEW if findings else Action.ALLOW, Stage.OUTPUT, self._policy.label, findings)

    def check_image(self, image: bytes, where: Where, stage: Stage = Stage.OUTPUT) -> Verdict:
        case = Case(self._policy, where, stage, image=True)
        for name, answer in self._ask_of_image(image, where):
            case.add(name, answer)
            if case.refused:
                break
        return case.verdict()

    def stream(self, where: Where, told: Told = NOTHING_TOLD) -> StreamCheck:
        def local(text: str) -> Verdict:
            return self._check_text(Case(self._policy, where, Stage.OUTPUT, text, told=told), outside=False)

        def so_far(text: str) -> Verdict:
            case = Case(self._policy, where, Stage.OUTPUT, text, told=told)
            for name, answer in self._ask_of_output(case, Views(text), [o for o in self._outputs if o.check.whole]):
                case.add(name, answer)
            return case.verdict()

        used = any(self._policy.layer(layer.name, where).use for layer in self._outside)
        return SentenceStream(local, so_far, partial(self.check_text, where=where, told=told) if used else None)

    def report_text(self, text: str, where: Where, stage: Stage = Stage.PROMPT) -> Iterator[Report]:
        """What every layer says, even after one refused."""
        case = Case(self._policy, where, stage, text)
        for name, answer in self._ask_of_text(case):
            case.add(name, answer)
            yield self._report(name, answer, Case(self._policy, where, stage, text))

    def report_image(self, image: bytes, where: Where, stage: Stage = Stage.OUTPUT) -> Iterator[Report]:
        """What every layer says, even after one refused."""
        for name, answer in self._ask_of_image(image, where):
            yield self._report(name, answer, Case(self._policy, where, stage, image=True))

    def _check_text(self, case: Case, *, outside: bool = True) -> Verdict:
        for name, answer in self._ask_of_text(case, outside=outside):
            case.add(name, answer)
            if case.refused:
                break
        return case.verdict()

    def _ask_of_text(
        self, case: Case, layers: Sequence[Layer[TextCheck]] | None = None, *, outside: bool = True
    ) -> Iterator[tuple[str, Answer]]:
        """The layers' answers one by one; the caller adds each to `case` before it takes the next."""
        if not case.text.strip():
            return
        views = Views(case.text)
        if case.stage is Stage.OUTPUT:
            yield from self._ask_of_output(case, views, self._outputs)
        read = [(views, None), *((Views(reading.text), reading) for reading in readings(views))]
        for layer in self._layers if layers is None else layers:
            if layer.prompts_only and case.stage is Stage.OUTPUT:
                continue
            judge = partial(_judge_text, views=read, kind=case.where.kind)
            yield layer.name, layer.ask(judge, self._policy.layer(layer.name, case.where).timeout_s)
        for outer in self._outside if outside else ():
            rule = self._policy.layer(outer.name, case.where)
            if rule.use:
                shown = case.shown_to_others()
                yield outer.name, outer.ask(partial(_judge_outside, text=shown, case=case), rule.timeout_s)

    def _ask_of_output(
        self, case: Case, views: Views, layers: Sequence[Layer[OutputCheck]]
    ) -> Iterator[tuple[str, Answer]]:
        for layer in layers:
            judge = partial(_judge_output, views=views, told=case.told)
            yield layer.name, layer.ask(judge, self._policy.layer(layer.name, case.where).timeout_s)

    def _ask_of_image(self, image: bytes, where: Where) -> Iterator[tuple[str, Answer]]:
        for layer in self._images:
            rule = self._policy.layer(layer.name, where)
            if rule.use:
                yield layer.name, layer.ask(lambda check: check.judge(image), rule.timeout_s)

    @staticmethod
    def _report(name: str, answer: Answer, alone: Case) -> Report:
        alone.add(name, answer)
        return Report(name, answer.elapsed_s, tuple(alone.judged()), tuple(alone.outages()))


def _judge_text(check: TextCheck, views: Sequence[tuple[Views, Reading | None]], kind: Kind) -> Sequence[Evidence]:
    """What the check says of the text, and of every other text that it can be read as."""
    return [
        evidence
        for view, reading in views
        for found in with_minors(check.judge(view, kind), view)
        if (evidence := found if reading is None else _as_read(found, reading)) is not None
    ]


def _as_read(found: Evidence, reading: Reading) -> Evidence | None:
    """The evidence of a reading, which stands where all of the reading stands."""
    if reading.place is None:
        # The whole, written differently: what can be redacted was found in the text as it stands.
        return None if found.category in REDACTABLE else replace(found, detail=f"{found.detail} ({reading.how})")
    span = Span(*reading.place, f"[{reading.how}]") if found.span else None
    return replace(found, detail=f"{found.detail} ({reading.how})", span=span)


def _judge_output(check: OutputCheck, views: Views, told: Told) -> Sequence[Evidence]:
    return check.judge(views, told)


def _judge_outside(check: OutsideCheck, text: str, case: Case) -> Sequence[Evidence]:
    return with_minors(check.judge(text, case.where.kind, case.stage), Views(text))
