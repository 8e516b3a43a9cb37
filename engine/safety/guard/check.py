"""The guard model of the settings as one of the filter's checks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.domain.request import Kind
from engine.domain.safety import Stage
from engine.errors import ConfigurationError
from engine.safety.evidence import Evidence
from engine.safety.guard.asking import Family, Model
from engine.safety.guard.gpt_oss_safeguard import GptOssSafeguard
from engine.safety.guard.llama_guard import LlamaGuard
from engine.safety.guard.qwen3guard import Qwen3Guard
from engine.safety.guard.shield_gemma import ShieldGemma
from engine.settings import EngineSettings, ModelSpec

FAMILIES: tuple[Family, ...] = (LlamaGuard(), ShieldGemma(), Qwen3Guard(), GptOssSafeguard())


class Options(BaseModel):
    """Options of AIGC_GUARD_MODEL."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: str = ""
    """"llama-guard", "shieldgemma", "qwen3guard" or "gpt-oss-safeguard"; empty: told from the model's name."""
    base_url: str = ""
    """Backend openai: the server; empty: AIGC_OPENAI_BASE_URL, or OpenAI itself."""
    logprobs: bool = True
    """Backend openai: ask for probabilities; false for servers that turn such requests down."""
    device: str = ""
    """Backend transformers; empty: the GPU where there is one."""
    dtype: str = ""
    revision: str = "main"


class GuardCheck:
    """An OutsideCheck. Raises whatever goes wrong on the way, and Unreadable."""

    name = "guard"

    def __init__(self, family: Family, model: Model) -> None:
        self.family = family
        self._model = model

    def judge(self, text: str, kind: Kind, stage: Stage) -> Sequence[Evidence]:
        asks = self.family.asks(text, stage)
        replies = self._model.replies(asks)
        pairs = zip(asks, replies, strict=True)
        return [evidence for ask, reply in pairs for evidence in self.family.read(ask, reply)]


def build_guard(spec: ModelSpec, settings: EngineSettings) -> GuardCheck:
    """Loads nothing and connects to nothing. Raises ConfigurationError."""
    try:
        options = Options.model_validate(spec.options)
    except ValidationError as error:
        raise ConfigurationError(f"AIGC_GUARD_MODEL: {error.errors()[0]['loc'][0]}: no such option") from error
    return GuardCheck(family_of(spec.model, options.family), _model(spec, options, settings))


def family_of(model: str, name: str) -> Family:
    """The family called `name`, or the one in the name of the model. Raises ConfigurationError."""
    wanted = re.sub(r"[^a-z0-9]", "", (name or model).lower())
    for family in FAMILIES:
        if family.name.replace("-", "") in wanted:
            return family
    known = ", ".join(family.name for family in FAMILIES)
    raise ConfigurationError(f"AIGC_GUARD_MODEL: {name or model} is of no known family; set options.family: {known}")


def _model(spec: ModelSpec, options: Options, settings: EngineSettings) -> Model:
    match spec.backend:
        case "openai":
            from engine.safety.guard.server import ServedGuard
            from engine.safety.openai_client import client

            base_url = options.base_url or settings.openai_base_url
            return ServedGuard(client(settings, base_url), spec.model, logprobs=options.logprobs)
        case "transformers":
            from engine.safety.guard.local import LocalGuard

            return LocalGuard(spec.model, device=options.device, dtype=options.dtype, revision=options.revision)
    raise ConfigurationError(f"AIGC_GUARD_MODEL: backend {spec.backend!r} is neither openai nor transformers")
