"""In which language somebody writes."""

from __future__ import annotations

import pytest

from engine.replies.language import language_of


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Where is my order?", "en"),
        ("Order 1042", "en"),
        ("我的灯坏了", "zh"),
        ("我的 iPhone case 坏了怎么办", "zh"),
        ("The bottle 保温杯 leaks when it is closed", "en"),
        ("Wann kommt meine Bestellung an?", "de"),
        ("Quand est-ce que ma commande arrive ?", "fr"),
        ("¿Cuándo llega mi pedido por favor?", "es"),
        ("注文はいつ届きますか", "ja"),
        ("주문은 언제 도착하나요", "ko"),
        ("Где мой заказ", ""),
        ("12345", ""),
    ],
)
def test_language(text: str, lang: str) -> None:
    assert language_of(text) == lang
