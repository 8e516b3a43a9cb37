"""One of everything that Slack sends to the app, and ways to spoil it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

APP = "U0APP"
Path = tuple[str | int, ...]


class Gone:
    """Stands for a field that is not there."""

    def __repr__(self) -> str:
        return "GONE"


GONE = Gone()


def _nested(kind: type) -> Any:
    value: Any = kind()
    for _ in range(300):
        value = [value] if kind is list else {"a": value}
    return value


HOSTILE: tuple[Any, ...] = (
    GONE, None, True, 0, -1, 1.5e308, float("nan"), 10**400, "", " ", "x" * 20_000, "9" * 5_000, "\ud800", "a\x00b",
    "\u202e<!channel>", "🧑‍🚀" * 50, "१२३", "{}", "/../..", [], {}, [None], [[]], [{}], {"a": None}, {"": ""},
    _nested(list), _nested(dict),
)  # fmt: skip
"""What nothing in a request should be: absent, of another type, huge, deep, or no text that can be stored."""


_AUTHORIZATIONS = [{"team_id": "T1", "user_id": APP, "is_bot": True, "enterprise_id": None}]
_FILE = {
    "id": "F1", "name": "a.png", "mimetype": "image/png", "mode": "hosted", "size": 70, "file_access": "visible",
    "url_private": "https://files.slack.com/a.png", "url_private_download": "https://files.slack.com/d/a.png",
}  # fmt: skip
_BUTTONS = (
    "job_again", "job_vary", "job_revise", "job_details", "job_cancel", "job_appeal", "review_approve",
    "review_reject", "review_image", "draft_send", "draft_source_1",
    "draft_take_back", "canned_forget",
    "job_pick", "job_compare", "recipe_open", "table_drop",
)  # fmt: skip
_COMMAND = {
    "command": "/aigc", "text": "copy a post", "team_id": "T1", "team_domain": "d", "channel_id": "C1",
    "channel_name": "c", "user_id": "U1", "user_name": "u", "api_app_id": "A1", "trigger_id": "1.2",
    "is_enterprise_install": "false", "response_url": "https://x", "token": "t",
}  # fmt: skip


def examples(job_id: str) -> dict[str, dict[str, Any]]:
    """By name, in the shapes of docs.slack.dev/reference; `job_id` is a job that buttons and forms speak of."""
    return {
        "command": _COMMAND,
        **_events(),
        **{name: _click(name, job_id) for name in _BUTTONS},
        "table": _started(),
        **_forms(job_id),
        "shortcut": _done(type="shortcut", callback_id="open_form", action_ts="1"),
        "message shortcut": _pointed(),
        "draft": {**_pointed(), "callback_id": "draft_reply"},
        "tone": _chosen_below(job_id),
        "address check": {"type": "url_verification", "challenge": "abc", "token": "t"},
    }


def _events() -> dict[str, dict[str, Any]]:
    author = {"user": "U1", "ts": "1.1"}
    return {
        "mention": _event(type="app_mention", text=f"<@{APP}> copy a post"),
        "direct message": _event(
            type="message", channel="D1", channel_type="im", subtype="file_share", text="draw a cat", files=[_FILE]
        ),
        "reply": _event(type="message", text=f"<@{APP}> shorter", thread_ts="1.1"),
        "deletion": _event(type="message", subtype="message_deleted", deleted_ts="1.1", previous_message=author),
        "home": _event(type="app_home_opened", tab="home"),
    }


def _event(**fields: Any) -> dict[str, Any]:
    inner = {"channel": "C1", "user": "U1", "ts": "1.1", "event_ts": "1.1", **fields}
    outer = {"token": "t", "team_id": "T1", "api_app_id": "A1", "event_id": "Ev1", "event_time": 1}
    return {**outer, "type": "event_callback", "authorizations": _AUTHORIZATIONS, "event": inner}


def _done(**fields: Any) -> dict[str, Any]:
    """What every interaction has."""
    who = {"team": {"id": "T1", "domain": "d"}, "user": {"id": "U1", "team_id": "T1", "name": "n"}}
    return {**who, "trigger_id": "1.2.3", "token": "t", "enterprise": None, "response_url": "https://x", **fields}


def _click(action_id: str, job_id: str) -> dict[str, Any]:
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": f"{job_id}:0", "action_ts": "9"}
    container = {"type": "message", "message_ts": "5.5", "channel_id": "C1", "is_ephemeral": False}
    message = {"ts": "5.5", "thread_ts": "1.1", "text": "x"}
    where = {"channel": {"id": "C1", "name": "x"}, "container": container, "message": message}
    return _done(type="block_actions", actions=[action], **where)


def _chosen_below(job_id: str) -> dict[str, Any]:
    """A choice from a menu below a message."""
    click = _click("draft_tone", job_id)
    return {**click, "actions": [{"action_id": "draft_tone", "block_id": "b", **_chosen(f"{job_id}:0:formal")["a"]}]}


def _started() -> dict[str, Any]:
    plan = {"key": "rows:msg:C1:1.1", "recipe": "post", "table": f"{'0' * 64}.csv", "rows": 2, "thread": "1.1"}
    click = _click("table_start", "")
    return {**click, "actions": [{**click["actions"][0], "value": json.dumps(plan)}]}


def _forms(job_id: str) -> dict[str, dict[str, Any]]:
    def sent(callback_id: str, values: dict[str, Any], **memo: Any) -> dict[str, Any]:
        note = {"locale": "en", "kind": "copy", "channel": "C1", "thread": "", "job_id": job_id, "variant": 0, **memo}
        view = {"id": "V1", "type": "modal", "hash": "h", "callback_id": callback_id, "blocks": []}
        full = {**view, "private_metadata": json.dumps(note), "state": {"values": values}}
        return _done(type="view_submission", view=full)

    texts = {"prompt_copy": _typed("a post"), "tone": _typed("warm"), "n": _chosen("2"), "temperature": _typed("0.5")}
    picture = {"prompt_draw": _typed("a cat"), "size": _typed("9x9"), "channel": {"a": {"selected_conversation": "C2"}}}
    choice = {"type": "radio_buttons", "action_id": "form_kind", "block_id": "k", **_chosen("draw")["a"]}
    side = {"type": "static_select", "action_id": "compare_left", "block_id": "c", **_chosen(f"{job_id}:0")["a"]}
    table = {"table": {"value": {"type": "file_input", "files": [_FILE]}}}
    open_form, comparison = sent("request_form", {}), sent("compare_form", {}, left=f"{job_id}:0", right=f"{job_id}:1")
    return {
        "choice": {**open_form, "type": "block_actions", "actions": [choice]},
        "comparison": {**comparison, "type": "block_actions", "actions": [side]},
        "request": sent("request_form", texts),
        "table in a form": sent("request_form", table, recipe="post", rows=True),
        "request for a channel": sent("request_form", picture, kind="draw", channel=""),
        "revision": sent("revise_form", {"instruction": _typed("shorter")}),
        "reply": sent("send_form", {"text": _typed("You can."), "reason": _typed("kinder")}),
        "rating": sent("rate_form", {"reason": _typed("wrong")}),
        "recipe name": sent("save_form", {"title": _typed("Our post")}),
        "rejection": sent("reject_form", {"reason": _typed("no")}),
        "closed form": {**open_form, "type": "view_closed", "is_cleared": False},
    }


def _typed(value: str) -> dict[str, Any]:
    return {"a": {"type": "plain_text_input", "value": value}}


def _chosen(value: str) -> dict[str, Any]:
    return {"a": {"type": "static_select", "selected_option": {"value": value}}}


def _pointed() -> dict[str, Any]:
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": "Buy"}]}
    blocks = [{"type": "rich_text", "elements": [rich]}, {"type": "image", "slack_file": {"id": "F2"}}]
    shared = {"text": "x", "message_blocks": [{"message": {"blocks": []}}]}
    message = {"ts": "5.5", "thread_ts": "1.1", "text": "Buy", "files": [_FILE], "blocks": blocks}
    return _done(
        type="message_action",
        callback_id="is_this_ours",
        channel={"id": "C1"},
        message_ts="5.5",
        message={**message, "attachments": [shared]},
    )


def body_of(payload: Any) -> str:
    """As Slack encodes it: an event as JSON, an interaction as a form around JSON, a command as a form."""
    if not isinstance(payload, dict):
        return json.dumps(payload)
    if "command" in payload:
        fields = {key: value if isinstance(value, str) else json.dumps(value) for key, value in payload.items()}
        return urlencode(fields, errors="surrogatepass")
    if payload.get("type") in ("event_callback", "url_verification"):
        return json.dumps(payload)
    return urlencode({"payload": json.dumps(payload)})


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where everything in a payload stands, itself left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*path, key)
        yield from paths(part, (*path, key))


def spoilt(payload: Any, path: Path, value: Any) -> Any:
    """A copy with `value` at `path`; unchanged where an earlier change left no such place."""
    payload = copy.deepcopy(payload)
    place = payload
    for key in path[:-1]:
        try:
            place = place[key]
        except (TypeError, LookupError):
            return payload
    try:
        if value is GONE:
            del place[path[-1]]
        else:
            place[path[-1]] = value
    except (TypeError, LookupError):
        return payload
    return payload
