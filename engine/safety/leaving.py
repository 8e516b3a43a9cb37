"""What may leave for an outside API, of all texts that one call sends there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.domain.safety import Action, Category, Finding, Masked, Stage, Verdict
from engine.safety.case import ORDER, Case
from engine.safety.masking import Masking
from engine.safety.policy_file import OutsideApi

PLACES = ("recognisers", "presidio", "company")
"""The layers that know where in a text something stands."""


def leave(cases: Sequence[Case]) -> Masked:
    """The texts of `cases`, which have the answers of the layers PLACES. Those of one call are masked together."""
    hidden = [list(case.not_for_others()) for case in cases]
    masking = Masking([case.text for case in cases], hidden)
    shown = masking.masked()
    lost = any(not item.restorable for found in hidden for item in found)
    findings = tuple(dict.fromkeys(finding for case in cases for finding in _against(case)))
    mildest = Action.REDACT if lost else Action.ALLOW
    action = max([mildest, *(finding.action for finding in findings)], key=ORDER.index)
    label = cases[0].policy.label if cases else ""
    return Masked(Verdict(action, Stage.PROMPT, label, findings), shown, masking.values)


def _against(case: Case) -> list[Finding]:
    """Why a text may not leave at all: a reviewer can hold back what came, not what went."""
    found = case.outages()
    if case.policy.outside_api(case.where) is OutsideApi.REFUSE:
        found += [item.finding for item in case.judged() if item.finding.category is Category.PERSONAL_DATA]
    return [replace(finding, action=Action.REFUSE) for finding in found]
