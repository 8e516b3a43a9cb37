"""The whole road: a person in the local workspace, the bot, the broker, a worker, delivery, and back to the person."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.bootstrap import build_bot
from bot.playground.seed import TEAM_ID
from bot.server import create_server
from bot.settings import BotSettings
from engine.ports import JobStore
from tests.support.asgi import address, bound_socket, serving
from tests.support.delivery_worker import delivery_worker
from tests.support.pictures import HEIC, HTML, PDF, SVG, bomb, decoded, encoded, halves
from tests.support.redis import redis_server
from tests.support.slack import (
    ADA,
    ADA_DM,
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    GENERAL,
    MARKETING,
    SIGNING_SECRET,
    SUPPORT,
    RunningPlayground,
    playground_config,
    running_playground,
)
from tests.support.waiting import until
from tests.support.worker import SLOW, worker, worker_settings

DONE = "AI-generated"


@dataclass(frozen=True)
class Town:
    """A workspace with the whole product behind it."""

    slack: RunningPlayground
    store: JobStore

    def result(self, channel: str, says: str, thread: str | None = None, count: int = 1) -> list[dict[str, Any]]:
        """The app's messages there, once `count` of them say so."""

        def found() -> list[dict[str, Any]]:
            messages = self.slack.messages(ADA, channel, thread)
            hits = [m for m in messages if m.get("user") == BOT and says in m["text"]]
            return hits if len(hits) >= count else []

        return until(found)

    def settled(self, channel: str, thread: str | None = None) -> list[dict[str, Any]]:
        """The app's messages there, once every job so far is shown and no delivery has anything left to say.

        An act ends after its acknowledgement, which comes after its job is stored: none is missed.
        """
        until(lambda: all(self.store.delivery(job.id).done for job in self.store.recent(TEAM_ID, ADA, 1000)))
        return [m for m in self.slack.messages(ADA, channel, thread) if m["user"] == BOT and not m["ephemeral"]]


@pytest.fixture(scope="module", params=["http", "socket"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder: Path = tmp_path_factory.mktemp("town")
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server(folder / "redis"))
        engine = worker_settings(folder / "data", redis.url)
        listener = bound_socket()
        url = f"{address(listener)}/slack/events"
        http = request.param == "http"
        slack = stack.enter_context(
            running_playground(playground_config(app_url=url if http else None, quiet_only=True))
        )
        settings = BotSettings(
            slack_bot_token=BOT_TOKEN,
            slack_signing_secret=SIGNING_SECRET,
            slack_app_token=APP_TOKEN,
            slack_mode=request.param,
            slack_api_url=slack.api_url,
            progress_every_s=0.05,
            slack_posts_per_s=1_000,
            slack_updates_per_minute=100_000,
        )
        stack.enter_context(worker(engine, folder / "worker.log"))
        stack.enter_context(delivery_worker(settings, engine))
        bot = build_bot(settings, engine)
        stack.enter_context(serving(create_server(bot, settings), listener))
        yield Town(slack, bot.store)


def test_a_slash_command_becomes_a_text_in_the_channel(town: Town) -> None:
    town.slack.act(user=ADA, do="command", channel=GENERAL, text="/aigc copy a bottle")
    [message] = town.result(GENERAL, DONE)
    assert "Steel. For life. Yours." in message["text"]


def test_an_image_is_uploaded_and_shown_in_the_one_message(town: Town) -> None:
    town.slack.act(user=ADA, do="message", channel=ADA_DM, text="draw a bicycle")
    [message] = town.result(ADA_DM, DONE)
    assert [block["type"] for block in message["blocks"]] == ["context", "image", "context", "actions"]


def test_a_mention_is_answered_in_a_thread_and_a_reply_revises(town: Town) -> None:
    asked = town.slack.act(user=ADA, do="message", channel=GENERAL, text=f"<@{BOT}> copy a lamp")
    thread = asked["ts"]
    town.result(GENERAL, DONE, thread)
    town.slack.act(user=ADA, do="message", channel=GENERAL, thread_ts=thread, text="shorter")
    first, second = town.result(GENERAL, DONE, thread, count=2)
    assert first["ts"] != second["ts"]


def attached(data: bytes, name: str = "photo.png") -> list[dict[str, str]]:
    return [{"name": name, "data_base64": base64.b64encode(data).decode()}]


def drawn(town: Town, message: dict[str, Any]) -> Image.Image:
    """The picture that a result shows."""
    [block] = [block for block in message["blocks"] if block["type"] == "image"]
    return decoded(town.slack.get(block["image_url"])[2])


def test_one_can_ask_of_any_message_whether_it_is_ours(town: Town) -> None:
    """Of the app's own, of its picture posted again by another person, and of one that nobody drew here."""
    asked = town.slack.act(user=ADA, do="message", channel=GENERAL, text=f"<@{BOT}> draw a lighthouse --seed 77")
    [message] = town.result(GENERAL, DONE, asked["ts"])
    assert "nothing was changed since" in told(town, message["ts"])
    picture = drawn(town, message)
    for data, said in (
        (encoded(picture), "It looks like what job"),
        (encoded(picture.resize((200, 200)), "JPEG"), "It looks like what job"),
        (encoded(halves()), "Nothing is known about it"),
    ):
        posted = town.slack.act(user=ADA, do="message", channel=GENERAL, text="found this", files=attached(data))
        assert said in told(town, posted["ts"])


def told(town: Town, ts: str) -> str:
    """What Ada alone is told when she asks of this message."""
    before = {m["ts"] for m in whispers(town)}
    town.slack.act(user=ADA, do="shortcut", callback_id="is_this_ours", channel=GENERAL, ts=ts)
    (answer,) = until(lambda: [m for m in whispers(town) if m["ts"] not in before])
    return str(answer["text"])


def whispers(town: Town) -> list[dict[str, Any]]:
    everything = [m for thread in (None, *threads(town)) for m in town.slack.messages(ADA, GENERAL, thread)]
    return [m for m in everything if m["ephemeral"]]


def threads(town: Town) -> list[str]:
    return [m["ts"] for m in town.slack.messages(ADA, GENERAL) if m.get("reply_count")]


def test_a_drawing_starts_from_an_attached_image_and_a_reply_from_another(town: Town) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the camera on its side
    photo = attached(encoded(halves(), "JPEG", exif=exif), "<!channel>.jpg")
    words = f"<@{BOT}> draw a watercolour --model echo"
    thread = town.slack.act(user=ADA, do="message", channel=GENERAL, text=words, files=photo)["ts"]
    [message] = town.result(GENERAL, DONE, thread)
    assert drawn(town, message).size == (40, 60)
    assert "Started from the image that you gave." in str(message["blocks"])
    other = attached(encoded(halves(size=(80, 20)), "WEBP"))
    town.slack.act(user=ADA, do="message", channel=GENERAL, thread_ts=thread, text="like this", files=other)
    _, revised = town.result(GENERAL, DONE, thread, count=2)
    assert drawn(town, revised).size == (80, 20)


def test_another_companys_image_is_asked_about_first(town: Town) -> None:
    town.slack.knobs(withhold_files=True)
    words = f"<@{BOT}> draw a watercolour --model echo"
    asked = town.slack.act(user=ADA, do="message", channel=GENERAL, text=words, files=attached(encoded(halves())))
    town.slack.knobs(withhold_files=False)
    [message] = town.result(GENERAL, DONE, asked["ts"])
    assert drawn(town, message).size == (60, 40)


def test_an_image_that_comes_late_is_neither_lost_nor_drawn_twice(town: Town) -> None:
    town.slack.knobs(fail_next=[{"method": "files.download", "status": 429, "retry_after": 3}])
    words = f"<@{BOT}> draw a watercolour --model echo"
    asked = town.slack.act(user=ADA, do="message", channel=GENERAL, text=words, files=attached(encoded(halves())))
    town.result(GENERAL, DONE, asked["ts"])
    assert town.slack.knobs()["fail_next"] == [], "the trouble was met"
    [message] = town.settled(GENERAL, asked["ts"])
    assert drawn(town, message).size == (60, 40)


@pytest.mark.parametrize("data", [SVG, PDF, HTML, HEIC, bomb()], ids=["svg", "pdf", "html", "heic", "bomb"])
def test_what_only_looks_like_an_image_is_answered_to_its_sender(town: Town, data: bytes) -> None:
    before = town.settled(SUPPORT)
    told_before = len([m for m in town.slack.messages(ADA, SUPPORT) if m["ephemeral"]])
    files = attached(data, "photo.png")
    town.slack.act(user=ADA, do="message", channel=SUPPORT, text=f"<@{BOT}> draw a watercolour", files=files)

    def told() -> list[str]:
        whispers = [m["text"] for m in town.slack.messages(ADA, SUPPORT) if m["ephemeral"]]
        return whispers[told_before:]

    [text] = until(told)
    assert "send it again" in text
    assert town.settled(SUPPORT) == before


def test_what_is_not_understood_is_seen_by_the_sender_alone(town: Town) -> None:
    town.slack.act(user=ADA, do="command", channel=GENERAL, text="/aigc dance")
    until(lambda: any("I do not know the command `dance`" in m["text"] for m in town.slack.messages(ADA, GENERAL)))


def test_a_running_job_is_shown_growing_and_can_be_cancelled(town: Town) -> None:
    town.slack.act(user=ADA, do="command", channel=GENERAL, text=f"/aigc copy {SLOW}")
    town.result(GENERAL, "Writing ...")
    town.slack.act(user=ADA, do="command", channel=GENERAL, text="/aigc cancel")
    town.result(GENERAL, "Canceled")


def name_of(trouble: dict[str, Any]) -> str:
    return f"{trouble['method']}-{trouble['status']}"


POSTING = [
    {"method": "chat.postMessage", "status": 500, "after_effect": True},
    {"method": "chat.postMessage", "status": 429, "retry_after": 1},
]


@pytest.mark.parametrize("trouble", POSTING, ids=name_of)
def test_trouble_with_posting_delays_a_result_but_does_not_lose_or_double_it(
    town: Town, trouble: dict[str, Any]
) -> None:
    before = town.settled(MARKETING)
    town.slack.knobs(fail_next=[trouble])
    town.slack.act(user=ADA, do="command", channel=MARKETING, text="/aigc copy a chair")
    *others, last = town.settled(MARKETING)
    assert town.slack.knobs()["fail_next"] == [], "the trouble was met"
    assert (len(others), DONE in last["text"]) == (len(before), True)


UPDATING = [
    {"method": "chat.update", "status": 500, "after_effect": True},
    {"method": "chat.update", "status": 429, "retry_after": 1, "times": 2},
]


@pytest.mark.parametrize("trouble", UPDATING, ids=name_of)
def test_trouble_with_updating_does_not_keep_the_outcome_from_being_shown(town: Town, trouble: dict[str, Any]) -> None:
    before = town.settled(MARKETING)
    town.slack.act(user=ADA, do="command", channel=MARKETING, text=f"/aigc copy {SLOW}")
    town.result(MARKETING, "Writing ...")
    town.slack.knobs(fail_next=[trouble])
    until(lambda: town.slack.knobs()["fail_next"] == [])
    town.slack.act(user=ADA, do="command", channel=MARKETING, text="/aigc cancel")
    *others, last = town.settled(MARKETING)
    assert (len(others), "Canceled" in last["text"]) == (len(before), True)


def test_events_that_come_twice_are_one_result(town: Town) -> None:
    town.slack.knobs(deliver_twice=True)
    asked = town.slack.act(user=ADA, do="message", channel=GENERAL, text=f"<@{BOT}> copy a desk")
    town.slack.knobs(deliver_twice=False)
    [message] = town.settled(GENERAL, asked["ts"])
    assert DONE in message["text"]


def test_where_the_app_may_not_post_the_person_is_told_why(town: Town) -> None:
    before = {m["ts"] for m in town.settled(SUPPORT)}
    town.slack.knobs(fail_next=[{"method": "chat.postMessage", "status": {"error": "not_in_channel"}}])
    town.slack.act(user=ADA, do="command", channel=SUPPORT, text="/aigc copy a vase")
    assert not any(DONE in m["text"] for m in town.settled(SUPPORT) if m["ts"] not in before)
    [told] = [m for m in town.settled(ADA_DM) if "/invite" in m["text"]]
    assert f"<#{SUPPORT}>" in told["text"]
