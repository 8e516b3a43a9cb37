"""Passages to search among, made of the documents' own words."""

from __future__ import annotations

from engine.evals.replies.filler import filler, sentences

TEXTS = ["Standard costs 4 euros. Express costs 12 euros!\nOk.", "满六十欧元免运费。请保存好收据和包装盒。"]


def test_sentences_of_both_languages_without_scraps() -> None:
    assert sentences(TEXTS) == (
        "Standard costs 4 euros.",
        "Express costs 12 euros!",
        "满六十欧元免运费。",
        "请保存好收据和包装盒。",
    )


def test_the_same_texts_give_the_same_passages() -> None:
    made = list(filler(TEXTS, 200))
    assert made == list(filler(TEXTS, 200))
    assert len(set(made)) > 150


def test_only_numbers_differ_from_what_the_documents_say() -> None:
    words = {"Standard", "Express", "costs", "euros.", "euros!", "满六十欧元免运费。", "请保存好收据和包装盒。"}
    for passage in filler(TEXTS, 20):
        assert {word for word in passage.split() if not word.isdigit()} <= words
