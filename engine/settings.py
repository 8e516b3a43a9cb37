"""The engine's settings, from AIGC_* environment variables or an .env file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ModelSpec(BaseModel):
    """One model that `--model` can name."""

    model_config = {"frozen": True, "extra": "forbid"}

    backend: str
    """Entry point in the group aigc.text_backends or aigc.image_backends: "transformers", "diffusers", "openai"."""
    model: str
    """"embedded", a hub name "owner/name", a folder, or an API model name."""
    options: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    """Backend-specific: see the backend's own Options class."""
    outside: bool | None = None
    """Whether another company's server reads the prompts: personal data and secrets are then kept from it, as the
    safety policy says. None: yes for every backend but "transformers" and "diffusers". Say false for a server of your
    own behind backend "openai"."""

    @property
    def in_process(self) -> bool:
        """Whether it computes in the worker itself, which a call that hangs holds up: a server's have time-outs."""
        return self.backend != "openai"

    @property
    def leaves(self) -> bool:
        """Whether prompts leave the company."""
        return self.backend not in ("transformers", "diffusers") if self.outside is None else self.outside


class EngineSettings(BaseSettings):
    """Read once by a bootstrap and passed on; nothing else reads the environment."""

    model_config = SettingsConfigDict(
        env_prefix="AIGC_", env_file=".env", env_nested_delimiter="__", extra="ignore", frozen=True
    )

    data_dir: Path = Field(
        Path("data"), description="Folder for the embedded database, artifacts and converted models."
    )
    database_url: str = Field(
        "",
        description="SQLAlchemy URL; empty: SQLite in the data folder. PostgreSQL: postgresql+psycopg://user:password@host/name.",
    )
    redis_url: str = Field("redis://127.0.0.1:6379/0", description="Redis for the queue and for progress.")
    broker_url: str = Field(
        "", description="Celery broker, if not Redis: amqp://... for RabbitMQ. Empty: the Redis above."
    )
    artifact_url: str = Field(
        "", description="fsspec URL for images: file:///..., s3://bucket/prefix. Empty: the data folder."
    )

    text_models: dict[str, ModelSpec] = Field(
        default_factory=lambda: {"smollm2": ModelSpec(backend="transformers", model="embedded")},
        description="Text models by name; the first is the default. JSON.",
    )
    image_models: dict[str, ModelSpec] = Field(
        default_factory=lambda: {"tiny": ModelSpec(backend="diffusers", model="embedded")},
        description="Image models by name; the first is the default. JSON.",
    )
    torch_threads: int = Field(
        0, ge=0, description="CPU threads of a worker's torch; 0: as many as the machine has cores."
    )
    max_text_batch: int = Field(32, ge=1, description="Most texts generated in one forward pass.")
    max_image_batch: int = Field(8, ge=1, description="Most images drawn in one forward pass.")

    openai_api_key: SecretStr = Field(SecretStr(""), description="Key for backend openai.")
    openai_organization: str = Field("", description="Organisation id for backend openai.")
    openai_base_url: str = Field(
        "", description="Another server that speaks the OpenAI API (vLLM, llama.cpp, Ollama, Azure)."
    )

    policy_file: Annotated[Path | None, BeforeValidator(lambda given: given or None)] = Field(
        None, description="Safety policy (YAML); empty: the built-in default."
    )
    limits_file: Annotated[Path | Literal["none"] | None, BeforeValidator(lambda given: given or None)] = Field(
        None,
        description="Limits per user, channel and workspace, and the budget (YAML); empty: generous ones that are "
        "built in; none: no limits at all.",
    )
    recipes_dir: Annotated[Path | None, BeforeValidator(lambda given: given or None)] = Field(
        None, description="Folder with recipes of your own (YAML); empty: only those that come with the app."
    )
    teams_file: Annotated[Path | None, BeforeValidator(lambda given: given or None)] = Field(
        None, description="Teams by name, each with the ids of its users (YAML); empty: no teams."
    )
    voices_file: Annotated[Path | None, BeforeValidator(lambda given: given or None)] = Field(
        None, description="How the company and its teams write (YAML): words, claims, disclaimers; empty: as models do."
    )
    safety_timeout_s: float = Field(
        10.0, gt=0, description="Longest a safety check may take before it counts as unchecked."
    )
    guard_model: ModelSpec | None = Field(
        None,
        description="Guard model that judges texts where the policy uses it: backend openai or transformers. JSON.",
    )
    moderation_model: str = Field(
        "omni-moderation-latest", description="OpenAI's model that judges texts and images where the policy uses it."
    )
    moderation_base_url: str = Field(
        "", description="Another server that speaks OpenAI's moderation API. Empty: OpenAI itself."
    )

    label_producer: str = Field(
        "AIGC",
        pattern=r"^[\x21\x23-\x5b\x5d-\x7e]{1,64}$",
        description="Who made it, in the label of GB 45438-2025: a name or code of letters and digits without a space.",
    )
    signing_certificate: Annotated[Path | None, BeforeValidator(lambda given: given or None)] = Field(
        None,
        description="PEM file, the chain that signs Content Credentials (C2PA); empty: one for development.",
    )
    signing_key: Annotated[Path | None, BeforeValidator(lambda given: given or None)] = Field(
        None, description="PEM file (PKCS#8, no password) with the key of the first certificate."
    )
    timestamp_url: str = Field(
        "",
        description="Time-stamping authority (RFC 3161) for Content Credentials; empty: no time stamps.",
    )

    worker_concurrency: int = Field(16, ge=1, description="Jobs one worker runs at once.")
    lease_s: float = Field(20.0, gt=0, description="How long a worker holds a job without a sign of life.")
    max_attempts: int = Field(3, ge=1, description="How often a job is started before it is given up.")
    job_timeout_s: float = Field(900.0, gt=0, description="Longest a job may run.")
    hang_s: float = Field(
        300.0,
        gt=0,
        description="Longest that a local model may be silent while jobs wait for it: then it hangs, and its worker is "
        "ended and started anew. Longer than its slowest step.",
    )
    drain_s: float = Field(
        10.0,
        gt=0,
        description="A worker that is told to end has ended by then: jobs may finish in the first half, what is left "
        "is handed to another worker.",
    )
    sweep_every_s: float = Field(5.0, gt=0, description="How often lost jobs are looked for.")
    retention_every_s: float = Field(
        3600.0, gt=0, description="How often texts and images whose time is up are deleted; the policy says when."
    )

    monitor_host: str = Field("127.0.0.1", description="Address of the port below.")
    monitor_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port of each process for /metrics, /health/live and /health/ready, for nobody outside; 0: none.",
    )
    traces_url: str = Field(
        "",
        description="OpenTelemetry collector (OTLP over HTTP) that gets traces, e.g. http://otel:4318. Empty: none.",
    )
