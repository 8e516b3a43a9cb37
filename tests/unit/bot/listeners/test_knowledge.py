"""Files, pinned messages and canvases for the knowledge base, and looking into it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ChannelUnreachable, FileGone
from bot.ports import Attachment, Pinned
from engine.domain.knowledge import Document
from engine.domain.request import Request
from engine.domain.work import Learning, Looking, Material
from engine.errors import StorageFull
from tests.support.speech import FakeReader, FakeWords
from tests.unit.bot.listeners.conftest import Wire, wired

ADMIN = {"user": "U0ADMIN"}
PDF = {
    "id": "F1",
    "name": "returns policy.pdf",
    "mimetype": "application/pdf",
    "size": 9,
    "url_private_download": "https://files.slack.com/F1",
    "permalink": "https://acme.slack.com/files/F1",
}
CANVAS = {
    **PDF,
    "id": "F2",
    "name": "x",
    "title": "Repairs",
    "mimetype": "application/vnd.slack-docs",
    "filetype": "quip",
}


def work_of(request: Request) -> Learning:
    assert isinstance(request.work, Learning)
    return request.work


async def give(wire: Wire, text: str, *files: dict[str, Any], **fields: Any) -> None:
    wire.files.data = b"%PDF-1.4"
    await wire.event(**{**ADMIN, "text": text, "files": list(files), "subtype": "file_share", **fields})


async def test_files_in_a_direct_message_are_for_everybody(wire: Wire) -> None:
    await give(wire, "learn", PDF, CANVAS, channel="D1", channel_type="im")
    (job,) = wire.jobs("U0ADMIN")
    work = work_of(job.request)
    assert work.scope == "everybody"
    assert [(each.name, each.url, each.source) for each in work.materials] == [
        ("returns policy.pdf", "https://acme.slack.com/files/F1", "slack:D1/returns policy.pdf"),
        ("Repairs.html", "https://acme.slack.com/files/F1", "slack:canvas/F2"),
    ]
    assert [each.blob.partition(".")[2] for each in work.materials] == ["pdf", "html"]
    assert all(wire.artifacts.get(each.blob) == b"%PDF-1.4" for each in work.materials)
    assert (job.request.prompt, wire.voice.whispers) == ("", [])


@pytest.mark.parametrize(
    ("words", "scope"),
    [
        ("learn", "channel:C1"),
        ("learn channel", "channel:C1"),
        ("learn everybody", "everybody"),
        ("learn team:a", "team:a"),
    ],
)
async def test_files_in_a_channel_are_for_that_channel_unless_somebody_says_otherwise(
    wire: Wire, words: str, scope: str
) -> None:
    await give(wire, f"<@U0APP> {words}", PDF)
    assert work_of(wire.jobs("U0ADMIN")[0].request).scope == scope


async def test_a_team_that_is_not_there_is_given_nothing(wire: Wire) -> None:
    await give(wire, "<@U0APP> learn team:b", PDF)
    assert (wire.jobs("U0ADMIN"), wire.files.fetched) == ([], [])
    assert [told for _, _, told in wire.voice.whispers] == ["en library.unknown_team"]


async def test_nobody_but_admins_adds_or_lists(wire: Wire) -> None:
    await give(wire, "<@U0APP> learn", PDF, user="U1")
    assert (wire.jobs(), wire.files.fetched) == ([], [])
    assert [told for _, _, told in wire.voice.whispers] == ["en library.not_admin"]
    assert (await wire.slash("shelf")).json()["text"] == "en library.not_admin"


async def test_only_an_admin_has_what_failed_learned_again(wire: Wire) -> None:
    await give(wire, "<@U0APP> learn", PDF)
    (job,) = wire.jobs("U0ADMIN")
    assert wire.store.cancel(job.id)
    await wire.click("job_again", job.id)
    assert (wire.jobs(), wire.voice.whispers[-1][1:]) == ([], ("U1", "en library.not_admin"))
    await wire.click("job_again", job.id, user={"id": "U0ADMIN"})
    again = wire.jobs("U0ADMIN")[-1]
    assert (again.id != job.id, again.request.work) == (True, job.request.work)


async def test_a_file_that_cannot_be_had_stops_no_other(wire: Wire) -> None:
    wire.files.errors = [FileGone("x")]
    await give(wire, "<@U0APP> learn", PDF, {**PDF, "id": "F3", "name": "b.md"})
    assert [each.name for each in work_of(wire.jobs("U0ADMIN")[0].request).materials] == ["b.md"]
    assert [told for _, _, told in wire.voice.whispers] == ["en library.file"]


class Telling(FakeWords):
    """Says keys with what belongs to them."""

    def say(self, locale: str, key: str, **params: str | int) -> str:
        return f"{key} {params}" if params else key


async def test_it_is_told_which_file_was_left_out(tmp_path: Path) -> None:
    async with wired(tmp_path, FakeReader(), Telling()) as wire:
        wire.files.errors = [FileGone("x"), FileGone("x")]
        await give(
            wire, "<@U0APP> learn", {**PDF, "name": "a<!here>.md"}, {**PDF, "id": "F3", "name": f"{'b' * 300}.md"}
        )
        first, second = wire.voice.whispers[-1][2].splitlines()
    assert first == "library.file {'name': 'a&lt;\\u2060!here&gt;.md', 'why': 'upload.gone'}"
    assert ("bb…bb" in second, len(second) < 200) == (True, True)


async def test_a_message_that_slack_sends_twice_is_learned_once(wire: Wire) -> None:
    for _ in range(2):
        await give(wire, "<@U0APP> learn", PDF)
    assert len(wire.jobs("U0ADMIN")) == 1


async def test_files_of_the_same_name_from_two_channels_are_two_documents(wire: Wire) -> None:
    await give(wire, "<@U0APP> learn everybody", PDF)
    await give(wire, "<@U0APP> learn everybody", {**PDF, "id": "F9"}, channel="C2", ts="2.1")
    sources = [work_of(job.request).materials[0].source for job in wire.jobs("U0ADMIN")]
    assert sources == ["slack:C1/returns policy.pdf", "slack:C2/returns policy.pdf"]


async def test_pinned_messages_are_learned_one_by_one(wire: Wire) -> None:
    wire.channels.pinned = [Pinned("1.5", "Open 9/5\non weekdays", "https://acme.slack.com/p15"), Pinned("1.2", "Hi")]
    await wire.slash("add pins", user_id="U0ADMIN")
    work = work_of(wire.jobs("U0ADMIN")[0].request)
    assert work.scope == "channel:C1"
    first, second = work.materials
    assert first == Material(first.blob, "Open 9 5 on weekdays.txt", "https://acme.slack.com/p15", "slack:C1/1.5")
    assert wire.artifacts.get(first.blob) == b"Open 9/5\non weekdays"
    assert second.source == "slack:C1/1.2"


async def test_pinned_files_are_learned_and_what_cannot_be_had_is_told(wire: Wire) -> None:
    wire.files.data = b"%PDF-1.4"
    policy = Attachment("F1", "https://files.slack.com/F1", name="policy.pdf", link="https://x/F1")
    older = replace(policy, id="F0", link="https://x/F0")
    gone = Attachment("F9", name="gone.md")
    wire.files.errors = [FileGone("x")]
    wire.channels.pinned = [
        Pinned("1.5", "Our policy", files=(gone, policy)),
        Pinned("", "", files=(policy,)),
        Pinned("1.1", "", files=(older,)),
    ]
    await wire.slash("add pins", user_id="U0ADMIN")
    materials = work_of(wire.jobs("U0ADMIN")[0].request).materials
    assert [(each.name, each.url, each.source) for each in materials] == [
        ("Our policy.txt", "", "slack:C1/1.5"),
        ("policy.pdf", "https://x/F1", "slack:C1/policy.pdf"),
    ]
    assert [text for *_, text in wire.voice.whispers] == ["en library.file"]
    assert wire.files.fetched == ["F9", "F1", "F0"]


async def test_that_there_is_no_room_for_what_is_pinned_is_told_once(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(data: bytes, extension: str) -> str:
        raise StorageFull("no space left")

    monkeypatch.setattr(wire.artifacts, "put", full)
    wire.channels.pinned = [Pinned("1.5", "Open"), Pinned("1.2", "Hi")]
    await wire.slash("add pins", user_id="U0ADMIN")
    assert [text for *_, text in wire.voice.whispers] == ["en failure.storage_full"]


async def test_a_channels_canvas_is_learned(wire: Wire) -> None:
    wire.channels.page = Attachment(
        "F2", "https://files.slack.com/F2", name="Repairs", link="https://x", is_canvas=True
    )
    await wire.slash("add canvas", user_id="U0ADMIN")
    (material,) = work_of(wire.jobs("U0ADMIN")[0].request).materials
    assert (material.name, material.source) == ("Repairs.html", "slack:canvas/F2")


@pytest.mark.parametrize(
    ("command", "told"),
    [("add pins", "library.no_pins"), ("add canvas", "library.no_canvas"), ("add files", "library.no_files")],
)
async def test_where_there_is_nothing_it_says_so(wire: Wire, command: str, told: str) -> None:
    await wire.slash(command, user_id="U0ADMIN")
    assert [text for _, _, text in wire.voice.whispers] == [f"en {told}"]
    assert wire.jobs("U0ADMIN") == []


async def test_a_channel_that_cannot_be_read_is_told(wire: Wire) -> None:
    wire.channels.error = ChannelUnreachable("not_in_channel")
    await wire.slash("add pins", user_id="U0ADMIN")
    assert [text for _, _, text in wire.voice.whispers] == ["en library.unreachable"]


async def test_anybody_may_look_into_it(wire: Wire) -> None:
    await wire.slash("find May I return it?", channel_id="D-U1")
    (job,) = wire.jobs()
    assert (job.origin.channel, job.request.work) == ("D-U1", Looking("May I return it?"))
    assert wire.voice.whispers == [], "the answer is where they look"


async def test_what_is_found_for_somebody_in_a_channel_they_alone_see(wire: Wire) -> None:
    answer = await wire.slash("find May I return it?")
    (job,) = wire.jobs()
    assert (job.origin.channel, job.origin.thread) == ("D-U1", "")
    assert job.request.work == Looking("May I return it?", "C1"), "what the channel may read applies"
    assert answer.text == ""
    assert [(place.channel, user, text) for place, user, text in wire.voice.whispers] == [
        ("C1", "U1", "en library.looking")
    ]


async def test_who_cannot_be_shown_it_alone_is_told_and_nothing_is_posted(wire: Wire) -> None:
    wire.threads.errors.append(ChannelUnreachable("cannot_dm_bot"))
    await wire.slash("find May I return it?")
    assert wire.jobs() == []
    assert [text for *_, text in wire.voice.whispers] == ["en error.try_again"]


async def test_an_admin_sees_what_there_is(wire: Wire) -> None:
    wire.documents.append(Document("d1", "s", "everybody", "v", "Returns"))
    assert (await wire.slash("shelf", user_id="U0ADMIN")).json()["text"] == "Returns"
