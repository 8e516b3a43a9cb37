"""The training learns, leaves the embeddings as they are, and what is kept of it reads as what was trained."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import BertConfig, BertModel

from engine.models.answering.scorer import teach
from engine.models.answering.train.__main__ import SHIPPED, fit
from engine.models.answering.train.corpus import HAND, Example, Kind, titled
from engine.models.answering.train.fitting import Options, loss, stages, train
from engine.models.answering.train.low_rank import layers, learned
from engine.models.answering.train.measure import logits, under_curve
from engine.models.answering.train.network import Network
from engine.models.answering.train.rows import FILLING, UNKNOWN, Row, batch, batches, rows
from engine.models.e5.loaded import loaded

YES, NO = 7, 8
CPU = torch.device("cpu")
OPTIONS = Options(first_rate=5e-3, first_epochs=6, batch=8, dropout=0.0)


@pytest.fixture
def network() -> Network:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=20, hidden_size=16, num_attention_heads=2, intermediate_size=32, num_hidden_layers=2, pad_token_id=1
    )
    model: Any = BertModel(config, add_pooling_layer=False)
    return Network(model.eval())


def row(*, answers: bool, length: int) -> Row:
    """Whose passage has the token YES where it answers."""
    middle = [9 + number % 5 for number in range(length)]
    ids = [0, 5, 2, 2, *middle, YES if answers else NO, 2]
    return Row(ids, answers, len(ids) - 2 if answers else 0, len(ids) - 2 if answers else 0)


ROWS = [row(answers=number % 2 == 0, length=1 + number % 7) for number in range(64)]


def test_it_learns_what_an_answer_is_and_where_it_stands(network: Network) -> None:
    (first, _) = stages(range(64), range(64), OPTIONS)
    embeddings = {name: weight.clone() for name, weight in network.encoder.embeddings.state_dict().items()}
    train(network, ROWS, first, OPTIONS)
    assert under_curve(logits(network, ROWS), torch.tensor([row.answers for row in ROWS]).numpy()) > 0.99
    given = batch(ROWS, CPU)
    places = network(given.ids, given.mask)[1].masked_fill(given.mask[..., None] == 0, -1e4)
    assert (places.argmax(1)[:, 0] == given.first).float().mean() > 0.9
    for name, weight in network.encoder.embeddings.state_dict().items():
        assert torch.equal(weight, embeddings[name])


def test_an_answer_whose_place_is_unknown_counts_as_an_answer_alone(network: Network) -> None:
    known, unknown = ROWS[0], Row(ROWS[0].ids, True, UNKNOWN, UNKNOWN)
    said = loss(network, batch([unknown], CPU), 0.5)
    assert said == loss(network, batch([known], CPU), 0.0)
    assert said < loss(network, batch([known], CPU), 0.5)


def test_the_second_stage_has_the_handwritten_and_as_many_of_all() -> None:
    first, second = stages(range(100), range(90, 100), Options())
    assert sorted(first.order) == sorted([*range(100), *range(90, 100)])
    assert list(second.order[:10]) == list(range(90, 100))
    assert len(set(second.order[10:])) == 10


@pytest.mark.parametrize("rank", [4, 64])
def test_what_is_kept_says_what_was_trained_the_more_it_keeps_the_nearer(network: Network, rank: int) -> None:
    before = layers(network)
    with torch.no_grad():
        for weight in network.encoder.encoder.parameters():
            weight.add_(0.1 * torch.randn_like(weight))
    trained, kept = logits(network, ROWS), learned(network, before, rank)
    network.encoder.load_state_dict(before, strict=False)
    network.requires_grad_(False)
    teach(network.encoder, kept)
    off = float(abs(logits(network, ROWS) - trained).max())
    assert (off < 1e-3) is (rank == 64)


@pytest.mark.parametrize("size", [1, 3, 64])
def test_every_row_is_in_one_batch_with_others_of_about_its_length(size: int) -> None:
    lengths = [number * 37 % 100 for number in range(200)]
    found = batches(lengths, range(200), size, random.Random(1))  # noqa: S311
    assert sorted(place for some in found for place in some) == list(range(200))
    assert max(len(some) for some in found) == size
    assert max(lengths[some[-1]] - lengths[some[0]] for some in found) < 50


def test_filling_is_not_read(network: Network) -> None:
    alone, beside = batch(ROWS[:1], CPU), batch([ROWS[0], Row([0, *[9] * 40, 2], False, 0, 0)], CPU)
    assert beside.ids[0, len(ROWS[0].ids) :].eq(FILLING).all()
    said = [network(given.ids, given.mask)[0][0] for given in (alone, beside)]
    torch.testing.assert_close(*said)


@pytest.mark.heavy
class TestWithE5:
    def test_the_words_of_an_answer_are_found_among_the_tokens(self) -> None:
        tokenizer = loaded().tokenizer
        passage = titled("退货", "", "自签收次日起7天内可以退货。")
        start = passage.index("7天内")
        found = Example("几天内能退？", passage, Kind.ANSWERED, (start, start + 3), HAND, False)
        cut = Example("Where does it end?", "word " * 500 + "end", Kind.ANSWERED, (2_500, 2_503), HAND, False)
        short, long = rows(tokenizer, [found, cut])
        assert "7天内" in tokenizer.decode(short.ids[short.first : short.last + 1])
        assert (long.answers, long.first, long.last) == (True, UNKNOWN, UNKNOWN)

    def test_a_fit_writes_what_the_product_reads(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        target = tmp_path / "fit.safetensors"
        kinds = (Kind.ANSWERED, Kind.NEAR)
        examples = [Example("Why?", "So.", kind, None, HAND, held) for kind in kinds for held in (True, False)]
        fit(examples, Options(second_epochs=1), target)
        shapes, shipped = ({name: each.shape for name, each in load_file(path).items()} for path in (target, SHIPPED))
        assert shapes == shipped
        assert capsys.readouterr().out.count("| hand | near |") == 3
