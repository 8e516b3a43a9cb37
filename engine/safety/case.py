"""Gathers what the layers say of one text or image, and applies the policy to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.domain.review import NEVER_HELD
from engine.domain.safety import NOTHING_TOLD, Action, Category, Finding, Stage, Told, Verdict, Where
from engine.safety.evidence import Evidence, redacted
from engine.safety.layers import Answer
from engine.safety.masking import Hidden, same, stands_in
from engine.safety.policy import FALLBACK_STRICTNESS, Decision, Policy
from engine.safety.policy_file import Outage, OutsideApi

ORDER = tuple(Action)
"""Mildest first."""

_ON_OUTAGE = {Outage.REFUSE: Action.REFUSE, Outage.REVIEW: Action.REVIEW, Outage.FALLBACK: Action.ALLOW}


@dataclass(frozen=True, slots=True)
class Judged:
    """Evidence with what the policy makes of it."""

    evidence: Evidence
    finding: Finding
    threshold: float


@dataclass(slots=True)
class Case:
    """One text, or one image of which `text` is empty."""

    policy: Policy
    where: Where
    stage: Stage
    text: str = ""
    image: bool = False
    told: Told = NOTHING_TOLD
    _evidence: list[tuple[str, Evidence]] = field(default_factory=list)
    _outages: list[tuple[Finding, Outage]] = field(default_factory=list)

    def add(self, check: str, answer: Answer) -> None:
        if answer.outage:
            outage = self.policy.layer(check, self.where).on_outage
            finding = Finding(Category.UNCHECKED, 1.0, _ON_OUTAGE[outage], check, answer.outage)
            self._outages.append((finding, outage))
        self._evidence += [(check, item) for item in answer.evidence]

    @property
    def refused(self) -> bool:
        return any(finding.action is Action.REFUSE for finding in self._findings())

    def judged(self) -> Iterator[Judged]:
        """All evidence as it came."""
        fallback = any(outage is Outage.FALLBACK for _, outage in self._outages)
        for check, evidence in self._evidence:
            decision = self.policy.decide(
                evidence.category, self.where, image=self.image, context=self.stage is Stage.CONTEXT
            )
            if fallback:
                decision = decision.stricter(FALLBACK_STRICTNESS)
            action = Action.ALLOW if self._restored(evidence) else _possible(decision, evidence)
            action = self._appealed(action, evidence.category)
            finding = Finding(evidence.category, evidence.score, action, check, evidence.detail)
            yield Judged(evidence, finding, decision.threshold)

    def verdict(self) -> Verdict:
        findings = self._findings()
        action = max((finding.action for finding in findings), key=ORDER.index, default=Action.ALLOW)
        hides = any(finding.action is Action.REDACT for finding in findings)
        text = self.redacted() if hides and action is not Action.REFUSE else None
        return Verdict(action, self.stage, self.policy.label, tuple(dict.fromkeys(findings)), text)

    def redacted(self) -> str:
        """The text without what the policy hides."""
        hidden = [item.evidence.span for item in self.judged() if item.finding.action is Action.REDACT]
        return redacted(self.text, [span for span in hidden if span])

    def not_for_others(self) -> Iterator[Hidden]:
        """What an outside API must not see, whatever the policy does about it here."""
        personal = self.policy.outside_api(self.where)
        for item in self.judged():
            category, span = item.evidence.category, item.evidence.span
            if span is None:
                continue
            if category is Category.PERSONAL_DATA:
                if personal is not OutsideApi.ALLOW:
                    yield Hidden(span, personal is OutsideApi.RESTORE)
            elif category is Category.SECRET or item.finding.action is Action.REDACT:
                yield Hidden(span, False)

    def shown_to_others(self) -> str:
        """The text as an outside model may judge it."""
        return redacted(self.text, [hidden.span for hidden in self.not_for_others()])

    def outages(self) -> list[Finding]:
        """What was not judged, and by whom; allowed where the others decide alone."""
        return [finding for finding, _ in self._outages]

    def _appealed(self, action: Action, category: Category) -> Action:
        heard = self.where.appeal and action is Action.REFUSE and category not in NEVER_HELD
        return Action.REVIEW if heard else action

    def _restored(self, evidence: Evidence) -> bool:
        """Whether it is what people wrote themselves, or can read elsewhere, and may read again."""
        span = evidence.span
        if span is None or evidence.category is not Category.PERSONAL_DATA:
            return False
        value = same(self.text[span.start : span.end])
        return value in {same(own) for own in self.told.restored} or any(
            stands_in(value, known) for known in self.told.known
        )

    def _findings(self) -> list[Finding]:
        counting = [item.finding for item in self.judged() if item.finding.action is not Action.ALLOW]
        return counting + self.outages()


def _possible(decision: Decision, evidence: Evidence) -> Action:
    action = decision.on(evidence.score)
    if action is Action.REDACT and evidence.span is None:
        return Action.REFUSE  # it must not be seen, and nobody knows where it stands
    return action
