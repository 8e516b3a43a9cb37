"""Requests that are no brief: help, status, usage, cancel."""

from __future__ import annotations

import re

from bot.wishes import Cancel, Help, Recipes, Status, Usage, Wish

TOPICS = {
    "copy": "copy", "write": "copy", "写": "copy", "文案": "copy",
    "draw": "draw", "paint": "draw", "画": "draw", "画图": "draw",
    "status": "status", "状态": "status", "cancel": "cancel", "取消": "cancel",
    "usage": "usage", "limits": "usage", "用量": "usage", "额度": "usage",
    "reply": "reply", "draft": "reply", "回复": "reply", "起草": "reply",
    "knowledge": "knowledge", "知识库": "knowledge",
    "recipe": "recipes", "recipes": "recipes", "配方": "recipes",
}  # fmt: skip
"""What help can be asked about -> the topic's name."""
HELP = ("help", "帮助")
STATUS = ("status", "queue", "状态", "进度", "排队")
USAGE = ("usage", "limits", "用量", "额度", "限额")
RECIPES = ("recipes", "recipe", "配方", "配方列表", "有哪些配方")
CANCEL = ("cancel", "stop", "取消", "停止")

_HELP = re.compile(
    rf"(?:{'|'.join(HELP)}|\?|？|怎么用|使用说明|你能做什么|你会什么|what can you do)"
    r"(?:\s+(?:about\s+|with\s+)?(\S+))?",
    re.IGNORECASE,
)
_STATUS = re.compile("|".join(STATUS), re.IGNORECASE)
_USAGE = re.compile("|".join(USAGE), re.IGNORECASE)
_RECIPES = re.compile("|".join(RECIPES), re.IGNORECASE)
_CANCEL = re.compile(
    rf"(?:{'|'.join(CANCEL)})(?:\s+(?P<job>[0-9a-f]{{16}}|(?:it|this|that|all|everything|the job)))?"
    r"|(?:全部|都)(?:取消|停止)|(?:取消|停止)(?:它|这个|全部|所有)",
    re.IGNORECASE,
)
_END = " \n.!?。！？~"


def aside(text: str) -> Wish | None:
    """The wish, if these words are nothing else: "cancel" is one, "cancel our newsletter, politely" is not."""
    words = text.rstrip(_END) or text.strip()
    if (found := _HELP.fullmatch(words)) and (topic := (found[1] or "").lower()) in ("", *TOPICS):
        return Help(TOPICS.get(topic, ""))
    if _STATUS.fullmatch(words):
        return Status()
    if _USAGE.fullmatch(words):
        return Usage()
    if _RECIPES.fullmatch(words):
        return Recipes()
    if found := _CANCEL.fullmatch(words):
        job = (found["job"] or "").lower()
        return Cancel(job if re.fullmatch("[0-9a-f]{16}", job) else "")
    return None
