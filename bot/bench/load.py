"""Load for the acknowledgement benchmark: signed slash commands, so many at a time; prints milliseconds as JSON.

Run as a process of its own, so that it does not share an interpreter with the server:
python -m bot.bench.load URL SECRET CONCURRENCY SECONDS
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp
from slack_sdk.signature import SignatureVerifier

WARM_UP_S = 1.0


async def load(url: str, secret: str, concurrency: int, seconds: float) -> list[float]:
    """Post for `seconds` after a warm-up; the time of each answer in ms. Raises if one is not HTTP 200."""
    verifier = SignatureVerifier(secret)
    start = time.perf_counter() + WARM_UP_S
    took: list[float] = []

    async def one(session: aiohttp.ClientSession) -> None:
        while (begun := time.perf_counter()) < start + seconds:
            body, headers = slash_command(verifier, f"copy a post about bottle {uuid4().hex}")
            async with session.post(url, data=body, headers=headers) as answer:
                text = await answer.text()
                answer.raise_for_status()
                if text:
                    raise RuntimeError(f"not accepted: {text[:200]}")
            if begun >= start:
                took.append((time.perf_counter() - begun) * 1000)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(one(session) for _ in range(concurrency)))
    return took


def slash_command(verifier: SignatureVerifier, text: str, **fields: str) -> tuple[str, dict[str, str]]:
    """The body and headers of one slash command, as docs.slack.dev/authentication/verifying-requests-from-slack.

    `fields` stand in for those of its body.
    """
    body = urlencode(
        {
            "token": "x",
            "team_id": "T1",
            "team_domain": "bench",
            "channel_id": "C1",
            "channel_name": "general",
            "user_id": "U1",
            "user_name": "bench",
            "command": "/aigc",
            "text": text,
            "api_app_id": "A1",
            "is_enterprise_install": "false",
            "response_url": "https://hooks.slack.com/commands/T1/1/x",
            "trigger_id": uuid4().hex,
            **fields,
        }
    )
    stamp = str(int(time.time()))
    signature = verifier.generate_signature(timestamp=stamp, body=body) or ""
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
    }


if __name__ == "__main__":
    url, secret, concurrency, seconds = sys.argv[1:]
    print(json.dumps(asyncio.run(load(url, secret, int(concurrency), float(seconds)))))
