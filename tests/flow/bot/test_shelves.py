"""Reading what people keep at a channel, against the local workspace."""

from __future__ import annotations

import base64

import pytest

from bot.errors import ChannelUnreachable
from bot.ports import Pinned
from bot.slack.files import SlackFiles
from bot.slack.shelves import SlackChannels
from tests.support.slack import ADA, BOT_TOKEN, GENERAL, ActFailed, RunningPlayground, running_playground


def channels(slack: RunningPlayground) -> SlackChannels:
    return SlackChannels(BOT_TOKEN, slack.api_url, timeout_s=5)


async def pinned_files_are_read(slack: RunningPlayground) -> None:
    """With the message that they hang from, or alone."""
    data = base64.b64encode(b"# Hours").decode()
    for name in ("hours.md", "fees.md"):
        file = {"name": name, "mimetype": "text/markdown", "data_base64": data}
        ts = slack.act(user=ADA, do="message", channel=GENERAL, text="", files=[file])["ts"]
        (posted,) = slack.messages(ADA, GENERAL)[-1]["files"]
        slack.act(user=ADA, do="pin", channel=GENERAL, **({"ts": ts} if name == "hours.md" else {"file": posted["id"]}))
    alone, hanging = await channels(slack).pins(GENERAL)
    assert [(pin.text, [file.name for file in pin.files], bool(pin.ts)) for pin in (alone, hanging)] == [
        ("", ["fees.md"], False),
        ("", ["hours.md"], True),
    ]
    assert await SlackFiles(BOT_TOKEN, slack.api_url, 5).fetch(alone.files[0], 1000) == b"# Hours"
    with pytest.raises(ActFailed, match="file_not_shared"):
        slack.act(user=ADA, do="pin", channel=GENERAL, file="F0NOWHERE0")


async def test_pinned_messages_and_the_canvas_of_a_channel_are_read() -> None:
    with running_playground() as slack:
        assert await channels(slack).pins(GENERAL) == ()
        assert await channels(slack).canvas(GENERAL) is None
        first, second, third = (
            slack.act(user=ADA, do="message", channel=GENERAL, text=text)["ts"]
            for text in ("We open at *9* & close at 5.", "Nothing to keep.", "Parking is free.")
        )
        for ts in (first, second, third, second):
            slack.act(user=ADA, do="pin", channel=GENERAL, ts=ts)
        address = f"{slack.url}/archives/{GENERAL}/p"
        assert await channels(slack).pins(GENERAL) == (
            Pinned(third, "Parking is free.", address + third.replace(".", "")),
            Pinned(first, "We open at *9* & close at 5.", address + first.replace(".", "")),
        )
        slack.act(user=ADA, do="pin", channel=GENERAL, ts=first)
        slack.act(user=ADA, do="pin", channel=GENERAL, ts=third)
        await pinned_files_are_read(slack)
        slack.act(user=ADA, do="write_canvas", channel=GENERAL, title="Repairs", html="<h1>Repairs</h1><p>Free.</p>")
        canvas = await channels(slack).canvas(GENERAL)
        assert canvas is not None
        assert (canvas.name, canvas.is_canvas, canvas.is_image) == ("Repairs", True, False)
        assert canvas.link
        assert await SlackFiles(BOT_TOKEN, slack.api_url, 5).fetch(canvas, 1000) == b"<h1>Repairs</h1><p>Free.</p>"
        with pytest.raises(ChannelUnreachable):
            await channels(slack).pins("C0NOWHERE0")
