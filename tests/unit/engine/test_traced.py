"""A traced engine does what the untraced one does, and each port's calls are spans."""

from __future__ import annotations

from engine.domain.provenance import Making
from engine.domain.request import Kind
from engine.domain.safety import Stage, Where
from engine.domain.task import ImageTask, TextTask, Turn
from engine.telemetry import traces
from engine.traced import TracedArtifacts, TracedBackends, TracedLabeller, TracedSafety
from tests.fakes import FakeArtifactStore, FakeBackends, FakeImageBackend, FakeLabeller, FakeSafety, FakeTextBackend
from tests.support.otlp import collector

WHERE = Where(Kind.COPY)
PROMPT = "our secret falcon"


def test_the_ports_keep_their_promises_and_tell_of_themselves() -> None:
    with collector() as sent:
        with traces.exporting(sent.url, "generate"), traces.span("job.run"):
            _everything()
        children = [span for span in sent.spans if span.parent]
        assert {span.name for span in children} == {
            "check.prompt", "check.context", "check.output", "mask", "label", "store", "fetch", "generate",
        }  # fmt: skip
        assert {span.parent for span in children} == {span.id for span in sent.spans if span.name == "job.run"}
        assert b"falcon" not in sent.raw


def _everything() -> None:
    safety = TracedSafety(FakeSafety())
    assert safety.check_prompt(PROMPT, WHERE).allowed
    assert safety.check_prompt(PROMPT, WHERE, Stage.CONTEXT).allowed
    assert safety.mask([PROMPT], WHERE).texts
    assert safety.check_text(PROMPT, WHERE).allowed
    assert safety.check_image(b"png", WHERE).allowed
    stream = safety.stream(WHERE)
    assert stream.feed(f"{PROMPT}. ") == FakeSafety().stream(WHERE).feed(f"{PROMPT}. ")
    assert stream.finish().allowed
    assert not stream.refused
    artifacts = TracedArtifacts(FakeArtifactStore())
    assert artifacts.get(artifacts.put(b"png", "png")) == b"png"
    labeller = TracedLabeller(FakeLabeller())
    assert labeller.label(b"png", Making("j1", 0, "en", "m", "b", PROMPT)).marked
    assert labeller.preview(b"png", "en")
    backends = TracedBackends(FakeBackends(FakeTextBackend(), FakeImageBackend()))
    assert list(backends.text(None).generate(TextTask((Turn("user", PROMPT),), 10, 1, 1), lambda: False))
    assert list(backends.image(None).generate(ImageTask(PROMPT, 1, 1), lambda: False))
