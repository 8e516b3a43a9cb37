"""A guard model in this process, through transformers; the prompt comes from the checkpoint's own chat template."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from itertools import takewhile
from typing import Any

from engine.device import pick_device, pick_dtype
from engine.safety.guard.asking import Ask, Reply, Token, Unreadable

TOP = 5
"""Alternatives kept per token."""


class LocalGuard:
    """A Model that loads at the first ask and answers one ask at a time."""

    def __init__(self, model: str, *, device: str = "", dtype: str = "", revision: str = "main") -> None:
        """`model` is a folder or a hub name."""
        self._model, self._device, self._dtype, self._revision = model, device, dtype, revision
        self._one = threading.Lock()

    def replies(self, asks: Sequence[Ask]) -> Sequence[Reply]:
        with self._one:
            return [self._reply(ask) for ask in asks]

    def _reply(self, ask: Ask) -> Reply:
        import torch

        module, tokenizer = self._loaded
        inputs = tokenizer(rendered(tokenizer, ask), add_special_tokens=False, return_tensors="pt").to(module.device)
        length = inputs["input_ids"].shape[1]
        room = getattr(module.config.get_text_config(decoder=True), "max_position_embeddings", None)
        if room and length + ask.max_new_tokens > room:
            raise Unreadable(f"{length} tokens do not fit the model")  # cut, it would judge something else
        with torch.inference_mode():
            made = module.generate(
                **inputs,
                max_new_tokens=ask.max_new_tokens,
                do_sample=False,
                output_logits=True,
                return_dict_in_generate=True,
                pad_token_id=tokenizer.eos_token_id,
            )
        return _reply(tokenizer, made.sequences[0, length:], made.logits)

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        device = pick_device(self._device)
        module: Any = AutoModelForCausalLM.from_pretrained(
            self._model, revision=self._revision, dtype=pick_dtype(device, self._dtype)
        )
        tokenizer = AutoTokenizer.from_pretrained(self._model, revision=self._revision)
        return module.to(device).eval(), tokenizer


def rendered(tokenizer: Any, ask: Ask) -> str:
    """The prompt. Raises Unreadable if the template drops a text: the model would judge nothing and call it safe.

    Some templates take a turn's text as it is, some as a list of parts (Llama Guard 3 1B and 4).
    """
    plain = [{"role": turn.role, "content": turn.text} for turn in ask.turns]
    parts = [{"role": turn.role, "content": [{"type": "text", "text": turn.text}]} for turn in ask.turns]
    for messages in (plain, parts):
        try:
            prompt = tokenizer.apply_chat_template(
                messages, tokenize=False, add_generation_prompt=True, **dict(ask.template)
            )
        except Exception:  # templates raise what they like for the form they do not take  # noqa: S112
            continue
        if _words(ask.turns[-1].text) in _words(prompt):
            return str(prompt)
    raise Unreadable("the chat template drops the text")


def _words(text: str) -> str:
    return " ".join(text.split())


def _reply(tokenizer: Any, ids: Any, logits: Sequence[Any]) -> Reply:
    """Without the tokens that only end a text; others that control stay, for thoughts are told by them."""
    ends = {tokenizer.eos_token_id, tokenizer.pad_token_id}
    taken = list(takewhile(lambda token: token not in ends, ids.tolist()))
    tokens, text = [], ""
    for count, scores in enumerate(logits[: len(taken)], start=1):
        longer = tokenizer.decode(taken[:count])  # alone, a token may lose the space before it
        top = scores[0].float().softmax(-1).topk(min(TOP, scores.shape[-1]))
        pairs = zip(top.indices.tolist(), top.values.tolist(), strict=True)
        tokens.append(Token(longer[len(text) :], {tokenizer.decode([other]): share for other, share in pairs}))
        text = longer
    return Reply(text, tuple(tokens))
