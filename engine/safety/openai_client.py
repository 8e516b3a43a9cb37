"""The OpenAI client as the safety filter wants it: one try, since the filter has a time limit and a breaker."""

from __future__ import annotations

import openai

from engine.errors import ConfigurationError
from engine.settings import EngineSettings

LONGEST_S = 60.0
"""When a call that the filter has long given up lets go of its thread."""


def client(settings: EngineSettings, base_url: str) -> openai.OpenAI:
    """For `base_url`, or OpenAI itself if it is empty, which takes a key. Raises ConfigurationError without one."""
    key = settings.openai_api_key.get_secret_value()
    if not key and not base_url:
        raise ConfigurationError("a model of OpenAI's judges texts or images: set AIGC_OPENAI_API_KEY")
    return openai.OpenAI(
        api_key=key or "none",
        organization=settings.openai_organization or None,
        base_url=base_url or None,
        timeout=LONGEST_S,
        max_retries=0,
    )
