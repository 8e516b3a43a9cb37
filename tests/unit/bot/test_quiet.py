"""No path that shows a message leaves out that its links must not unfurl: every call in the source says so."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

BOT = Path(__file__).parents[3] / "bot"
SOURCES = sorted(path for path in BOT.rglob("*.py") if "playground" not in path.parts)

SPEAKING = {"chat_postMessage", "chat_postEphemeral", "chat_update", "chat_scheduleMessage"}
LOUD = {"chat_meMessage", "chat_startStream", "chat_appendStream", "chat_stopStream", "chat_stream", "chat_unfurl"}
"""They cannot be told to unfurl nothing."""


def problems(source: str) -> Iterator[str]:
    """The lines that show a message and might unfurl its links."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.replace(".", "_") in LOUD:
            yield f"line {node.lineno}: {node.value}"
        if isinstance(node, ast.Attribute) and node.attr in LOUD:
            yield f"line {node.lineno}: {node.attr}"
        if isinstance(node, ast.Dict) and _answers(node) and not _names(node, "UNFURL_NOTHING"):
            yield f"line {node.lineno}: an answer"
        if isinstance(node, ast.Call):
            yield from _problem_of(node)


def _problem_of(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    methods = {name, *(str(arg.value).replace(".", "_") for arg in call.args if isinstance(arg, ast.Constant))}
    if methods & SPEAKING and not _names(call, "QUIETLY"):
        yield f"line {call.lineno}: {name}"
    answers = name in ("ack", "respond") and any(word.arg in ("text", "blocks") for word in call.keywords)
    if (answers or name in ("WebhookClient", "AsyncWebhookClient")) and not _names(call, "UNFURL_NOTHING"):
        yield f"line {call.lineno}: {name}"
    if (
        name == "say"
        and not _of_the_catalogue(call)
        and any(word.arg in ("channel", "thread_ts", "blocks") for word in call.keywords)
    ):
        yield f"line {call.lineno}: say"


def _of_the_catalogue(call: ast.Call) -> bool:
    """`front.words.say` looks a text up, whatever `channel` it speaks of; Bolt's `say` posts one."""
    return isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value).endswith("words")


def _answers(node: ast.Dict) -> bool:
    return any(isinstance(key, ast.Constant) and key.value == "response_type" for key in node.keys)


def _names(node: ast.AST, constant: str) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == constant for inner in ast.walk(node))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(BOT)))
def test_every_call_that_shows_a_message_unfurls_nothing(path: Path) -> None:
    assert list(problems(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "client.chat_postMessage(channel=c, text=t)",
        "client.chat_update(channel=c, ts=ts, text=t, unfurl_links=False)",
        'await self._call("chat.postEphemeral", json=message)',
        "client.chat_startStream(channel=c)",
        'client.api_call("chat.meMessage", json=m)',
        'await ack(text=answer, response_type="ephemeral")',
        'answer = {"response_type": "ephemeral", "text": t}',
        "WebhookClient(url).send(text=t)",
        "await respond(text=t)",
    ],
)
def test_a_call_that_leaves_it_out_is_found(source: str) -> None:
    assert list(problems(source))


@pytest.mark.parametrize(
    "source",
    [
        "client.chat_postMessage(channel=c, text=t, **QUIETLY)",
        'await self._call("chat.update", json={**message, **QUIETLY})',
        "await ack(text=answer, **UNFURL_NOTHING)",
        'await ack(response_action="errors", errors={})',
        "await ack()",
    ],
)
def test_a_call_that_says_so_is_fine(source: str) -> None:
    assert list(problems(source)) == []
