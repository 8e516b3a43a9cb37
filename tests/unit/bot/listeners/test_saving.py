"""Recipes of one's own, at the wire."""

from __future__ import annotations

import pytest

from bot.ports import Place
from engine.domain.job import State
from engine.domain.limits import Limits
from engine.domain.result import Artifact, ArtifactKind, Result
from tests.unit.bot.listeners.conftest import APP, Wire


async def said(wire: Wire, text: str, **fields: str) -> str:
    answer = await wire.slash(text, **fields)
    return str(answer.json()["text"])


async def saved(wire: Wire) -> list[str]:
    assert wire.front.cookbook is not None
    return [recipe.name for recipe in await wire.front.cookbook.of("T1")]


async def test_ones_latest_text_in_the_channel_is_saved_once(wire: Wire) -> None:
    await wire.slash("copy a post")
    wire.finish(wire.jobs()[0], "Steel for life.")
    assert await said(wire, "save Our launch post") == "en recipe.saved"
    assert await saved(wire) == ["our-launch-post"]
    assert await said(wire, "save our LAUNCH post") == "en recipe.taken"


async def test_what_it_holds_is_the_whole_thread(wire: Wire) -> None:
    await wire.event(type="app_mention", text=f"<@{APP}> copy a post", ts="1.1")
    wire.finish(wire.jobs()[0], "Steel.")
    await wire.event(text="warmer", ts="2.2", thread_ts="1.1")
    wire.finish(wire.jobs()[-1], "Warm steel.")
    await wire.event(type="app_mention", text=f"<@{APP}> save Warm post", ts="3.3", thread_ts="1.1")
    assert wire.voice.whispers == [(Place("C1", "1.1"), "U1", "en recipe.saved")]
    assert wire.front.cookbook is not None
    [recipe] = await wire.front.cookbook.of("T1")
    assert "warmer" in recipe.instructions.en
    assert [(example.brief, example.text) for example in recipe.examples] == [("a post", "Warm steel.")]


async def test_what_had_personal_data_in_it_is_not_saved(wire: Wire) -> None:
    await wire.slash("copy a post")
    [job] = wire.jobs()
    assert wire.store.claim(job.id, "worker", 60)
    made = Result((Artifact(ArtifactKind.TEXT, 0, 1, "Steel."),), notices=("redacted",))
    assert wire.store.finish(job.id, "worker", State.SUCCEEDED, made)
    assert await said(wire, "save ours") == "en recipe.personal"
    assert await saved(wire) == []


@pytest.mark.parametrize("made", [False, True])
async def test_without_a_text_here_there_is_nothing_to_save(wire: Wire, made: bool) -> None:
    if made:
        await wire.slash("copy a post", channel_id="C2")
        wire.finish(wire.jobs()[0])
    assert await said(wire, "save x") == "en recipe.nothing_to_save"


async def test_a_name_that_the_app_brings_is_taken(wire: Wire) -> None:
    await wire.slash("copy a post")
    wire.finish(wire.jobs()[0])
    assert await said(wire, "save social post") == "en recipe.taken"


async def test_its_author_or_an_admin_takes_it_away(wire: Wire) -> None:
    for author, remover, told in (("U1", "U2", "not_yours"), ("U1", "U1", "removed"), ("U1", "U9", "removed")):
        await wire.slash("copy a post", user_id=author)
        wire.finish(wire.jobs(author)[-1])
        await wire.slash("save mine", user_id=author)
        wire.front.desk.gate.limits = Limits(admins={"U9"})
        assert await said(wire, "remove mine", user_id=remover) == f"en recipe.{told}"
        assert await saved(wire) == ([] if told == "removed" else ["mine"])
    assert await said(wire, "remove mine") == "en recipe.not_saved"


async def test_another_workspace_does_not_see_it(wire: Wire) -> None:
    await wire.slash("copy a post")
    wire.finish(wire.jobs()[0])
    await wire.slash("save mine")
    assert wire.front.cookbook is not None
    assert await wire.front.cookbook.of("T2") == ()


async def test_the_shortcut_asks_for_a_name_and_saves(wire: Wire) -> None:
    await wire.event(type="app_mention", text=f"<@{APP}> copy a post", ts="1.1")
    job = wire.finish(wire.jobs()[0], "Steel.")
    where = {"channel": {"id": "C1"}, "message_ts": "2.2", "message": {"ts": "2.2", "thread_ts": "1.1", "text": "x"}}
    await wire.interact(type="message_action", callback_id="save_recipe", trigger_id="t.9", **where)
    assert wire.voice.forms == [("t.9", {"save": job.id, "channel": "C1"})]
    view = {
        "type": "modal",
        "id": "V1",
        "hash": "h1",
        "callback_id": "save_form",
        "private_metadata": f"C1 {job.id} ours",
    }
    await wire.interact(type="view_submission", view={**view, "state": {"values": {}}})
    assert wire.voice.whispers == [(Place("C1"), "U1", "en recipe.saved")]
    assert await saved(wire) == ["ours"]


async def test_the_shortcut_on_what_is_no_text_of_the_app_says_so(wire: Wire) -> None:
    where = {"channel": {"id": "C1"}, "message_ts": "2.2", "message": {"ts": "2.2", "text": "hello"}}
    await wire.interact(type="message_action", callback_id="save_recipe", **where)
    assert wire.voice.whispers == [(Place("C1"), "U1", "en recipe.nothing_to_save")]


async def test_a_guest_from_another_company_saves_no_recipe(wire: Wire) -> None:
    await wire.event(type="app_mention", text=f"<@{APP}> copy a post", ts="1.1")
    wire.finish(wire.jobs()[0])
    guest = {"id": "U1", "team_id": "T9"}
    where = {"channel": {"id": "C1"}, "message_ts": "2.2", "message": {"ts": "2.2", "thread_ts": "1.1", "text": "x"}}
    await wire.interact(type="message_action", callback_id="save_recipe", user=guest, **where)
    view = {"type": "modal", "id": "V1", "hash": "h1", "callback_id": "save_form", "state": {"values": {}}}
    memo = f"C1 {wire.jobs()[0].id} ours"
    await wire.interact(type="view_submission", view={**view, "private_metadata": memo}, user=guest)
    await wire.event(type="app_mention", text=f"<@{APP}> save ours", ts="3.3", thread_ts="1.1", team="T9")
    assert wire.voice.forms == []
    assert [text for _, _, text in wire.voice.whispers] == ["en error.guest"] * 3
    assert await saved(wire) == []
