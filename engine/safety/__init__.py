"""Decides what may go in and what may come out: a policy over checks of text and image, cheapest first.

normalise -> rules, recognisers, company -> classifier -> policy -> verdict; stream.py does it sentence by sentence.
A new check is a `TextCheck` or, for what came out alone, an `OutputCheck` (evidence.py), and one more `Layer` in
`build_safety`.
"""

from __future__ import annotations

from engine.safety.filter import LayeredFilter
from engine.safety.layers import Layer
from engine.safety.policy import load_policy
from engine.settings import EngineSettings

__all__ = ["LayeredFilter", "build_safety"]


def build_safety(settings: EngineSettings) -> LayeredFilter:
    """The filter of the settings; models load at the first check. Raises ConfigurationError for a bad policy file."""
    from engine.safety.classifier import Classifier
    from engine.safety.images import NudeNetCheck
    from engine.safety.leaks import LeakCheck
    from engine.safety.links import LinkCheck
    from engine.safety.presidio import LOADING_S, PresidioCheck
    from engine.safety.recognisers import RecogniserCheck
    from engine.safety.rules import CompanyCheck, PatternCheck

    policy = load_policy(settings.policy_file)
    limit_s = settings.safety_timeout_s
    layers = (
        Layer(RecogniserCheck(), limit_s),
        Layer(PresidioCheck(), limit_s + LOADING_S),
        Layer(CompanyCheck(policy.file.company_rules), limit_s),
        Layer(PatternCheck(), limit_s),
        Layer(Classifier(), limit_s),
    )
    outputs = (Layer(LeakCheck(), limit_s), Layer(LinkCheck(policy.file.links.allow), limit_s))
    return LayeredFilter(policy, layers, [Layer(NudeNetCheck(), limit_s)], outputs=outputs)
