"""Signed requests with something wrong in them: answered or refused, and never the end of anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.command.catalog import Catalog
from bot.reader import SlackReader
from bot.words import SlackWords
from engine.domain.job import NewJob, Submitted
from engine.domain.limits import Denial, Limits
from tests.support.payloads import GONE, HOSTILE, body_of, examples, paths, spoilt
from tests.unit.bot.listeners.conftest import Wire, wired

CATALOG = Catalog(("smollm2",), ("tiny",))


@dataclass
class Door:
    """The bot as it is, and all that it did."""

    wire: Wire
    caplog: pytest.LogCaptureFixture
    job_id: str
    added: list[NewJob] = field(default_factory=list)

    async def knock(self, payload: Any) -> None:
        """What is refused had no effect; nothing is an error of ours."""
        before = self._deeds()
        self.caplog.clear()
        answer = await self.wire.post(body_of(payload))
        assert answer.status_code in (200, 400)
        assert [record.getMessage() for record in self.caplog.records if record.levelname == "ERROR"] == []
        if answer.status_code == 400:
            assert self._deeds() == before

    def _deeds(self) -> tuple[int, ...]:
        voice = self.wire.voice
        return len(self.added), len(voice.forms), len(voice.homes), len(voice.whispers), len(self.wire.files.fetched)


@pytest.fixture
async def door(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Door]:
    async with wired(tmp_path, SlackReader(CATALOG, "/aigc"), SlackWords(CATALOG, "/aigc")) as wire:
        await wire.slash("copy a post")
        job = wire.finish(wire.jobs()[0])
        found = Door(wire, caplog, job.id)
        admit = wire.store.admit

        def remember(jobs: Sequence[NewJob], limits: Limits) -> list[Submitted | Denial]:
            found.added.extend(jobs)
            return admit(jobs, limits)

        monkeypatch.setattr(wire.store, "admit", remember)
        yield found


async def test_what_slack_sends_is_taken(door: Door) -> None:
    for name, payload in examples(door.job_id).items():
        assert (await door.wire.post(body_of(payload))).status_code == 200, name


async def test_any_field_may_be_missing(door: Door) -> None:
    for payload in examples(door.job_id).values():
        for path in paths(payload):
            await door.knock(spoilt(payload, path, GONE))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_fields_may_be_anything(door: Door, data: st.DataObject) -> None:
    known = examples(door.job_id)
    payload = known[data.draw(st.sampled_from(sorted(known)), "request")]
    for _ in range(data.draw(st.integers(1, 2), "changes")):
        path = data.draw(st.sampled_from(list(paths(payload)) or [("type",)]), "where")
        payload = spoilt(payload, path, data.draw(st.sampled_from(HOSTILE), "what"))
    await door.knock(payload)


@pytest.mark.parametrize("body", ["null", "[]", "3", '"command"', "NaN", "[" * 100_000, '{"a":' * 100_000, "9" * 5_000])
async def test_a_body_may_be_anything_too(door: Door, body: str) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded", "text/html", "multipart/form-data", ""):
        for sent in (body, f"payload={body}"):
            answer = await door.wire.post(sent, content_type=kind)
            assert answer.status_code in (200, 400)
    assert door.added == []


async def test_the_last_of_two_equal_keys_counts_as_it_does_in_json(door: Door) -> None:
    body = body_of(examples(door.job_id)["mention"]).replace('"channel": "C1"', '"channel": {}, "channel": "C9"')
    assert (await door.wire.post(body)).status_code == 200
    assert [new.origin.channel for new in door.added] == ["C9"]


async def test_a_reason_quotes_nothing(door: Door) -> None:
    payload = spoilt(examples(door.job_id)["request"], ("view", "state", "values"), {"our secret falcon": "falcon"})
    door.caplog.set_level("DEBUG")
    door.caplog.clear()
    assert (await door.wire.post(body_of(payload))).status_code == 400
    assert "view.state.values" in door.caplog.text
    assert "falcon" not in door.caplog.text
