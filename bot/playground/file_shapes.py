"""Slack's JSON of files."""

from __future__ import annotations

from pathlib import PurePath

from bot.playground import seed
from bot.playground.file_urls import THUMB
from bot.playground.model import File, Json
from bot.playground.workspace import Workspace

SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp")


def is_shown_inline(file: File) -> bool:
    return file.mimetype in SHOWN_INLINE and file.width > 0


def file_object(workspace: Workspace, file: File) -> Json:
    """docs.slack.dev/reference/objects/file-object"""
    urls = workspace.file_urls
    suffix = "quip" if file.is_canvas else PurePath(file.name).suffix[1:].lower()
    found: Json = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": suffix or "binary",
        "pretty_type": "Canvas" if file.is_canvas else suffix.upper() or "Binary",
        "user": file.user,
        "user_team": seed.TEAM_ID,
        "editable": False,
        "size": file.size,
        "mode": "quip" if file.is_canvas else "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(file.shares),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": urls.private(file),
        "url_private_download": urls.private(file),
        "media_display_type": "unknown",
        "permalink": urls.private(file),
        "permalink_public": "",
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
    }
    if file.alt_txt:
        found["alt_txt"] = file.alt_txt
    if is_shown_inline(file):
        found |= {f"thumb_{THUMB}": urls.thumb(file), "original_w": file.width, "original_h": file.height}
    return found


def file_details(workspace: Workspace, file: File) -> Json:
    """What `files.info` adds: where the file has been shared."""
    shares: dict[str, dict[str, list[Json]]] = {}
    channels: dict[str, list[str]] = {"channels": [], "groups": [], "ims": []}
    for channel, ts in file.shares:
        kind = workspace.conversations[channel].kind
        share = {"ts": ts, "channel_name": workspace.conversations[channel].name, "reply_users": [], "reply_count": 0}
        scope = shares.setdefault("public" if kind == "channel" else "private", {})
        scope.setdefault(channel, []).append(share)
        channels["channels" if kind == "channel" else "ims"].append(channel)
    return {**file_object(workspace, file), **channels, "shares": shares, "comments_count": 0}
