"""What the page shows comes from the people API."""

from __future__ import annotations

import json
import queue
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from tests.flow.playground.conftest import MODAL, Start
from tests.support.slack import (
    ADA,
    BEN,
    BOT,
    BOT_TOKEN,
    GENERAL,
    MARKETING,
    MEI,
    SUPPORT,
    ActFailed,
    RunningPlayground,
    playground_config,
    running_playground,
)


class Listener:
    """Reads a person's event stream in a thread."""

    def __init__(self, playground: RunningPlayground, user: str) -> None:
        self.heard: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self._ready = threading.Event()
        url = f"{playground.url}/people/events?user={user}"
        self._thread = threading.Thread(target=self._read, args=(url,), daemon=True)
        self._thread.start()
        assert self._ready.wait(5.0)

    def _read(self, url: str) -> None:
        with urllib.request.urlopen(url, timeout=30) as stream:  # noqa: S310 - our own address
            for event, data in _events(stream):
                if event == "ready":
                    self._ready.set()
                else:
                    self.heard.put((event, data))

    def next(self, event: str) -> dict[str, Any]:
        """The data of the next event of this name."""
        while True:
            name, data = self.heard.get(timeout=5.0)
            if name == event:
                return data


def _events(stream: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    name = ""
    for raw in stream:
        line = raw.decode().rstrip("\n")
        if line.startswith("retry:"):
            yield "ready", {}
        elif line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_the_workspace_at_first_sight(playground: RunningPlayground) -> None:
    state = playground.state(MEI)
    assert (state["team"]["name"], state["me"]["locale"], state["bot_user_id"]) == ("Playground", "zh-CN", BOT)
    assert [c["id"] for c in state["conversations"]][:3] == [GENERAL, MARKETING, SUPPORT]
    assert [c["kind"] for c in state["conversations"]] == ["channel"] * 4 + ["im"]  # Mei is a reviewer
    assert {u["id"]: u["is_bot"] for u in state["users"]} == {ADA: False, BEN: False, MEI: False, BOT: True}
    assert state["commands"][0]["command"] == "/aigc"
    assert state["shortcuts"] == [
        {"callback_id": "open_form", "name": "Write or draw", "type": "global"},
        {"callback_id": "draft_reply", "name": "Draft a reply", "type": "message"},
        {"callback_id": "summarise_thread", "name": "Summarise thread", "type": "message"},
        {"callback_id": "hand_over", "name": "Hand over", "type": "message"},
        {"callback_id": "save_recipe", "name": "Save as recipe", "type": "message"},
        {"callback_id": "is_this_ours", "name": "Is this ours?", "type": "message"},
    ]


def test_unread_messages_are_counted(playground: RunningPlayground) -> None:
    def unread(user: str) -> int:
        return int(playground.state(user)["conversations"][0]["unread"])

    for n in range(3):
        playground.act(user=ADA, do="message", channel=GENERAL, text=str(n))
    assert (unread(ADA), unread(BEN)) == (0, 3)
    playground.messages(BEN, GENERAL)
    assert unread(BEN) == 0
    playground.act(user=ADA, do="message", channel=GENERAL, text="again")
    playground.act(user=BEN, do="mark", channel=GENERAL)
    assert unread(BEN) == 0


def test_messages_come_in_pages(playground: RunningPlayground) -> None:
    sent = [playground.act(user=ADA, do="message", channel=GENERAL, text=str(n))["ts"] for n in range(5)]
    path = f"/people/messages?user={ADA}&channel={GENERAL}&limit=2&before={sent[3]}"
    shown = json.loads(playground.get(path)[2])["messages"]
    assert [m["text"] for m in shown] == ["1", "2"]


def test_the_feed_tells_what_happens(start: Start) -> None:
    playground, _ = start()
    ada, ben = Listener(playground, ADA), Listener(playground, BEN)
    client = WebClient(BOT_TOKEN, base_url=playground.api_url)
    ts = client.chat_postMessage(channel=GENERAL, text="one")["ts"]
    assert ben.next("message")["message"]["text"] == "one"
    client.chat_update(channel=GENERAL, ts=ts, text="two")
    assert ben.next("message")["message"]["text"] == "two"
    client.chat_postEphemeral(channel=GENERAL, user=ADA, text="psst")
    client.chat_delete(channel=GENERAL, ts=ts)
    assert ben.next("deleted") == {"channel": GENERAL, "ts": ts}
    assert [ada.next("message")["message"]["text"] for _ in range(3)] == ["one", "two", "psst"]
    assert ben.heard.empty()
    playground.act(user=ADA, do="command", channel=GENERAL, text="/aigc form")
    assert ada.next("view")["modal"]["title"] == MODAL["title"]


def test_the_feed_shows_the_status_until_the_answer(playground: RunningPlayground, client: WebClient) -> None:
    ada = Listener(playground, ADA)
    root = client.chat_postMessage(channel=GENERAL, text="root")["ts"]
    client.assistant_threads_setStatus(channel_id=GENERAL, thread_ts=root, status="is drawing")
    assert ada.next("status") == {"channel": GENERAL, "thread_ts": root, "status": "is drawing"}
    client.chat_postMessage(channel=GENERAL, text="done", thread_ts=root)
    assert ada.next("status")["status"] == ""


def test_a_reply_shows_on_its_root(playground: RunningPlayground, client: WebClient) -> None:
    root = client.chat_postMessage(channel=GENERAL, text="root")["ts"]
    ada = Listener(playground, ADA)
    client.chat_postMessage(channel=GENERAL, text="reply", thread_ts=root)
    assert ada.next("message")["message"]["text"] == "reply"
    changed = ada.next("message")["message"]
    assert (changed["ts"], changed["reply_count"], changed["reply_users"]) == (root, 1, [BOT])


@pytest.mark.parametrize(
    ("act", "message"),
    [
        ({"user": "U1", "do": "message"}, "id of a person"),
        ({"user": BOT, "do": "message"}, "id of a person"),
        ({"user": ADA, "do": "dance"}, '"do" is one of'),
        ({"user": ADA, "do": "message", "channel": GENERAL, "text": " "}, "nothing to send"),
        ({"user": ADA, "do": "message", "channel": GENERAL, "text": 3}, "has to be text"),
        ({"user": ADA, "do": "message", "channel": GENERAL, "text": "x" * 40_001}, "at most 40,000"),
        ({"user": ADA, "do": "message", "channel": "D0BEN00000", "text": "x"}, "is in no conversation"),
        ({"user": ADA, "do": "message", "channel": GENERAL, "text": "x", "thread_ts": "1.2"}, "no such thread"),
        ({"user": ADA, "do": "message", "channel": GENERAL, "text": "x", "files": [{"name": "x"}]}, "data_base64"),
        ({"user": ADA, "do": "delete", "channel": GENERAL, "ts": "1.2"}, "no such message"),
        ({"user": ADA, "do": "submit_view", "view_id": "V1"}, "not open"),
        ({"user": ADA, "do": "create_channel", "name": "No Caps"}, "small letters"),
        ({"user": ADA, "do": "create_channel", "name": "general"}, "already"),
    ],
)
def test_what_cannot_be_done_is_explained(playground: RunningPlayground, act: dict[str, Any], message: str) -> None:
    with pytest.raises(ActFailed, match=message):
        playground.act(**act)


def test_refusals_are_in_the_persons_language(playground: RunningPlayground) -> None:
    with pytest.raises(ActFailed, match="没有可发送的内容"):
        playground.act(user=MEI, do="message", channel=GENERAL, text="")


def test_a_form_on_another_site_cannot_act(playground: RunningPlayground) -> None:
    body = json.dumps({"user": ADA, "do": "message", "channel": GENERAL, "text": "x"}).encode()
    assert playground.post("/people/act", body, "text/plain")[0] == 400
    assert playground.post("/knobs", b"{}", "application/x-www-form-urlencoded")[0] == 400
    assert playground.messages(ADA, GENERAL) == []


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    config = playground_config(data_dir=tmp_path)
    with running_playground(config) as playground:
        client = WebClient(BOT_TOKEN, base_url=playground.api_url)
        metadata = {"event_type": "aigc_job", "event_payload": {"job": "1"}}
        root = client.chat_postMessage(channel=GENERAL, text="root", metadata=metadata)["ts"]
        playground.act(user=ADA, do="message", channel=GENERAL, text="好", thread_ts=root)
        playground.act(user=BEN, do="react", channel=GENERAL, ts=root, name="tada")
        client.files_upload_v2(filename="x.txt", content="hello", channel=MARKETING)
        client.views_publish(user_id=ADA, view={"type": "home", "blocks": []})
        channel = playground.act(user=ADA, do="create_channel", name="new")["channel"]
        before = [playground.messages(ADA, c) for c in (GENERAL, MARKETING)] + [playground.messages(ADA, GENERAL, root)]
    with running_playground(config) as playground:
        after = [playground.messages(ADA, c) for c in (GENERAL, MARKETING)] + [playground.messages(ADA, GENERAL, root)]
        assert json.dumps(after).replace(playground.url, "") == json.dumps(before).replace(
            before[1][0]["files"][0]["url_private"].split("/files/")[0], ""
        )
        assert playground.get(after[1][0]["files"][0]["url_private"])[2] == b"hello"
        assert playground.views(ADA)["home"]["blocks"] == []
        assert channel in [c["id"] for c in playground.state(ADA)["conversations"]]


def test_a_listener_that_comes_back_is_told_to_look_again(playground: RunningPlayground) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{playground.url}/people/events?user={ADA}", headers={"Last-Event-ID": "3"}
    )
    with urllib.request.urlopen(request, timeout=5) as stream:  # noqa: S310 - our own address
        lines = [stream.readline().decode().strip() for _ in range(4)]
    assert lines == ["retry: 1000", "", "event: state", "data: {}"]


def test_it_says_that_it_is_up(playground: RunningPlayground) -> None:
    assert json.loads(playground.get("/healthz")[2]) == {"ok": True}
