"""Every kind of file is read into the same blocks, and what cannot be read says why."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import MaterialUnreadable
from engine.knowledge.reading import ENDINGS, limits, read, readable
from engine.knowledge.reading.blocks import Block, Is
from engine.knowledge.reading.html import read_html
from engine.knowledge.reading.markdown import read_markdown
from engine.knowledge.reading.pdf import read_pdf
from engine.knowledge.reading.tables import read_csv


def blocks(name: str, text: str | bytes) -> list[Block]:
    return list(read(name, text.encode() if isinstance(text, str) else text).blocks)


def heading(text: str, level: int = 1) -> Block:
    return Block(Is.HEADING, text, level=level)


def paragraph(text: str) -> Block:
    return Block(Is.PARAGRAPH, text)


def item(text: str) -> Block:
    return Block(Is.ITEM, text)


def answer(question: str, text: str) -> Block:
    return Block(Is.ANSWER, text, question=question)


MARKDOWN = """---
title: Our returns
---
# Returns
You have **30 days**, see [the form](https://example.com/form).

- Unused
  - with its label
- In its box

| Size | Price |
|---|---|
| 500 ml | 20 |
"""


def test_markdown_keeps_its_structure_and_loses_its_marks() -> None:
    content = read("returns.md", MARKDOWN.encode())
    assert content.title == "Our returns"
    assert list(content.blocks) == [
        heading("Returns"),
        paragraph("You have 30 days, see the form."),
        item("Unused"),
        item("with its label"),
        item("In its box"),
        Block(Is.ROW, "Size: 500 ml; Price: 20"),
    ]


HTML = """<!doctype html><html><head><title>Help | Aqua</title><style>p {}</style></head><body>
<nav><a href="/">Home</a></nav><h1>Help</h1>
<p>Call <b>us</b>,<br>any day.<script>alert(1)</script></p>
<div>Or write.<ul><li>By mail</li><li>By post: <p>Box 1</p></li></ul></div>
<table><tr><th>Size</th><th>Price</th></tr><tr><td>500 ml</td><td>20</td></tr></table>
<details><summary>Is it tight?</summary><p>Yes.</p><p>Always.</p></details>
<dl><dt>Does it rust?</dt><dd>No.</dd></dl></body></html>"""


def test_html_is_what_a_reader_sees_of_it() -> None:
    content = read("help.html", HTML.encode())
    assert content.title == "Help | Aqua"
    assert list(content.blocks) == [
        heading("Help"),
        paragraph("Call us,\nany day."),
        paragraph("Or write."),
        item("By mail"),
        item("By post:\nBox 1"),
        Block(Is.ROW, "Size: 500 ml; Price: 20"),
        answer("Is it tight?", "Yes.\nAlways."),
        answer("Does it rust?", "No."),
    ]


@pytest.mark.parametrize("depth", [2, 40])
def test_nested_tables_and_lists_of_terms_are_read_once(depth: int) -> None:
    """Each around all that is in it: read at every depth, ten kilobytes became fifteen megabytes."""
    table = "<table><tr><td>cell {}.</td><td>".format
    rows = "".join(map(table, range(depth))) + "<b>inmost</b>" + "</td></tr></table>" * depth
    terms = "".join(f"<dl><dt>term {at}</dt><dd>" for at in range(depth)) + "told" + "</dd></dl>" * depth
    found = " ".join(f"{block.question} {block.text}" for block in blocks("a.html", f"<p>Hi.</p>{rows}{terms}"))
    assert [found.count(f"cell {at}.") for at in range(depth)] == [1] * depth
    assert (found.count("inmost"), found.count("told")) == (1, 1)
    assert len(found) < len(rows + terms)


def test_a_table_that_is_there_for_its_looks_is_read_cell_by_cell() -> None:
    inner = "<table><tr><th>Size</th></tr><tr><td>500 ml</td></tr></table>"
    page = f"<table><tr><td>Welcome{inner}</td><td>Bye</td></tr></table>"
    assert blocks("a.html", page) == [paragraph("Welcome"), Block(Is.ROW, "Size: 500 ml"), paragraph("Bye")]


TABLE_READERS = {"a.csv": read_csv, "a.md": read_markdown, "a.html": read_html}
TABLES = {
    "a.csv": lambda name, rows: f"{name},b\n" + "x,y\n" * rows,
    "a.md": lambda name, rows: f"| {name} | b |\n|---|---|\n" + "| x | y |\n" * rows,
    "a.html": lambda name, rows: f"<table><tr><th>{name}<th>b</tr>" + "<tr><td>x<td>y</tr>" * rows + "</table>",
}


@pytest.mark.parametrize("name", TABLES)
def test_a_long_name_of_a_column_is_not_repeated_for_ever(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands in each row: a hundred kilobytes of table could become gigabytes."""
    monkeypatch.setattr("engine.knowledge.reading.MAX_CHARS", 3_000)
    monkeypatch.setattr("engine.knowledge.reading.tables.Budget", lambda: limits.Budget(3_000))
    monkeypatch.setattr("engine.knowledge.reading.html.Budget", lambda: limits.Budget(3_000))
    monkeypatch.setattr("engine.knowledge.reading.markdown.Budget", lambda: limits.Budget(3_000))
    content = TABLE_READERS[name](TABLES[name]("n" * 1_000, 50).encode())
    assert len(content.blocks) == 3
    assert read(name, TABLES[name]("n" * 1_000, 50).encode()).left_out == limits.TEXT_LEFT_OUT


def test_a_text_has_paragraphs_lists_and_underlined_headings() -> None:
    text = "Returns\n=======\nYou have\n30 days.\n\n* Unused,\n  with label\n2) In its box\n"
    assert blocks("a.txt", text) == [
        heading("Returns"),
        paragraph("You have\n30 days."),
        item("Unused, with label"),
        item("In its box"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Q: How long?\nA: 30 days.\n",
        "Q: How long?\n\nA: 30 days.\n",
        "**Question:** How long?\n\n**Answer:** 30 days.\n",
    ],
)
def test_questions_and_answers_in_a_text_are_pairs(text: str) -> None:
    assert blocks("faq.md", f"{text}\n# Other\n") == [answer("How long?", "30 days."), heading("Other")]


def test_chinese_questions_and_answers_are_pairs_and_an_answer_may_go_on() -> None:
    text = "问：可以退货吗？\n\n答：可以。\n\n三十天内。\n\n问：要钱吗？\n\n答：不要。"
    assert blocks("faq.txt", text) == [answer("可以退货吗？", "可以。\n三十天内。"), answer("要钱吗？", "不要。")]


@pytest.mark.parametrize(
    "table",
    [
        "question,answer\nHow long?,30 days.\n",
        "id;Answer;Question\n1;30 days.;How long?\n",
        "问题\t答案\nHow long?\t30 days.\n",
        "\ufeffquestion,answer\nHow long?,30 days.\n",
    ],
)
def test_csv_of_questions_whatever_its_columns_and_commas(table: str) -> None:
    assert blocks("faq.csv", table) == [answer("How long?", "30 days.")]


def test_csv_with_quotes_in_its_cells() -> None:
    table = 'question,answer\n"How, then?","Choose ""Cancel"", then wait."\n'
    assert blocks("faq.csv", table) == [answer("How, then?", 'Choose "Cancel", then wait.')]


def test_a_title_that_only_the_template_has_is_none() -> None:
    assert read("a.docx", word(lambda document: document.add_paragraph("Hi."))).title == ""


def test_csv_that_excel_wrote_in_chinese() -> None:
    assert blocks("faq.csv", "问题,答案\n可以退货吗？,三十天内可以。\n".encode("gb18030")) == [
        answer("可以退货吗？", "三十天内可以。")
    ]


def test_csv_of_anything_else_names_its_columns() -> None:
    assert blocks("sizes.csv", "Size,Price\n500 ml,20\n,30\n") == [
        Block(Is.ROW, "Size: 500 ml; Price: 20"),
        Block(Is.ROW, "Price: 30"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '[{"question": "How long?", "answer": "30 days."}]',
        '{"faqs": {"de": [{"Q": "How long?", "A": "30 days.", "id": 3}]}}',
        '{"How long?": "30 days."}',
    ],
)
def test_json_of_questions_wherever_they_stand(text: str) -> None:
    assert blocks("faq.json", text) == [answer("How long?", "30 days.")]


def test_json_of_texts_under_titles() -> None:
    assert blocks("a.json", '[{"title": "Returns", "text": "30 days."}]') == [heading("Returns"), paragraph("30 days.")]


def word(make: Callable[..., None]) -> bytes:
    import docx

    document, written = docx.Document(), io.BytesIO()
    make(document)
    document.save(written)
    return written.getvalue()


def test_word_keeps_headings_lists_and_tables() -> None:
    def make(document: object) -> None:
        document.core_properties.title = "Handbook"  # type: ignore[attr-defined]
        document.add_heading("Returns", 2)  # type: ignore[attr-defined]
        document.add_paragraph("You have 30 days.")  # type: ignore[attr-defined]
        document.add_paragraph("Unused", style="List Bullet")  # type: ignore[attr-defined]
        table = document.add_table(2, 2)  # type: ignore[attr-defined]
        for cell, text in zip(
            (c for row in table.rows for c in row.cells), ("问", "答", "怎么退？", "寄回。"), strict=True
        ):
            cell.text = text

    content = read("handbook.docx", word(make))
    assert content.title == "Handbook"
    assert list(content.blocks) == [
        heading("Returns", 2),
        paragraph("You have 30 days."),
        item("Unused"),
        answer("怎么退？", "寄回。"),
    ]


def test_merged_cells_of_word_are_read_once_and_keep_their_columns() -> None:
    """A cell says how many columns it spans, however many there are: python-docx gives it again for each."""

    def make(document: Any) -> None:
        table = document.add_table(3, 3)
        texts = ("Size", "Price", "Stock", "500 ml", "20", "many", "", "10", "few")
        for cell, text in zip((c for row in table.rows for c in row.cells), texts, strict=True):
            cell.text = text
        table.cell(1, 0).merge(table.cell(2, 0))
        wide = document.add_table(2, 2)
        for cell, text in zip((c for row in wide.rows for c in row.cells), ("A", "B", "all", "x"), strict=True):
            cell.text = text
        wide.cell(1, 0)._tc.grid_span = 10_000

    assert blocks("a.docx", word(make)) == [
        Block(Is.ROW, "Size: 500 ml; Price: 20; Stock: many"),
        Block(Is.ROW, "Size: 500 ml; Price: 10; Stock: few"),
        Block(Is.ROW, "A: all"),
    ]


def pdf(*pages: str) -> bytes:
    """A PDF of text pages, by hand: a reader is tested with what another program would write."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for text in pages:
        page = writer.add_blank_page(300, 300)
        lines = "".join(f"({line}) Tj 0 -14 Td " for line in text.split("\n"))
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 280 Td {lines}ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
        )
    writer.add_metadata({"/Title": "Guide"})
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_pdf_pages_are_read_on_across_their_bounds_without_their_numbers() -> None:
    content = read("guide.pdf", pdf("You have thirty days to\nPage 1 of 2", "send it back.\n2"))
    assert content.title == "Guide"
    assert (
        " ".join(block.text.replace("\n", " ") for block in content.blocks) == "You have thirty days to send it back."
    )


def test_a_pdf_of_too_many_pages_is_read_as_far_as_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.knowledge.reading.pdf.MAX_PAGES", 2)
    content = read("guide.pdf", pdf("One.", "Two.", "Three."))
    assert content.left_out == limits.PAGES_LEFT_OUT
    assert "Three" not in "".join(block.text for block in content.blocks)


def test_a_pdf_whose_pages_take_too_long_is_read_as_far_as_it_came() -> None:
    times = iter([0.0, 1.0, 61.0])
    content = read_pdf(pdf("One.", "Two."), now=lambda: next(times))
    assert (content.left_out, [block.text for block in content.blocks]) == (limits.TIME_UP, ["One."])


def locked_pdf() -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer, written = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("Secret.")))), io.BytesIO()
    writer.encrypt("word", algorithm="RC4-128")
    writer.write(written)
    return written.getvalue()


def bomb() -> bytes:
    """A few kilobytes of zip that say they unpack to more than is allowed."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        zeros = bytes(1_000_000)
        with archive.open("word/document.xml", "w") as entry:
            for _ in range(limits.MAX_UNPACKED_BYTES // len(zeros) + 1):
                entry.write(zeros)
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("a.exe", lambda: b"MZ", limits.UNKNOWN_TYPE),
        ("a.doc", lambda: b"x", limits.UNKNOWN_TYPE),
        ("a.txt", lambda: b"x" * (limits.MAX_BYTES + 1), limits.TOO_LARGE),
        ("a.txt", lambda: b" \n ", limits.NO_TEXT),
        ("a.html", lambda: b"", limits.NO_TEXT),
        ("a.html", lambda: b"<script>1</script>", limits.NO_TEXT),
        ("a.pdf", lambda: b"%PDF-1.4 nonsense", limits.DAMAGED),
        ("a.pdf", lambda: pdf(""), limits.NO_TEXT),
        ("a.pdf", locked_pdf, limits.LOCKED),
        ("a.docx", lambda: b"PK nonsense", limits.DAMAGED),
        ("a.docx", lambda: bytes.fromhex("d0cf11e0a1b11ae1"), limits.LOCKED),
        ("a.docx", bomb, limits.TOO_LARGE),
        ("a.json", lambda: b"{", limits.DAMAGED),
        ("a.json", lambda: b"[" * 100_000, limits.DAMAGED),
        ("a.json", lambda: b'{"a": [1, 2]}', limits.NO_QUESTIONS),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_says_why(name: str, make: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(MaterialUnreadable) as caught:
        read(name, make())
    assert caught.value.params["reason"] == reason


def test_a_very_long_text_is_read_as_far_as_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.knowledge.reading.MAX_CHARS", 10)
    content = read("a.txt", b"One two.\n\nThree four.\n\nFive six.")
    assert (content.left_out, len(content.blocks)) == (limits.TEXT_LEFT_OUT, 2)


def test_the_ending_decides_whatever_its_letters() -> None:
    assert readable("A.MD")
    assert not readable("md")
    assert blocks("A.MD", "# Hi") == [heading("Hi")]


@settings(max_examples=15, deadline=None)
@given(data=st.binary(max_size=200), ending=st.sampled_from(ENDINGS))
def test_no_bytes_raise_anything_but_that_they_cannot_be_read(data: bytes, ending: str) -> None:
    with suppress(MaterialUnreadable):
        assert read(f"a{ending}", data).blocks


def test_of_a_damaged_pdf_nothing_is_logged_before_the_reason_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(MaterialUnreadable):
        read("a.pdf", b"%PDF-1.4 nonsense")
    assert caplog.records == []
