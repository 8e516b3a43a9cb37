"""What people do reaches the app in signed requests, and the app's answers reach them."""

from __future__ import annotations

import time

import pytest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from tests.flow.playground.conftest import BUTTON, MODAL, Start
from tests.support.slack import ADA, ADA_DM, BEN, BOT, BOT_TOKEN, GENERAL, MARKETING, SIGNING_SECRET, ActFailed
from tests.support.waiting import until


def test_a_command_is_acknowledged_and_nothing_is_shown(start: Start) -> None:
    playground, app = start()
    answer = playground.act(user=ADA, do="command", channel=GENERAL, text="/aigc copy a & b <@U0BEN00001>")
    assert answer == {"ok": True, "acknowledged": True}
    body = app.bodies("command")[0]
    assert body["text"] == "copy a &amp; b <@U0BEN00001>"
    assert (body["user_id"], body["channel_name"], body["is_enterprise_install"]) == (ADA, "general", "false")
    assert playground.messages(ADA, GENERAL) == []


def test_requests_carry_slacks_headers(start: Start) -> None:
    playground, app = start()
    playground.act(user=ADA, do="message", channel=GENERAL, text="hello")
    headers = app.headers("message")[0]
    assert headers["user-agent"] == "Slackbot 1.0 (+https://api.slack.com/robots)"
    assert abs(int(headers["x-slack-request-timestamp"]) - time.time()) < 60
    assert headers["x-slack-signature"].startswith("v0=")
    assert "x-slack-retry-num" not in headers
    assert SignatureVerifier(SIGNING_SECRET).is_valid_request(b"{}", headers) is False


@pytest.mark.parametrize(("text", "shown", "others_see"), [("whisper", "only for you", 0), ("shout", "for all", 1)])
def test_an_acknowledgement_may_carry_a_message(start: Start, text: str, shown: str, others_see: int) -> None:
    playground, _ = start()
    playground.act(user=ADA, do="command", channel=GENERAL, text=f"/aigc {text}")
    message = playground.messages(ADA, GENERAL)[-1]
    assert (message["text"], message["ephemeral"]) == (shown, not others_see)
    assert len(playground.messages(BEN, GENERAL)) == others_see


def test_a_command_that_is_not_acknowledged_in_time_fails_visibly(start: Start) -> None:
    playground, _ = start(ack_timeout_s=0.2)
    playground.act(user=ADA, do="command", channel=GENERAL, text="/aigc slow")
    message = playground.messages(ADA, GENERAL)[-1]
    assert message["text"] == '/aigc failed with the error "operation_timeout"'
    assert message["ephemeral"]
    assert playground.messages(BEN, GENERAL) == []


def test_a_command_that_fails_says_so(start: Start) -> None:
    playground, app = start()
    app.broken = True
    playground.act(user=ADA, do="command", channel=GENERAL, text="/aigc x")
    assert playground.messages(ADA, GENERAL)[-1]["text"] == '/aigc failed with the error "dispatch_failed"'


def test_commands_do_not_work_in_threads(start: Start) -> None:
    playground, app = start()
    with pytest.raises(ActFailed, match="do not work in threads"):
        playground.act(user=ADA, do="command", channel=GENERAL, text="/aigc x", thread_ts="1.2")
    with pytest.raises(ActFailed, match="not a valid command"):
        playground.act(user=ADA, do="command", channel=GENERAL, text="/other x")
    assert app.requests == []


def test_a_mention_in_a_channel_arrives_as_mention_and_as_message(start: Start) -> None:
    playground, app = start()
    ts = playground.act(user=ADA, do="message", channel=GENERAL, text="@AIGC write <b>")["ts"]
    mention, message = app.bodies("app_mention")[0], app.bodies("message")[0]
    assert mention["event"]["text"] == message["event"]["text"] == f"<@{BOT}> write &lt;b&gt;"
    assert mention["event"]["ts"] == message["event"]["ts"] == ts
    assert mention["event_id"] != message["event_id"]
    assert message["event"]["channel_type"] == "channel"
    assert mention["authorizations"][0]["user_id"] == BOT


def test_a_direct_message_arrives_once(start: Start) -> None:
    playground, app = start()
    playground.act(user=ADA, do="message", channel=ADA_DM, text=f"<@{BOT}> write")
    assert [body["event"]["channel_type"] for body in app.bodies()] == ["im"]


def test_a_reply_names_its_thread(start: Start) -> None:
    playground, app = start()
    root = playground.act(user=ADA, do="message", channel=GENERAL, text="root")["ts"]
    reply = playground.act(user=BEN, do="message", channel=GENERAL, text="reply", thread_ts=root)["ts"]
    event = app.bodies("message")[-1]["event"]
    assert (event["thread_ts"], event["parent_user_id"]) == (root, ADA)
    shown = playground.messages(ADA, GENERAL)
    assert [(m["ts"], m.get("reply_count")) for m in shown] == [(root, 1)]
    assert [m["ts"] for m in playground.messages(ADA, GENERAL, root)] == [root, reply]


def test_edits_and_deletions_are_told(start: Start) -> None:
    playground, app = start()
    ts = playground.act(user=ADA, do="message", channel=GENERAL, text="one")["ts"]
    playground.act(user=ADA, do="edit", channel=GENERAL, ts=ts, text="two")
    playground.act(user=ADA, do="delete", channel=GENERAL, ts=ts)
    changed, deleted = (body["event"] for body in app.bodies("message")[1:])
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "two")
    assert changed["previous_message"]["text"] == "one"
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)
    assert playground.messages(ADA, GENERAL) == []


def test_only_the_author_may_edit(start: Start) -> None:
    playground, _ = start()
    ts = playground.act(user=ADA, do="message", channel=GENERAL, text="one")["ts"]
    with pytest.raises(ActFailed, match="Only its author"):
        playground.act(user=BEN, do="edit", channel=GENERAL, ts=ts, text="two")


def test_nothing_is_told_of_channels_without_the_app(start: Start) -> None:
    playground, app = start()
    playground.act(user=ADA, do="remove_app", channel=GENERAL)
    playground.act(user=ADA, do="message", channel=GENERAL, text=f"<@{BOT}> hello")
    assert app.requests == []


def test_an_event_is_repeated_until_it_is_acknowledged(start: Start) -> None:
    playground, app = start(retry_delays_s=(0.0, 0.05, 0.05))
    app.broken = True
    playground.act(user=ADA, do="message", channel=GENERAL, text="hello")
    until(lambda: len(app.bodies("message")) >= 2)
    app.broken = False
    until(lambda: len(app.bodies("message")) >= 3)
    headers = app.headers("message")
    numbers = [h.get("x-slack-retry-num") for h in headers]
    assert numbers == [None, "1", "2", "3"][: len(numbers)]
    assert headers[1]["x-slack-retry-reason"] == "http_error"
    assert len({body["event_id"] for body in app.bodies("message")}) == 1


def test_an_event_is_given_up_after_the_last_repetition(start: Start) -> None:
    playground, app = start(retry_delays_s=(0.0, 0.0, 0.0))
    app.broken = True
    playground.act(user=ADA, do="message", channel=GENERAL, text="hello")
    until(lambda: len(app.bodies("message")) == 4)
    app.broken = False
    playground.act(user=ADA, do="message", channel=MARKETING, text="hello")
    assert [h.get("x-slack-retry-num") for h in app.headers("message")] == [None, "1", "2", "3", None]


def test_a_knob_delivers_twice(start: Start) -> None:
    playground, app = start()
    playground.knobs(deliver_twice=True)
    playground.act(user=ADA, do="message", channel=GENERAL, text="hello")
    first, second = app.bodies("message")
    assert first == second
    assert app.headers("message")[1]["x-slack-retry-num"] == "1"


def test_pressing_a_button_sends_what_slack_sends(start: Start) -> None:
    playground, app = start()
    client = WebClient(BOT_TOKEN, base_url=playground.api_url)
    root = client.chat_postMessage(channel=GENERAL, text="root")["ts"]
    ts = client.chat_postMessage(channel=GENERAL, text="result", thread_ts=root, blocks=[BUTTON])["ts"]
    playground.act(user=ADA, do="click", channel=GENERAL, ts=ts, block_id="row", action_id="again")
    payload = app.bodies("block_actions")[0]
    assert payload["actions"][0] | {"action_ts": ""} == {
        "type": "button",
        "action_id": "again",
        "block_id": "row",
        "text": {"type": "plain_text", "text": "Again"},
        "value": "job-1",
        "action_ts": "",
    }
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": GENERAL,
        "is_ephemeral": False,
        "thread_ts": root,
    }
    assert payload["message"]["text"] == "result"
    with pytest.raises(ActFailed, match="There is no element"):
        playground.act(user=ADA, do="click", channel=GENERAL, ts=ts, block_id="row", action_id="other")


def test_a_form_goes_from_command_to_submission(start: Start) -> None:
    playground, app = start()
    playground.act(user=ADA, do="command", channel=GENERAL, text="/aigc form")
    modal = playground.views(ADA)["modal"]
    assert modal["title"]["text"] == "Write"
    assert playground.views(BEN)["modal"] is None
    submit = {"user": ADA, "do": "submit_view", "view_id": modal["id"]}
    assert playground.act(**submit, values={})["errors"] == {"brief": "Please complete this required field."}
    too_long = {"brief": {"text": {"value": "x" * 21}}}
    assert playground.act(**submit, values=too_long)["errors"] == {"brief": "Please use at most 20 characters."}
    assert app.bodies("view_submission") == []
    bad = {"brief": {"text": {"type": "plain_text_input", "value": "bad"}}}
    assert playground.act(**submit, values=bad)["errors"] == {"brief": "Say more."}
    good = {"brief": {"text": {"value": "a bike"}}, "tone": {"pick": {"selected_option": {"value": "dry"}}}}
    assert playground.act(**submit, values=good) == {"ok": True}
    assert playground.views(ADA)["modal"] is None
    payload = app.bodies("view_submission")[-1]
    assert payload["view"]["private_metadata"] == "kept"
    assert payload["view"]["state"]["values"] == {
        "brief": {"text": {"type": "plain_text_input", "value": "a bike"}},
        "tone": {
            "pick": {
                "type": "static_select",
                "selected_option": {"text": {"type": "plain_text", "text": "Dry"}, "value": "dry"},
            }
        },
    }


def test_an_answer_to_a_form_may_change_it(start: Start) -> None:
    playground, _ = start()
    playground.act(user=ADA, do="command", channel=GENERAL, text="/aigc form")
    view_id = playground.views(ADA)["modal"]["id"]
    playground.act(user=ADA, do="submit_view", view_id=view_id, values={"brief": {"text": {"value": "next"}}})
    modal = playground.views(ADA)["modal"]
    assert (modal["id"], modal["title"]["text"]) == (view_id, "Next")


def test_closing_a_form_is_told(start: Start) -> None:
    playground, app = start()
    playground.act(user=ADA, do="command", channel=GENERAL, text="/aigc form")
    view_id = playground.views(ADA)["modal"]["id"]
    with pytest.raises(ActFailed, match="not open"):
        playground.act(user=BEN, do="close_view", view_id=view_id)
    playground.act(user=ADA, do="close_view", view_id=view_id)
    payload = app.bodies("view_closed")[0]
    assert (payload["view"]["id"], payload["is_cleared"]) == (view_id, False)
    assert playground.views(ADA)["modal"] is None


def test_shortcuts_and_home(start: Start) -> None:
    playground, app = start()
    playground.act(user=ADA, do="shortcut", callback_id="open_form")
    assert app.bodies("shortcut")[0]["callback_id"] == "open_form"
    playground.act(user=ADA, do="open_home")
    event = app.bodies("app_home_opened")[0]["event"]
    assert (event["user"], event["channel"], event["tab"]) == (ADA, ADA_DM, "home")
    with pytest.raises(ActFailed, match="no shortcut"):
        playground.act(user=ADA, do="shortcut", callback_id="nope")


def test_the_app_hears_only_what_it_subscribed_to(start: Start) -> None:
    playground, app = start()
    ts = playground.act(user=ADA, do="message", channel=GENERAL, text="hello")["ts"]
    playground.act(user=BEN, do="react", channel=GENERAL, ts=ts, name="tada")
    assert app.bodies("reaction_added") == []
    assert playground.messages(ADA, GENERAL)[0]["reactions"] == [{"name": "tada", "users": [BEN], "count": 1}]
    other, other_app = start(bot_events=("reaction_added",))
    ts = other.act(user=ADA, do="message", channel=GENERAL, text="hello")["ts"]
    other.act(user=BEN, do="react", channel=GENERAL, ts=ts, name="tada")
    assert [body["event"]["item_user"] for body in other_app.bodies()] == [ADA]


def test_a_phone_turns_hyphens_into_dashes(start: Start) -> None:
    playground, app = start()
    playground.knobs(smart_punctuation=True)
    playground.act(user=ADA, do="command", channel=GENERAL, text='/aigc copy "a b" --n 2')
    assert app.bodies("command")[0]["text"] == "copy “a b” —n 2"


def test_a_menu_in_a_form_sends_its_choice(start: Start) -> None:
    playground, app = start()
    client = WebClient(BOT_TOKEN, base_url=playground.api_url)
    tone = MODAL["blocks"][1] | {"dispatch_action": True}
    playground.act(user=ADA, do="command", channel=GENERAL, text="/aigc form")
    view_id = playground.views(ADA)["modal"]["id"]
    client.views_update(view_id=view_id, view={**MODAL, "blocks": [MODAL["blocks"][0], tone]})
    click = {"view_id": view_id, "block_id": "tone", "action_id": "pick", "selected_option": {"value": "dry"}}
    playground.act(user=ADA, do="click", **click, values={"brief": {"text": {"value": "so far"}}})
    payload = app.bodies("block_actions")[0]
    assert payload["actions"][0]["selected_option"]["value"] == "dry"
    assert payload["view"]["state"]["values"]["brief"]["text"]["value"] == "so far"
    assert payload["view"]["state"]["values"]["tone"]["pick"]["selected_option"]["value"] == "dry"
    assert payload["container"] == {"type": "view", "view_id": view_id}
