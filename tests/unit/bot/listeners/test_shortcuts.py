"""The shortcuts at the wire: the form, and what is told of a message, to whoever asks alone."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import FileForbidden
from bot.ports import Place
from engine.domain.job import Job, State
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.errors import StoreUnavailable
from engine.provenance.opening import opened
from engine.provenance.perceptual import fingerprint
from tests.support.jobs import new_job, show
from tests.support.pictures import encoded, scene
from tests.unit.bot.listeners.conftest import Wire

WORDS = "Steel outside, cold inside: a bottle for ten years."


async def test_it_opens_the_form_without_a_channel(wire: Wire) -> None:
    answer = await wire.interact(type="shortcut", callback_id="open_form", trigger_id="t.1")
    assert answer.status_code == 200
    assert wire.voice.forms == [("t.1", {"form": "en copy", "channel": ""})]


async def ask(wire: Wire, user: str = "U1", team: str = "T1", **message: Any) -> str:
    """What this person is told about a message."""
    before = len(wire.voice.whispers)
    shown = {"type": "message", "user": "U9", "ts": "7.7", "text": "", **message}
    answer = await wire.interact(
        type="message_action",
        callback_id="is_this_ours",
        team={"id": team},
        user={"id": user},
        channel={"id": "C1"},
        message_ts=shown["ts"],
        message=shown,
    )
    assert answer.status_code == 200
    ((place, whom, text),) = wire.voice.whispers[before:]
    assert (place, whom) == (Place("C1", str(message.get("thread_ts", ""))), user)
    return text


def made(wire: Wire, *artifacts: Artifact, job_id: str = "0123456789abcdef") -> Job:
    wire.store.add([new_job(job_id)])
    wire.store.claim(job_id, "worker", 60)
    wire.store.finish(job_id, "worker", State.SUCCEEDED, Result(artifacts=artifacts))
    found = wire.store.get(job_id)
    assert found
    return found


def picture(data: bytes) -> Artifact:
    blob = f"{hashlib.sha256(data).hexdigest()}.png"
    return Artifact(ArtifactKind.IMAGE, 0, 5, blob=blob, fingerprint=fingerprint(opened(data)))


FILE = {"id": "F1", "mimetype": "image/png", "url_private_download": "https://files.slack.com/x.png"}


async def test_a_message_of_the_app_is_known_by_what_was_delivered(wire: Wire) -> None:
    job = made(wire, Artifact(ArtifactKind.TEXT, 0, 1, text="Short."))
    delivery = replace(wire.store.delivery(job.id), message="7.7", files={"part:0": "7.7", "part:1": "8.8"})
    show(wire.store, delivery)
    assert f"Yes: job `{job.id}` made this" in await ask(wire, text="[AI-generated] Short.")
    assert job.id in await ask(wire, ts="8.8", thread_ts="7.7")
    assert job.id not in await ask(wire, ts="9.9", thread_ts="7.7", text="a reply of a person, with some words")


async def test_words_that_a_person_posted_again_are_known(wire: Wire) -> None:
    made(wire, Artifact(ArtifactKind.TEXT, 0, 1, text=f"**{WORDS}**"))
    assert "Yes: job `0123456789abcdef`" in await ask(wire, text=WORDS)
    assert "Nothing is known" in await ask(wire, text=WORDS.replace("ten", "20"))


async def test_a_picture_is_known_and_an_edited_one_told_apart(wire: Wire) -> None:
    data = encoded(scene(1))
    made(wire, picture(data))
    wire.files.data = data
    assert "nothing was changed" in await ask(wire, text="look", files=[FILE])
    wire.files.data = encoded(scene(1).resize((128, 128)))
    assert "It looks like what job `0123456789abcdef`" in await ask(wire, files=[FILE])
    wire.files.data = encoded(scene(2))
    assert "Nothing is known" in await ask(wire, files=[FILE])


async def test_several_pictures_and_words_are_told_one_by_one(wire: Wire) -> None:
    made(wire, Artifact(ArtifactKind.TEXT, 0, 1, text=WORDS))
    wire.files.data = encoded(scene(2))
    text = await ask(wire, text=WORDS, files=[FILE, {**FILE, "id": "F2"}])
    assert [line.split(":")[0] for line in text.splitlines()] == ["The text", "Picture 1", "Picture 2"]


async def test_the_answer_is_in_the_language_of_whoever_asks(wire: Wire) -> None:
    wire.front.people.locale("U_ZH")
    await wire.background.drain()
    assert "一无所知" in await ask(wire, user="U_ZH", text=WORDS)


async def test_jobs_of_another_workspace_are_not_named(wire: Wire) -> None:
    job = made(wire, Artifact(ArtifactKind.TEXT, 0, 1, text=WORDS))
    show(wire.store, replace(wire.store.delivery(job.id), message="7.7", files={"part:0": "7.7"}))
    assert job.id not in await ask(wire, team="T2", text=WORDS)


async def test_a_file_that_cannot_be_had_or_read_is_said_so(wire: Wire) -> None:
    wire.files.errors.append(FileForbidden("HTTP 403"))
    assert "could not get the file" in await ask(wire, files=[FILE])
    wire.files.data = b"<!DOCTYPE html>"
    assert "PNG, JPEG and WebP" in await ask(wire, files=[FILE])


async def test_a_message_with_nothing_in_it_is_said_so(wire: Wire) -> None:
    assert "neither a text nor a picture" in await ask(wire, text="ok")
    assert "neither a text nor a picture" in await ask(wire, files=[{**FILE, "mimetype": "application/pdf"}])


async def test_an_outage_is_said_so(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: Any) -> None:
        raise StoreUnavailable("down")

    monkeypatch.setattr(wire.store.provenance, "made", down)
    assert await ask(wire, text=WORDS) == "en origin.looking_failed"
