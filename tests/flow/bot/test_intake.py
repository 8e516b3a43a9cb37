"""Requests on every surface of the local workspace: one job each, stored before it is acknowledged, or an honest no."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import build_bot
from bot.playground.seed import TEAM_ID
from bot.server import create_server
from bot.settings import BotSettings
from engine.domain.job import Job
from engine.settings import EngineSettings
from tests.support.asgi import address, bound_socket, serving
from tests.support.clock import Clock
from tests.support.delivering import Counter, written
from tests.support.slack import (
    ADA,
    ADA_DM,
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    GENERAL,
    SIGNING_SECRET,
    RunningPlayground,
    playground_config,
    running_playground,
)
from tests.support.waiting import until

Json = dict[str, Any]
TRY_AGAIN = "Please try again in a minute"
TRYING_ON = "I keep trying for a few minutes"


@dataclass(frozen=True)
class Desk:
    slack: RunningPlayground
    counter: Counter
    database: Path

    def jobs(self) -> dict[str, Job]:
        """All of Ada's, by prompt, the newest with its change."""
        return {_asked(job): job for job in self.counter.store.recent(TEAM_ID, ADA, 1_000)}

    def count(self, asked: str) -> int:
        return sum(_asked(job) == asked for job in self.counter.store.recent(TEAM_ID, ADA, 1_000))

    def act(self, **act: Any) -> Json:
        return self.slack.act(user=ADA, **act)

    def whispers(self, says: str) -> list[Json]:
        roots = [m["ts"] for m in self.slack.messages(ADA, GENERAL) if m.get("reply_count")]
        places = [(GENERAL, None), (ADA_DM, None), *((GENERAL, root) for root in roots)]
        shown = [m for channel, thread in places for m in self.slack.messages(ADA, channel, thread)]
        return list({m["ts"]: m for m in shown if m["ephemeral"] and says in m["text"]}.values())

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Another process holds the database: whoever wants to write waits for it, for half a minute."""
        with closing(sqlite3.connect(self.database, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield

    def result(self, text: str) -> tuple[str, Json]:
        """A job that was made and shown; its id and message."""
        job = self.counter.ask(GENERAL)
        self.counter.finish(job, written(text))
        self.counter.deliver(job)
        return job, self.counter.said(GENERAL)[-1]


def _asked(job: Job) -> str:
    revision = job.request.revision
    return (revision.instruction or revision.mode) if revision else job.request.prompt


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("intake")
    with ExitStack() as stack:
        listener = bound_socket()
        url = f"{address(listener)}/slack/events"
        config = playground_config(app_url=url, quiet_only=True, retry_delays_s=(0.0, 2.0, 2.0), trigger_ttl_s=60.0)
        slack = stack.enter_context(running_playground(config))
        settings = BotSettings(
            slack_bot_token=BOT_TOKEN,
            slack_signing_secret=SIGNING_SECRET,
            slack_app_token=APP_TOKEN,
            slack_mode="http",
            slack_api_url=slack.api_url,
        )
        bot = build_bot(settings, EngineSettings(data_dir=folder, redis_url="redis://127.0.0.1:9/0"))
        stack.enter_context(serving(create_server(bot, settings), listener))
        [database] = folder.glob("*.db")
        yield Desk(slack, Counter(slack, bot.store, Clock()), database)


def command(desk: Desk, asked: str) -> Json:
    return desk.act(do="command", channel=GENERAL, text=f"/aigc copy {asked}")


def mention(desk: Desk, asked: str) -> Json:
    return desk.act(do="message", channel=GENERAL, text=f"<@{BOT}> copy {asked}")


def direct_message(desk: Desk, asked: str) -> Json:
    return desk.act(do="message", channel=ADA_DM, text=f"copy {asked}")


def reply(desk: Desk, asked: str) -> Json:
    _, message = desk.result("Buy")
    return desk.act(do="message", channel=GENERAL, thread_ts=message["ts"], text=asked)


def form(desk: Desk, asked: str) -> Json:
    desk.act(do="shortcut", callback_id="open_form")
    view = until(lambda: desk.slack.views(ADA)["modal"])
    values = {
        "prompt_copy": {"value": {"type": "plain_text_input", "value": asked}},
        "channel": {"value": {"type": "conversations_select", "selected_conversation": GENERAL}},
    }
    return desk.act(do="submit_view", view_id=view["id"], values=values)


SURFACES: list[Callable[[Desk, str], Json]] = [command, mention, direct_message, reply, form]


@pytest.mark.parametrize("ask", SURFACES)
@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
def test_what_is_acknowledged_is_stored_and_what_comes_twice_is_one_job(
    desk: Desk, ask: Callable[[Desk, str], Json], twice: bool
) -> None:
    asked = f"a lamp by {ask.__name__} {twice}"
    desk.slack.knobs(deliver_twice=twice)
    ask(desk, asked)
    desk.slack.knobs(deliver_twice=False)
    assert desk.count(asked) == 1


def test_a_button_is_stored_when_it_is_acknowledged(desk: Desk) -> None:
    job, message = desk.result("Buy a button")
    assert press(desk, message)["acknowledged"]
    assert [j.request.revision.parent_id for j in desk.jobs().values() if j.request.revision].count(job) == 1


def press(desk: Desk, message: Json) -> Json:
    [row] = [block for block in message["blocks"] if block["type"] == "actions"]
    again = {"block_id": row["block_id"], "action_id": "job_again"}
    return desk.act(do="click", channel=GENERAL, ts=message["ts"], **again)


def test_while_the_database_does_not_answer_everybody_is_told_in_time_and_loses_no_word(desk: Desk) -> None:
    """Slack would show an error of its own after three seconds, and so does the local workspace."""
    _, message = desk.result("Buy a clock")
    desk.act(do="shortcut", callback_id="open_form")
    view = until(lambda: desk.slack.views(ADA)["modal"])
    values = {
        "prompt_copy": {"value": {"type": "plain_text_input", "value": "a vase by form"}},
        "channel": {"value": {"type": "conversations_select", "selected_conversation": GENERAL}},
    }
    submit = {"do": "submit_view", "view_id": view["id"], "values": values}
    with ThreadPoolExecutor(6) as pool:
        with desk.busy():
            commanded = pool.submit(command, desk, "a vase by `command` & <more>")
            mentioned = pool.submit(mention, desk, "a vase by mention")
            written_to = pool.submit(direct_message, desk, "a vase by message")
            replied = pool.submit(
                desk.act, do="message", channel=GENERAL, thread_ts=message["ts"], text="a vase by reply"
            )
            submitted = pool.submit(desk.act, **submit)
            pressed = pool.submit(press, desk, message)
            assert commanded.result()["acknowledged"]
            [told_in_form] = submitted.result()["errors"].values()
            assert TRY_AGAIN in told_in_form
            assert pressed.result()["acknowledged"]
            for told in (mentioned, written_to, replied):
                told.result()
            until(lambda: len(desk.whispers(TRYING_ON)) == 3)
        [given_back] = [m for m in desk.whispers(TRY_AGAIN) if "You wrote:" in m["text"]]
        assert given_back["text"].endswith("```/aigc copy a vase by `command` &amp; &lt;more&gt;```")
        until(lambda: len(desk.whispers(TRY_AGAIN)) == 2)  # the command's and the button's
    for asked in ("a vase by mention", "a vase by message", "a vase by reply"):
        until(lambda asked=asked: desk.count(asked) == 1)  # type: ignore[misc]
    assert desk.slack.views(ADA)["modal"]["id"] == view["id"], "the form is still open, as it was filled in"
    assert desk.act(**submit) == {"ok": True}
    until(lambda: desk.count("a vase by form") == 1)


def test_a_message_that_slack_gave_up_is_told_to_be_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.desk.ANSWER_S", 0.2)
    with desk.busy():
        mention(desk, "a chair for ever")
        until(lambda: desk.whispers("Please send it again later"))
    assert len(desk.whispers("Please send it again later")) == 1


def test_a_request_that_was_deleted_before_it_arrived_is_not_carried_out(desk: Desk) -> None:
    desk.slack.knobs(delay_events_s=1.0)
    late = threading.Thread(target=direct_message, args=(desk, "a stool, or no"))
    late.start()
    [ts] = until(lambda: [m["ts"] for m in desk.slack.messages(ADA, ADA_DM) if m["text"] == "copy a stool, or no"])
    desk.slack.knobs(delay_events_s=0.0)
    desk.act(do="delete", channel=ADA_DM, ts=ts)
    late.join()
    assert desk.count("a stool, or no") == 0


def test_a_reply_that_arrives_before_what_it_answers_leaves_one_job(desk: Desk) -> None:
    desk.slack.knobs(delay_events_s=1.0)
    late = threading.Thread(target=mention, args=(desk, "a bench"))
    late.start()
    [ts] = until(lambda: [m["ts"] for m in desk.slack.messages(ADA, GENERAL) if m["text"].endswith("copy a bench")])
    desk.slack.knobs(delay_events_s=0.0)
    desk.act(do="message", channel=GENERAL, thread_ts=ts, text="nice and red, please")
    late.join()
    assert desk.count("a bench") == 1
