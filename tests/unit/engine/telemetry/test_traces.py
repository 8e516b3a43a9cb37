"""Spans of one request, in one process here; and nothing of it where nothing is exported."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.telemetry import traces
from tests.support.otlp import Collector, Span, collector


@pytest.fixture(scope="module")
def listening() -> Iterator[Collector]:
    with collector() as found:
        yield found


@pytest.fixture
def sent(listening: Collector) -> Collector:
    listening.spans.clear()
    return listening


def by_name(sent: Collector) -> dict[str, Span]:
    return {span.name: span for span in sent.spans}


def test_what_is_done_inside_is_a_child(sent: Collector) -> None:
    with (
        traces.exporting(sent.url, "bot"),
        traces.span("outer", {"aigc.kind": "copy"}),
        traces.span("inner", client=True),
    ):
        traces.mark({"aigc.outcome": "ok"})
    spans = by_name(sent)
    assert spans["inner"].parent == spans["outer"].id
    assert (spans["outer"].parent, spans["outer"].process) == ("", "aigc-bot")
    assert (spans["outer"].attributes, spans["inner"].attributes) == ({"aigc.kind": "copy"}, {"aigc.outcome": "ok"})


def test_another_process_goes_on_from_what_was_carried(sent: Collector) -> None:
    with traces.exporting(sent.url, "bot"), traces.span("job.submit"):
        carried = traces.carried()
        trace = traces.current_trace()
    with traces.exporting(sent.url, "generate"), traces.span("unrelated"), traces.resumed("job.run", carried):
        traces.past("job.wait", carried, 100.0, 102.5)
    spans = by_name(sent)
    assert spans["job.run"].parent == spans["job.wait"].parent == spans["job.submit"].id
    assert {spans[name].trace for name in ("job.submit", "job.run", "job.wait")} == {trace}
    assert spans["job.wait"].seconds == 2.5


def test_what_its_caller_does_in_between_is_no_child_of_a_generator(sent: Collector) -> None:
    def words() -> Iterator[str]:
        with traces.beside("generate"):
            yield from ("a", "b")

    with traces.exporting(sent.url, "generate"), traces.span("job.run"):
        for _ in words():
            with traces.span("check"):
                pass
    spans = by_name(sent)
    assert spans["generate"].parent == spans["check"].parent == spans["job.run"].id


def test_an_error_leaves_its_type_and_not_what_it_says(sent: Collector) -> None:
    with traces.exporting(sent.url, "generate"):
        with pytest.raises(ValueError, match="falcon"), traces.span("outer"):
            raise ValueError("our secret falcon")
        with pytest.raises(ValueError, match="falcon"), traces.beside("aside"):
            raise ValueError("our secret falcon")
    assert {span.error for span in sent.spans} == {"ValueError"}
    assert b"falcon" not in sent.raw


def test_where_nothing_is_exported_there_is_nothing_to_carry() -> None:
    with traces.exporting("", "bot"), traces.span("outer"), traces.resumed("inner", ""), traces.beside("aside"):
        traces.mark({"aigc.outcome": "ok"})
        traces.past("wait", "", 0.0, 1.0)
        traces.flush()
        assert traces.carried() == traces.current_trace() == ""
