"""Rich text blocks (docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""

from __future__ import annotations

from bot.playground.blockkit.rules import Rule, anything, boolean, each, integer, one_of, record, string, tagged, url

_STYLE = record({}, {"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean, "underline": boolean})
_MENTION_STYLE = record(
    {}, {"bold": boolean, "italic": boolean, "strike": boolean, "highlight": boolean, "client_highlight": boolean}
)


def _inline(kind: str, required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return record({"type": one_of(kind), **required}, {"style": _STYLE, **(optional or {})})


INLINE: dict[str, Rule] = {
    "text": _inline("text", {"text": string(least=1)}),
    "link": _inline("link", {"url": url()}, {"text": string(), "unsafe": boolean}),
    "emoji": _inline("emoji", {"name": string(least=1)}, {"skin_tone": integer(1, 6), "unicode": string()}),
    "user": record({"type": one_of("user"), "user_id": string(least=1)}, {"style": _MENTION_STYLE}),
    "channel": record({"type": one_of("channel"), "channel_id": string(least=1)}, {"style": _MENTION_STYLE}),
    "usergroup": record({"type": one_of("usergroup"), "usergroup_id": string(least=1)}, {"style": _MENTION_STYLE}),
    "team": _inline("team", {"team_id": string(least=1)}),
    "broadcast": _inline("broadcast", {"range": one_of("here", "channel", "everyone")}),
    "color": _inline("color", {"value": string(least=1)}),
    "date": _inline("date", {"timestamp": integer(), "format": string(least=1)}, {"url": url(), "fallback": string()}),
}
_INLINES = each(tagged(INLINE), least=0)

_SECTION = record({"type": one_of("rich_text_section"), "elements": _INLINES})

RICH_TEXT_PARTS: dict[str, Rule] = {
    "rich_text_section": _SECTION,
    "rich_text_list": record(
        {
            "type": one_of("rich_text_list"),
            "style": one_of("bullet", "ordered"),
            "elements": each(tagged({"rich_text_section": _SECTION})),
        },
        {"indent": integer(0, 8), "offset": integer(0), "border": integer(0, 1)},
    ),
    "rich_text_preformatted": record(
        {"type": one_of("rich_text_preformatted"), "elements": _INLINES},
        {"border": integer(0, 1), "language": anything},
    ),
    "rich_text_quote": record({"type": one_of("rich_text_quote"), "elements": _INLINES}, {"border": integer(0, 1)}),
}

RICH_TEXT = record({"type": one_of("rich_text"), "elements": each(tagged(RICH_TEXT_PARTS))}, {"block_id": string(255)})
