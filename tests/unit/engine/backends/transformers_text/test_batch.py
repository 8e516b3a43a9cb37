"""Texts that share forward passes are the texts they would be alone, and one that ends or fails holds up no other."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.backends.transformers_text.batch import TokenBatch
from engine.backends.transformers_text.forward import Prefill
from engine.backends.transformers_text.load import Loaded, Options, load
from engine.backends.transformers_text.row import Order
from engine.backends.transformers_text.sample import Rules
from engine.domain.task import TextDelta, TextEnd
from engine.errors import EngineError, Interrupted, ModelCorrupt, OutOfMemory
from tests.support import tiny_models

GREEDY = Rules(temperature=0.0, top_p=1.0)
FREE = Rules(temperature=1.0, top_p=1.0)
PROMPTS = ("A", "A much longer prompt than the one before it", "B c", "Four words are here", "五", "A")


@pytest.fixture(scope="module", params=["gpt2", "llama"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    make: Callable[[Path], Path] = getattr(tiny_models, request.param)
    return make(tmp_path_factory.mktemp("models") / request.param)


@pytest.fixture
def loaded(folder: Path) -> Loaded:
    return load(str(folder), Options(device="cpu", dtype="float32"))


@pytest.fixture
def batch(loaded: Loaded) -> Iterator[TokenBatch]:
    batch = TokenBatch(loaded, 4, "tiny")
    yield batch
    batch.close()


class Watch:
    """Counts forward passes and the rows of each; `do[n]` is called before pass `n`."""

    def __init__(self, loaded: Loaded) -> None:
        self.sizes: list[int] = []
        self.do: dict[int, Callable[[], None]] = {}
        loaded.module.register_forward_pre_hook(self._before, with_kwargs=True)

    def _before(self, module: Any, args: Any, kwargs: Any) -> None:
        self.sizes.append(len(kwargs["input_ids"]))
        self.do.get(len(self.sizes), lambda: None)()


@pytest.fixture
def watch(loaded: Loaded) -> Watch:
    return Watch(loaded)


def make_order(loaded: Loaded, text: str = "A", most: int = 12, rules: Rules = GREEDY, stop: str = "") -> Order:
    """Its text is its tokens' numbers, so that equal text means equal tokens. It ignores the end token."""
    prompt = list(loaded.tokenizer(text)["input_ids"])
    stops = [stop] if stop else []
    return Order(prompt, rules, most, frozenset(), stops, lambda ids: "".join(f"{token} " for token in ids))


def texts(order: Order, count: int = 1) -> list[str]:
    """Wait for the texts of all variants. Raises the order's error."""
    found, left = [""] * count, count
    while left:
        event = order.events.get(timeout=60)
        if isinstance(event, EngineError):
            raise event
        if isinstance(event, TextDelta):
            found[event.index] += event.text
        left -= isinstance(event, TextEnd)
    return found


def alone(loaded: Loaded, order: Order) -> str:
    """What transformers' own generate writes, greedily."""
    ids = torch.tensor([order.prompt])
    out = loaded.module.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        do_sample=False,
        max_new_tokens=order.most,
        min_new_tokens=order.most,
        eos_token_id=None,
        pad_token_id=0,
    )
    return order.decode(out[0, len(order.prompt) :].tolist())


def test_texts_that_start_together_are_as_they_are_alone(loaded: Loaded, batch: TokenBatch) -> None:
    orders = [make_order(loaded, text, most) for text, most in zip(PROMPTS, (12, 7, 1, 30, 12, 90), strict=True)]
    batch.submit([row for order in orders for row in order.rows(1, 0)])
    assert [texts(order)[0] for order in orders] == [alone(loaded, order) for order in orders]


def test_texts_that_join_and_leave_are_as_they_are_alone(loaded: Loaded, watch: Watch) -> None:
    batch = TokenBatch(loaded, 3, "tiny")
    orders = [make_order(loaded, text, most) for text, most in zip(PROMPTS, (40, 9, 3, 30, 8, 20), strict=True)]
    for number, order in enumerate(orders[1:]):
        watch.do[4 + 3 * number] = lambda order=order: batch.submit(order.rows(1, 0))  # type: ignore[misc]
    batch.submit(orders[0].rows(1, 0))
    written = [texts(order)[0] for order in orders]
    batch.close()
    assert max(watch.sizes) == 3
    assert written == [alone(loaded, order) for order in orders]


def test_a_long_prompt_is_read_in_pieces_while_others_write(
    loaded: Loaded, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.backends.transformers_text.batch.PREFILL_TOKENS", 16)
    batch = TokenBatch(loaded, 4, "tiny")
    short, long = make_order(loaded, "A", 30), make_order(loaded, "long " * 20, 5)
    watch.do[3] = lambda: batch.submit(long.rows(1, 0))
    batch.submit(short.rows(1, 0))
    written = [texts(short)[0], texts(long)[0]]
    batch.close()
    assert written == [alone(loaded, short), alone(loaded, long)]


def test_variants_share_the_reading_of_their_prompt(loaded: Loaded, batch: TokenBatch, watch: Watch) -> None:
    order = make_order(loaded, rules=FREE)
    batch.submit(order.rows(3, 7))
    written = texts(order, 3)
    assert watch.sizes[:2] == [1, 3]
    assert len(set(written)) == 3


def test_a_seed_gives_the_same_text_alone_and_among_others(loaded: Loaded, batch: TokenBatch) -> None:
    def written(seed: int, beside: int) -> str:
        order = make_order(loaded, "Seeds", rules=FREE)
        others = [make_order(loaded, text, rules=FREE) for text in PROMPTS[:beside]]
        batch.submit([*(row for other in others for row in other.rows(1, 99)), *order.rows(1, seed)])
        return texts(order)[0]

    assert written(7, 0) == written(7, 3)
    assert written(7, 0) != written(8, 0)


def test_variant_one_of_a_seed_is_variant_zero_of_the_next(loaded: Loaded, batch: TokenBatch) -> None:
    two, one = make_order(loaded, rules=FREE), make_order(loaded, rules=FREE)
    batch.submit([*two.rows(2, 7), *one.rows(1, 8)])
    assert texts(two, 2)[1] == texts(one)[0]


def test_a_text_nobody_waits_for_leaves_its_place_to_the_next(loaded: Loaded, watch: Watch) -> None:
    batch = TokenBatch(loaded, 1, "tiny")
    endless, waiting, next_one = (make_order(loaded, most=most) for most in (10**6, 5, 5))
    waiting.gone = True
    watch.do[5] = lambda: setattr(endless, "gone", True)
    for order in (endless, waiting, next_one):
        batch.submit(order.rows(1, 0))
    assert texts(next_one) == [alone(loaded, next_one)]
    assert waiting.events.empty()
    batch.close()


def test_out_of_memory_goes_on_with_fewer_at_a_time(loaded: Loaded, watch: Watch) -> None:
    def too_large() -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    batch = TokenBatch(loaded, 4, "tiny")
    watch.do[10] = too_large
    orders = [make_order(loaded, text, 20) for text in PROMPTS[:4]]
    batch.submit([row for order in orders for row in order.rows(1, 0)])
    assert [texts(order)[0] for order in orders] == [alone(loaded, order) for order in orders]
    batch.close()
    assert watch.sizes[9] == 4
    assert max(watch.sizes[10:20]) == 2


def test_out_of_memory_before_the_first_pass_loses_no_text(
    loaded: Loaded, batch: TokenBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [torch.OutOfMemoryError("CUDA out of memory")]

    def prefill(*arguments: Any) -> Prefill:
        if left:
            raise left.pop()
        return Prefill(*arguments)

    monkeypatch.setattr("engine.backends.transformers_text.batch.Prefill", prefill)
    order = make_order(loaded)
    batch.submit(order.rows(2, 0))
    assert texts(order, 2) == [alone(loaded, order)] * 2


def test_the_tensors_of_a_pass_that_ran_out_of_memory_are_let_go_first(
    loaded: Loaded, batch: TokenBatch, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[weakref.ref[torch.Tensor]] = []
    alive: list[bool] = []

    def too_large() -> None:
        large = torch.zeros(1)
        held.append(weakref.ref(large))
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("torch.cuda.empty_cache", lambda: alive.append(held[0]() is not None))
    watch.do[2] = too_large
    order = make_order(loaded)
    batch.submit(order.rows(2, 0))
    texts(order, 2)
    assert alive == [False]


def test_what_does_not_fit_by_itself_fails_and_the_next_is_written(loaded: Loaded, watch: Watch) -> None:
    def too_large() -> None:
        raise MemoryError

    batch = TokenBatch(loaded, 4, "tiny")
    watch.do[2] = too_large
    large, small = make_order(loaded), make_order(loaded)
    batch.submit(large.rows(1, 0))
    with pytest.raises(OutOfMemory):
        texts(large)
    batch.submit(small.rows(1, 0))
    assert texts(small) == [alone(loaded, small)]
    batch.close()


def test_a_model_that_raises_fails_its_texts_and_lives_on(loaded: Loaded, watch: Watch) -> None:
    def broken() -> None:
        raise ValueError("broken")

    batch = TokenBatch(loaded, 4, "tiny")
    watch.do[2] = broken
    bad, good = make_order(loaded), make_order(loaded)
    batch.submit(bad.rows(2, 0))
    with pytest.raises(ModelCorrupt, match="broken"):
        texts(bad, 2)
    batch.submit(good.rows(1, 0))
    assert texts(good) == [alone(loaded, good)]
    batch.close()


def test_a_model_of_nan_is_corrupt(loaded: Loaded, batch: TokenBatch) -> None:
    with torch.no_grad():
        next(loaded.module.parameters()).fill_(float("nan"))
    order = make_order(loaded)
    batch.submit(order.rows(1, 0))
    with pytest.raises(ModelCorrupt, match="no numbers"):
        texts(order)


def test_closing_interrupts_what_is_unfinished(loaded: Loaded, watch: Watch) -> None:
    batch = TokenBatch(loaded, 1, "tiny")
    begun = threading.Event()
    watch.do[3] = begun.set
    running, waiting = make_order(loaded, most=10**6), make_order(loaded)
    batch.submit([*running.rows(1, 0), *waiting.rows(1, 0)])
    begun.wait(60)
    batch.close()
    for order in (running, waiting):
        with pytest.raises(Interrupted):
            texts(order)
    with pytest.raises(Interrupted):
        batch.submit(waiting.rows(1, 0))


def test_prompts_of_any_lengths_are_read(loaded: Loaded) -> None:
    batch = TokenBatch(loaded, 16, "tiny")
    orders = [make_order(loaded, "x" * size, 9) for size in (100, 60, 1, 2, 3, 99, 51, 50)]
    batch.submit([row for order in orders for row in order.rows(1, 0)])
    assert [texts(order)[0] for order in orders] == [alone(loaded, order) for order in orders]
    batch.close()
