"""Files come in by the external upload flow and are shown in messages."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.flow.playground.conftest import Start
from tests.support.slack import (
    ADA,
    BOT_TOKEN,
    GENERAL,
    ActFailed,
    RunningPlayground,
    playground_config,
    running_playground,
)
from tests.support.waiting import until


def png(width: int = 720, height: int = 480) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG")
    return out.getvalue()


def uploaded(client: WebClient, data: bytes, name: str = "bike.png") -> str:
    """The id of a file that no channel sees."""
    answer = client.files_upload_v2(filename=name, content=data, title="A bike", alt_txt="a red bicycle")
    return str(answer["file"]["id"])


def image_block(file_id: str) -> dict[str, object]:
    return {"type": "image", "alt_text": "a red bicycle", "slack_file": {"id": file_id}}


def test_an_uploaded_image_is_shown_by_a_block(client: WebClient, playground: RunningPlayground) -> None:
    file_id = uploaded(client, png())
    client.chat_postMessage(channel=GENERAL, text="a bike", blocks=[image_block(file_id)])
    block = playground.messages(ADA, GENERAL)[0]["blocks"][0]
    status, headers, body = playground.get(block["image_url"])
    assert (status, headers["content-type"], body) == (200, "image/png", png())
    info = client.files_info(file=file_id)["file"]
    assert (info["title"], info["size"], info["original_w"]) == ("A bike", len(png()), 720)


def test_a_file_hangs_from_a_message_that_an_update_names_it_in(
    client: WebClient, playground: RunningPlayground
) -> None:
    file_id = uploaded(client, b"a,b\n", "table.csv")
    ts = client.chat_postMessage(channel=GENERAL, text="one")["ts"]
    for _ in range(2):
        client.chat_update(channel=GENERAL, ts=ts, text="two", file_ids=[file_id])
    client.chat_update(channel=GENERAL, ts=ts, text="three")
    [message] = playground.messages(ADA, GENERAL)
    assert [file["name"] for file in message["files"]] == ["table.csv"]
    with pytest.raises(SlackApiError, match="file_not_found"):
        client.chat_update(channel=GENERAL, ts=ts, text="x", file_ids=["F0"])


def test_bytes_need_the_token_or_the_key(client: WebClient, playground: RunningPlayground) -> None:
    url = client.files_info(file=uploaded(client, png()))["file"]["url_private"]
    assert playground.get(url)[0] == 404
    assert playground.get(f"{url}?key=wrong")[0] == 404
    assert playground.get(url, {"Authorization": f"Bearer {BOT_TOKEN}"})[0] == 200


def test_without_the_scope_a_file_is_a_page_to_sign_in_at(start: Start) -> None:
    playground, app = start(scopes=("chat:write",))
    file = {"name": "photo.png", "data_base64": base64.b64encode(png()).decode()}
    playground.act(user=ADA, do="message", channel=GENERAL, text="@AIGC like this", files=[file])
    url = app.bodies("message")[0]["event"]["files"][0]["url_private"]
    status, headers, _ = playground.get(url, {"Authorization": f"Bearer {BOT_TOKEN}"})
    assert (status, headers["content-type"].partition(";")[0]) == (200, "text/html")


def test_a_file_that_is_not_ready_cannot_be_shown() -> None:
    with running_playground(playground_config(file_ready_after_s=0.5)) as playground:
        client = WebClient(BOT_TOKEN, base_url=playground.api_url)
        blocks = [image_block(uploaded(client, png()))]
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)
        assert caught.value.response["error"] == "invalid_blocks"
        message = caught.value.response["response_metadata"]["messages"][0]
        assert message == "[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"

        def posted() -> bool:
            try:
                return bool(client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)["ok"])
            except SlackApiError:
                return False

        until(posted)


def test_a_file_may_be_shared_at_once(client: WebClient, playground: RunningPlayground) -> None:
    root = client.chat_postMessage(channel=GENERAL, text="root")["ts"]
    answer = client.files_upload_v2(
        filename="bike.png", content=png(), channel=GENERAL, thread_ts=root, initial_comment="here"
    )
    message = playground.messages(ADA, GENERAL, root)[1]
    assert (message["text"], message["files"][0]["mimetype"]) == ("here", "image/png")
    thumb = playground.get(message["files"][0]["thumb_360"])[2]
    assert Image.open(io.BytesIO(thumb)).size == (360, 240)
    shares = client.files_info(file=answer["file"]["id"])["file"]["shares"]
    assert shares["public"][GENERAL][0]["ts"] == message["ts"]


def test_people_send_files(start: Start) -> None:
    playground, app = start()
    file = {"name": "photo.png", "mimetype": "image/png", "data_base64": base64.b64encode(png()).decode()}
    playground.act(user=ADA, do="message", channel=GENERAL, text="@AIGC like this", files=[file])
    message, mention = app.bodies("message")[0]["event"], app.bodies("app_mention")[0]["event"]
    assert (message["subtype"], message["files"][0]["name"]) == ("file_share", "photo.png")
    assert mention["files"] == message["files"]
    url = message["files"][0]["url_private"]
    assert playground.get(url, {"Authorization": f"Bearer {BOT_TOKEN}"})[2] == png()


def test_what_people_upload_never_runs_as_a_page(start: Start) -> None:
    playground, _ = start()
    for name in ("page.html", "picture.svg", "fake.png"):
        data = base64.b64encode(b"<script>alert(1)</script>").decode()
        playground.act(user=ADA, do="message", channel=GENERAL, text="x", files=[{"name": name, "data_base64": data}])
        shown = playground.messages(ADA, GENERAL)[-1]["files"][0]
        _, headers, _ = playground.get(shown["url_private"])
        assert headers["content-type"] == "application/octet-stream"
        assert headers["content-disposition"] == "attachment"
        assert headers["x-content-type-options"] == "nosniff"


def test_too_large_is_too_large() -> None:
    with running_playground(playground_config(max_file_bytes=1000)) as playground:
        client = WebClient(BOT_TOKEN, base_url=playground.api_url)
        with pytest.raises(SlackApiError, match="file_upload_size_restricted"):
            client.files_getUploadURLExternal(filename="x.png", length=1001)
        file = {"name": "x", "data_base64": base64.b64encode(b"x" * 1001).decode()}
        with pytest.raises(ActFailed, match="at most"):
            playground.act(user=ADA, do="message", channel=GENERAL, text="x", files=[file])
        ticket = client.files_getUploadURLExternal(filename="x.png", length=10)
        assert playground.post(ticket["upload_url"], b"x" * 11, "application/octet-stream")[0] == 400


def test_a_deleted_file_is_gone(client: WebClient, playground: RunningPlayground) -> None:
    file_id = uploaded(client, png())
    url = client.files_info(file=file_id)["file"]["url_private"]
    client.files_delete(file=file_id)
    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_info(file=file_id)
    assert playground.get(url, {"Authorization": f"Bearer {BOT_TOKEN}"})[0] == 404
