"""Messages and views as a person's screen needs them: Slack's JSON, with files that a browser can load."""

from __future__ import annotations

from typing import Any

from bot.playground.file_shapes import is_shown_inline
from bot.playground.model import File, Json, Message, View
from bot.playground.shapes import message_object, view_object
from bot.playground.workspace import Workspace


def shown_message(workspace: Workspace, message: Message) -> Json:
    found = message_object(workspace, message, metadata=True)
    files = [workspace.files[file] for file in message.files if file in workspace.files]
    return found | {
        "blocks": [with_image_urls(workspace, block) for block in message.blocks],
        "files": [_file(workspace, file) for file in files],
        "ephemeral": bool(message.ephemeral_to),
        "streaming": message.streaming,
        "unfurl_links": message.unfurl_links,
        "unfurl_media": message.unfurl_media,
    }


def shown_view(workspace: Workspace, view: View) -> Json:
    shown: Json = with_image_urls(workspace, view_object(view))
    return shown


def with_image_urls(workspace: Workspace, value: Any) -> Any:
    """Images that name an uploaded file get the address of its bytes, wherever they are nested."""
    if isinstance(value, list):
        return [with_image_urls(workspace, item) for item in value]
    if not isinstance(value, dict):
        return value
    copied = {key: with_image_urls(workspace, item) for key, item in value.items()}
    if value.get("type") == "image" and isinstance(value.get("slack_file"), dict):
        file = find_slack_file(workspace, value["slack_file"])
        if file:
            copied["image_url"] = workspace.file_urls.keyed(workspace.file_urls.private(file), file.id)
            copied |= {"image_width": file.width, "image_height": file.height}
    return copied


def find_slack_file(workspace: Workspace, slack_file: Json) -> File | None:
    """By id, or by its private address."""
    if "id" in slack_file:
        return workspace.files.get(str(slack_file["id"]))
    url = slack_file.get("url")
    return next((file for file in workspace.files.values() if workspace.file_urls.private(file) == url), None)


def _file(workspace: Workspace, file: File) -> Json:
    urls = workspace.file_urls
    shown: Json = {"id": file.id, "name": file.name, "title": file.title, "mimetype": file.mimetype, "size": file.size}
    shown |= {"url_private": urls.keyed(urls.private(file), file.id), "alt_txt": file.alt_txt}
    if is_shown_inline(file):
        shown |= {"thumb_360": urls.keyed(urls.thumb(file), file.id), "w": file.width, "h": file.height}
    return shown
