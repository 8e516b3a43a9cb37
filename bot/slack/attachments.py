"""Reads the files that hang from a message."""

from __future__ import annotations

from bot.ports import Attachment
from bot.slack.fields import Fields, objects_at, text_at

_TABLES = ("text/csv", "application/csv", "text/tab-separated-values")


def attachments(message: Fields) -> tuple[Attachment, ...]:
    """All of a message or of an event that tells of one."""
    return tuple(attachment(file) for file in objects_at(message, "files"))


def attachment(file: Fields) -> Attachment:
    """From a file object (docs.slack.dev/reference/objects/file-object).

    Of a file of another company (Slack Connect) an event says nothing but `file_access: check_file_info`; of a deleted
    one and of one beyond the plan's limit, `mode` says so.
    """
    mimetype, mode, access = text_at(file, "mimetype"), text_at(file, "mode"), text_at(file, "file_access")
    size = file.get("size")
    canvas = mimetype == "application/vnd.slack-docs" or text_at(file, "filetype") in ("canvas", "quip")
    return Attachment(
        id=text_at(file, "id"),
        url=text_at(file, "url_private_download") or text_at(file, "url_private"),
        size_bytes=size if isinstance(size, int) else 0,
        is_image=not mimetype or mimetype.startswith("image/"),
        is_table=mimetype in _TABLES or text_at(file, "name").lower().endswith((".csv", ".tsv")),
        is_gone=mode in ("tombstone", "hidden_by_limit") or access not in ("", "visible", "check_file_info"),
        is_elsewhere=mode == "external" or file.get("is_external") is True,
        name=text_at(file, "title") if canvas else text_at(file, "name") or text_at(file, "title"),
        link=text_at(file, "permalink"),
        is_canvas=canvas,
    )
