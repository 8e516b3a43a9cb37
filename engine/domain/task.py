"""What a backend is asked to make, and the events it answers with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation; `role` is "system", "user" or "assistant"."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class TextTask:
    """`n` continuations of `turns`. None means: the backend's default."""

    turns: tuple[Turn, ...]
    max_new_tokens: int
    n: int = 1
    seed: int = 0
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    no_repeat_ngram_size: int | None = None
    fixed: tuple[str, ...] = ()
    """Phrases that must stand in the text as they are, labels and names, even where they were written before."""


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More text of variant `index`."""

    index: int
    text: str


@dataclass(frozen=True, slots=True)
class TextEnd:
    """Variant `index` is complete; `truncated` when it hit the length limit."""

    index: int
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class TextUsage:
    """The last event: tokens in and out over all variants, cost in US dollars or None, settings used."""

    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None = None
    settings: tuple[tuple[str, str | int | float | None], ...] = ()


TextEvent = TextDelta | TextEnd | TextUsage


@dataclass(frozen=True, slots=True)
class ImageTask:
    """`n` images of `prompt`; image `i` uses seed `seed + i`. None means: the backend's default."""

    prompt: str
    n: int = 1
    seed: int = 0
    width_px: int | None = None
    height_px: int | None = None
    steps: int | None = None
    guidance: float | None = None
    negative: str | None = None
    init_image: bytes | None = None
    """PNG or JPEG bytes to start from (image-to-image), or None."""
    strength: float = 0.6
    """How far an image may move from `init_image`: 0 keeps it, 1 ignores it."""


@dataclass(frozen=True, slots=True)
class ImageStep:
    """Step `step` of `steps` is done; `previews` are small PNG images, one per image, or empty."""

    step: int
    steps: int
    previews: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageDone:
    """Image `index`, as PNG bytes."""

    index: int
    png: bytes
    seed: int
    width_px: int
    height_px: int
    flagged: bool = False
    """The checkpoint's own safety checker blanked it."""


@dataclass(frozen=True, slots=True)
class ImageUsage:
    """The last event: cost in US dollars or None, settings used."""

    cost_usd: float | None = None
    settings: tuple[tuple[str, str | int | float | None], ...] = ()


ImageEvent = ImageStep | ImageDone | ImageUsage


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One model that can be asked."""

    name: str
    """What `--model` calls it."""
    backend: str
    """What runs it, e.g. "transformers"."""
    loaded: bool
    outside: bool = False
    """Prompts leave the company: another's server reads them."""
    embedded: bool = False
    """It came with the app and is too small to answer a customer: others write with it, replies are quoted."""
    in_process: bool = True
    """It computes in the worker itself, where a call that hangs can be ended with the process alone."""
