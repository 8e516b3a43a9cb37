"""Forms and home tabs that the app shows."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.flow.playground.conftest import MODAL, Start
from tests.support.slack import ADA, BEN, BOT_TOKEN, GENERAL, ActFailed, RunningPlayground

HOME: dict[str, Any] = {"type": "home", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Hi"}}]}


def trigger(start: Start, **config: Any) -> tuple[RunningPlayground, WebClient, str]:
    """A trigger id that nobody has used."""
    playground, app = start(**config)
    playground.act(user=ADA, do="command", channel=GENERAL, text="/aigc nothing")
    client = WebClient(BOT_TOKEN, base_url=playground.api_url)
    return playground, client, app.bodies("command")[0]["trigger_id"]


def test_a_trigger_opens_one_form(start: Start) -> None:
    playground, client, trigger_id = trigger(start)
    view = client.views_open(trigger_id=trigger_id, view=MODAL)["view"]
    assert playground.views(ADA)["modal"]["id"] == view["id"]
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        client.views_open(trigger_id=trigger_id, view=MODAL)


def test_a_trigger_expires(start: Start) -> None:
    _, client, trigger_id = trigger(start, trigger_ttl_s=0.0)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        client.views_open(trigger_id=trigger_id, view=MODAL)


def test_a_form_with_a_mistake_is_refused_and_the_trigger_kept(start: Start) -> None:
    _, client, trigger_id = trigger(start)
    wrong = {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}}
    with pytest.raises(SlackApiError) as caught:
        client.views_open(trigger_id=trigger_id, view=wrong)
    assert caught.value.response["error"] == "invalid_arguments"
    messages = caught.value.response["response_metadata"]["messages"]
    assert messages == ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"]
    assert client.views_open(trigger_id=trigger_id, view=MODAL)["ok"]


def test_updates_race_by_hash(start: Start) -> None:
    playground, client, trigger_id = trigger(start)
    view = client.views_open(trigger_id=trigger_id, view={**MODAL, "external_id": "mine"})["view"]
    client.views_update(external_id="mine", hash=view["hash"], view={**MODAL, "callback_id": "second"})
    assert playground.views(ADA)["modal"]["callback_id"] == "second"
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)


def test_a_file_that_is_picked_in_a_form_comes_with_all_that_slack_says_of_it(start: Start) -> None:
    playground, app = start()
    playground.act(user=ADA, do="command", channel=GENERAL, text="/aigc nothing")
    label = {"type": "plain_text", "text": "Table"}
    element = {"type": "file_input", "action_id": "pick", "filetypes": ["csv"], "max_files": 1}
    block = {"type": "input", "block_id": "table", "label": label, "element": element}
    view = WebClient(BOT_TOKEN, base_url=playground.api_url).views_open(
        trigger_id=app.bodies("command")[0]["trigger_id"], view={**MODAL, "blocks": [*MODAL["blocks"], block]}
    )["view"]
    data = base64.b64encode(b"a,b\n").decode()
    picked = playground.act(user=ADA, do="upload", name="t.csv", mimetype="text/csv", data_base64=data)["file"]
    filled = {"do": "submit_view", "view_id": view["id"]}
    brief = {"brief": {"text": {"value": "tea"}}}
    assert list(playground.act(user=ADA, **filled, values=brief)["errors"]) == ["table"]
    with pytest.raises(ActFailed, match="file_not_found"):
        playground.act(user=ADA, **filled, values={**brief, "table": {"pick": {"files": ["F0OTHER000"]}}})
    playground.act(user=ADA, **filled, values={**brief, "table": {"pick": {"files": [{"id": picked}]}}})
    state = app.bodies("view_submission")[-1]["view"]["state"]["values"]["table"]["pick"]
    assert state["type"] == "file_input"
    (file,) = state["files"]
    assert (file["id"], file["name"], file["mimetype"], file["size"]) == (picked, "t.csv", "text/csv", 4)
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    assert playground.get(file["url_private_download"], headers)[2] == b"a,b\n"


def test_three_forms_stack(start: Start) -> None:
    playground, app = start()
    client = WebClient(BOT_TOKEN, base_url=playground.api_url)

    def next_trigger() -> str:
        playground.act(user=ADA, do="command", channel=GENERAL, text="/aigc nothing")
        return str(app.bodies("command")[-1]["trigger_id"])

    first = client.views_open(trigger_id=next_trigger(), view=MODAL)["view"]
    second = client.views_push(trigger_id=next_trigger(), view=MODAL)["view"]
    assert (second["previous_view_id"], second["root_view_id"]) == (first["id"], first["id"])
    client.views_push(trigger_id=next_trigger(), view=MODAL)
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        client.views_push(trigger_id=next_trigger(), view=MODAL)


def test_a_home_tab_belongs_to_one_person(playground: RunningPlayground, client: WebClient) -> None:
    client.views_publish(user_id=ADA, view=HOME)
    assert playground.views(ADA)["home"]["blocks"][0]["text"]["text"] == "Hi"
    assert playground.views(BEN)["home"] is None
