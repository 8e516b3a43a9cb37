"""Words about the knowledge base: `/aigc knowledge ...`, and "learn this" or "加入知识库" beside files.

All functions raise CommandError.
"""

from __future__ import annotations

import re

from bot.command.clean import clean
from bot.errors import CommandError
from bot.wishes import Learn, Look, Shelf
from engine.domain.knowledge import EVERYBODY, THIS_CHANNEL, team_scope

KNOWLEDGE = ("knowledge", "知识库")
MOST_QUESTION_CHARS = 500
_ADD = ("add", "learn", "添加", "加入", "学习")
_LIST = ("list", "documents", "列表", "文档")
_SEARCH = ("search", "find", "搜索", "查找", "查")
_SOURCES = {"pins": "pins", "pinned": "pins", "置顶": "pins", "固定消息": "pins", "canvas": "canvas", "画布": "canvas"}

_EVERYBODY = r"everybody|everyone|all|所有人|全员|大家"
_FOR = r"(?:\bfor\s+|只?[给供让])"
_CHANNEL = r"this channel(?: only| alone)?|本频道|这个频道"
_TEAM = r"(?:the )?team[\s:]+(?P<team>[^\s:,，。]{1,60})|团队[\s:：]*(?P<group>[^\s:,，。]{1,60}?)"
_SCOPE = re.compile(
    rf"[\s,，]*(?:{_FOR}(?P<everybody>{_EVERYBODY})|(?:{_FOR})?(?:(?P<channel>{_CHANNEL})|{_TEAM}))\s*(?:使用|用|看)?$",
    re.IGNORECASE,
)
"""Nothing is everybody's but what is said to be for them: "learn them all" means the files."""
_THIS = r"(?: all(?: of)?)?(?: (?:this|these|it|them|that|those|the))?(?: all)?(?: (?:file|document|canvas)(?:s|es)?)?"
_LEARN = re.compile(
    rf"(?:(?:please|pls|can you|could you|hey|hi)[,，\s]+)*(?:(?:learn|remember){_THIS}"
    rf"|(?:add|put|save){_THIS} (?:in|in ?to|to) (?:the |your |our )?knowledge(?: base)?)"
    r"|(?:请|麻烦|帮我)*(?:(?:学习|学|记住|收录)(?:一下)?|(?:把)?(?:这[个些份]?)?(?:文件|文档|资料)?(?:加入|添加到|放进|存入|收进)知识库)"
    r"(?:这[个些份]?)?(?:文件|文档|资料)?",
    re.IGNORECASE,
)
_END = " \n.!?。！？~"


def learning(text: str) -> Learn | None:
    """The wish, if these words ask to learn what came with them; None if they ask for something else."""
    head, scope = _scoped(clean(text).rstrip(_END))
    return Learn("files", scope) if _LEARN.fullmatch(head) else None


def read_knowledge(text: str) -> Learn | Look | Shelf:
    """What follows `/aigc knowledge`."""
    word, _, rest = text.strip().partition(" ")
    name, rest = word.casefold(), rest.strip()
    if name in ("", *_LIST):
        return Shelf()
    if name in _SEARCH:
        return _search(rest)
    if name in _ADD:
        head, scope = _scoped(rest)
        source = _SOURCES.get(head.casefold(), "files" if not head else "")
        if source:
            return Learn(source, scope)
    raise CommandError("unknown_knowledge", "knowledge list", value=text[:40])


def _search(question: str) -> Look:
    if not question:
        raise CommandError("missing_question", "knowledge search ...")
    if len(question) > MOST_QUESTION_CHARS:
        raise CommandError("brief_too_long", most=MOST_QUESTION_CHARS, count=len(question))
    return Look(question)


def _scoped(text: str) -> tuple[str, str]:
    """The words before it, and who may be answered from it: a scope, or "" where they do not say."""
    found = _SCOPE.search(text)
    if found is None:
        return text, ""
    if found["everybody"]:
        scope = EVERYBODY
    else:
        scope = THIS_CHANNEL if found["channel"] else team_scope(found["team"] or found["group"])
    return text[: found.start()].rstrip(" ,，"), scope
