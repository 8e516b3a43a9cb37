"""Text from a local causal language model through transformers: any checkpoint, by hub name, folder or GGUF file.

Source: huggingface.co/docs/transformers, AutoModelForCausalLM. Jobs that run at the same time share forward passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.backends.transformers_text.batch import TokenBatch
from engine.backends.transformers_text.load import Loaded, Options, load
from engine.backends.transformers_text.prompt import Prompter
from engine.backends.transformers_text.row import Order
from engine.backends.transformers_text.sample import Rules
from engine.backends.waiting import next_event
from engine.device import set_threads
from engine.domain.task import TextEnd, TextEvent, TextTask, TextUsage
from engine.errors import EngineError, ModelCorrupt
from engine.ports import Canceled
from engine.settings import EngineSettings, ModelSpec


class TransformersText:
    """One checkpoint."""

    def __init__(self, name: str, find: Callable[[], str], options: Options, settings: EngineSettings) -> None:
        """`find` gives the checkpoint's hub name or folder, making it first if need be."""
        self.name = name
        self.options = options
        self._find = find
        self._settings = settings
        self._loaded: Loaded | None = None
        self._prompter: Prompter | None = None
        self._batch: TokenBatch | None = None

    @classmethod
    def from_spec(cls, name: str, spec: ModelSpec, settings: EngineSettings) -> TransformersText:
        """The embedded model, or any checkpoint; loads nothing yet."""
        if spec.model == "embedded":
            from engine.models import language

            options = Options.model_validate({**language.OPTIONS, **spec.options})
            target = settings.data_dir / "models" / "smollm2"
            return cls(name, lambda: str(language.ensure(target)), options, settings)
        options = Options.model_validate(spec.options)
        path = Path(spec.model).expanduser()
        if path.suffix == ".gguf":
            return cls(name, lambda: str(path.parent), options.model_copy(update={"gguf_file": path.name}), settings)
        model = str(path) if path.is_dir() else spec.model
        return cls(name, lambda: model, options, settings)

    def setup(self) -> None:
        """Load the checkpoint. Raises ModelNotFound, ModelCorrupt, OutOfMemory, ConfigurationError."""
        set_threads(self._settings)
        self._loaded = load(self._find(), self.options)
        self._prompter = Prompter(self._loaded.tokenizer)
        self._batch = TokenBatch(self._loaded, self._settings.max_text_batch, self.name)

    def close(self) -> None:
        if self._batch is not None:
            self._batch.close()
        self._loaded = self._prompter = self._batch = None

    def generate(self, task: TextTask, canceled: Canceled) -> Iterator[TextEvent]:
        """Yield TextDelta and TextEnd per variant, at last TextUsage.

        Raises Interrupted, PromptTooLong, OutOfMemory, ModelCorrupt.
        """
        loaded, prompter, batch = self._ready()
        order = self._order(task, loaded, prompter)
        rows = order.rows(task.n, task.seed)
        batch.submit(rows)
        left = task.n
        try:
            while left:
                event = next_event(order.events, canceled)
                if isinstance(event, EngineError):
                    raise event
                yield event
                left -= isinstance(event, TextEnd)
        finally:
            order.gone = True
        written = sum(len(row.tokens) - len(order.prompt) for row in rows)
        yield TextUsage(len(order.prompt), written, settings=_effective(order, loaded))

    def _order(self, task: TextTask, loaded: Loaded, prompter: Prompter) -> Order:
        most = min(task.max_new_tokens, max(1, loaded.context // 2))
        return Order(
            prompt=prompter.prompt(task.turns, loaded.context - most),
            rules=_rules(task, loaded.rules),
            most=most,
            ends=loaded.ends,
            stops=(*prompter.stops, *([self.options.stop] if self.options.stop else [])),
            decode=prompter.decode,
            earlier=prompter.earlier(task.turns, task.fixed),
        )

    def _ready(self) -> tuple[Loaded, Prompter, TokenBatch]:
        if self._loaded is None or self._prompter is None or self._batch is None:
            raise ModelCorrupt(f"{self.name} is not set up", model=self.name)
        return self._loaded, self._prompter, self._batch


def _rules(task: TextTask, default: Rules) -> Rules:
    asked: dict[str, Any] = {
        "temperature": task.temperature,
        "top_p": task.top_p,
        "top_k": task.top_k,
        "no_repeat_ngram_size": task.no_repeat_ngram_size,
    }
    return replace(default, **{name: value for name, value in asked.items() if value is not None})


def _effective(order: Order, loaded: Loaded) -> tuple[tuple[str, str | int | float | None], ...]:
    return (
        ("temperature", order.rules.temperature),
        ("top_p", order.rules.top_p),
        ("top_k", order.rules.top_k or None),
        ("repetition_penalty", order.rules.repetition_penalty),
        ("no_repeat_ngram_size", order.rules.no_repeat_ngram_size or None),
        ("no_copy_ngram_size", order.rules.no_copy_ngram_size or None),
        ("max_new_tokens", order.most),
        ("dtype", loaded.dtype),
        ("device", loaded.device),
    )
