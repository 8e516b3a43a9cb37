"""The safety evaluation asks a guard model over a real socket and shows what it adds to the local layers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse

from engine.evals.safety.report import FileReport
from engine.evals.safety.run import run
from engine.evals.safety.samples import Reading
from engine.evals.safety.tables import tables
from engine.settings import EngineSettings, ModelSpec
from tests.support.asgi import serving
from tests.support.openai_server import OpenAIServer, Spoken

pytestmark = pytest.mark.heavy

TEXTS = {"a note about bread": 0, "a poem about rain": 0, "a plan for the harvest": 1, "a plan for the mill": 1}
"""Harmless words: only the guard model takes plans for unsafe."""


def reply(body: dict[str, Any]) -> Spoken:
    """As Llama Guard speaks."""
    return Spoken("unsafe\nS1" if "a plan" in json.dumps(body["messages"]) else "safe")


def evaluated(folder: Path, address: str) -> list[FileReport]:
    data, policy = folder / "a.jsonl", folder / "policy.yaml"
    lines = (json.dumps({"text": text, "label": label}) for text, label in TEXTS.items())
    data.write_text("\n".join(lines), encoding="utf-8")
    policy.write_text(
        "name: acme\nversion: 1\nlayers: {guard: {use: true, timeout_s: 60, on_outage: fallback}}\n", encoding="utf-8"
    )
    guard = ModelSpec(backend="openai", model="meta-llama/Llama-Guard-3-8B", options={"base_url": f"{address}/v1"})
    settings = EngineSettings.model_validate(
        {"policy_file": policy, "guard_model": guard, "openai_api_key": "sk-test", "safety_timeout_s": 60}
    )
    report = run([data], settings, Reading(), None, lambda what, done, total: None)
    assert {len(row) for table in tables(report)[:1] for row in table.rows} == {10}
    return list(report.files)


def test_a_guard_model_is_shown_with_what_it_adds(tmp_path: Path) -> None:
    server = OpenAIServer(reply=reply)
    with serving(server.application()) as address:
        local, both = evaluated(tmp_path, address)
    assert (local.layers, both.layers) == ("local", "local + guard")
    assert local.figures[0].at.recall == 0
    assert (both.figures[0].at.recall, both.figures[0].at.precision, both.figures[0].average_precision) == (1, 1, 1)
    assert both.speeds[0].median_ms > local.speeds[0].median_ms
    assert len(server.calls) == len(TEXTS) + 1, "once for every text, and once to warm up"


def test_an_outage_of_the_guard_is_counted_and_hides_no_local_figure(tmp_path: Path) -> None:
    server = OpenAIServer(failures=[JSONResponse({}, 503) for _ in range(99)])
    with serving(server.application()) as address:
        local, both = evaluated(tmp_path, address)
    assert (local.speeds[0].unchecked, both.speeds[0].unchecked) == (0, len(TEXTS))
    assert local.figures[0].at.accuracy == both.figures[0].at.accuracy == 0.5
