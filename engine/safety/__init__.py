"""Decides what may go in and what may come out: a policy over checks of text and image, cheapest first.

normalise -> rules, recognisers, company -> classifier -> models outside -> policy -> verdict; stream.py does it
sentence by sentence. A new check is a `TextCheck` or, for what came out alone, an `OutputCheck` (evidence.py), and one
more `Layer` in `build_safety`.
"""

from __future__ import annotations

from engine.errors import ConfigurationError
from engine.safety.breaker import Breaker
from engine.safety.filter import LayeredFilter
from engine.safety.layers import ImageCheck, Layer, OutsideCheck, TextCheck
from engine.safety.policy import Policy, load_policy
from engine.settings import EngineSettings

__all__ = ["LayeredFilter", "build_safety"]


def build_safety(settings: EngineSettings) -> LayeredFilter:
    """The filter of the settings; models load at the first check.

    Raises ConfigurationError for a bad policy file, and where it uses a model that the settings do not name.
    """
    from engine.safety.classifier import Classifier
    from engine.safety.injection import InjectionCheck
    from engine.safety.leaks import LeakCheck
    from engine.safety.links import LinkCheck
    from engine.safety.presidio import LOADING_S, PresidioCheck
    from engine.safety.recognisers import RecogniserCheck
    from engine.safety.rules import CompanyCheck, PatternCheck

    policy = load_policy(settings.policy_file)
    limit_s = settings.safety_timeout_s
    layers: tuple[Layer[TextCheck], ...] = (
        Layer(RecogniserCheck(), limit_s),
        Layer(PresidioCheck(), limit_s + LOADING_S),
        Layer(CompanyCheck(policy.file.company_rules), limit_s),
        Layer(PatternCheck(), limit_s),
        Layer(InjectionCheck(), limit_s, prompts_only=True),
        Layer(Classifier(), limit_s),
    )
    outputs = (Layer(LeakCheck(), limit_s), Layer(LinkCheck(policy.file.links.allow), limit_s))
    return LayeredFilter(policy, layers, _images(policy, settings), _outside(policy, settings), outputs)


def _images(policy: Policy, settings: EngineSettings) -> list[Layer[ImageCheck]]:
    from engine.safety.images import NudeNetCheck

    layers = [Layer[ImageCheck](NudeNetCheck(), settings.safety_timeout_s)]
    if policy.uses("image-moderation"):
        from engine.safety.moderation import ImageModerationCheck
        from engine.safety.openai_client import client

        check = ImageModerationCheck(client(settings, settings.moderation_base_url), settings.moderation_model)
        layers.append(Layer(check, settings.safety_timeout_s, Breaker()))
    return layers


def _outside(policy: Policy, settings: EngineSettings) -> list[Layer[OutsideCheck]]:
    """What runs on machines of one's own first, OpenAI last."""
    layers: list[Layer[OutsideCheck]] = []
    if policy.uses("guard"):
        if settings.guard_model is None:
            raise ConfigurationError(f"the policy {policy.label} uses a guard model: set AIGC_GUARD_MODEL")
        from engine.safety.guard.check import build_guard

        layers.append(Layer(build_guard(settings.guard_model, settings), settings.safety_timeout_s, Breaker()))
    if policy.uses("moderation"):
        from engine.safety.moderation import ModerationCheck
        from engine.safety.openai_client import client

        check = ModerationCheck(client(settings, settings.moderation_base_url), settings.moderation_model)
        layers.append(Layer(check, settings.safety_timeout_s, Breaker()))
    return layers
