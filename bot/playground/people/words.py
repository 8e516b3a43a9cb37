"""The sentences of Slack's own client, in the languages of the people here."""

from __future__ import annotations

_CHINESE = {
    "A channel name has small letters, digits, - and _, at most 80.": (
        "频道名称只能有小写字母、数字、- 和 _，最多 80 个字符。"
    ),
    "Only its author can delete a message.": "只有作者可以删除这条消息。",
    "Only its author can do that to a message.": "只有作者可以这样做。",
    "Please complete this required field.": "请填写此必填字段。",
    "Slash commands do not work in threads. Mention the app instead.": "斜杠命令不能在消息列中使用，请改为提及应用。",
    "That works in a channel only.": "只能在频道中这样做。",
    "There is no such message.": "没有这条消息。",
    "There is no such thread.": "没有这个消息列。",
    "There is nothing to send.": "没有可发送的内容。",
    "This channel is archived.": "此频道已归档。",
    "This form is not open any more.": "这个表单已经关闭。",
    "We had some trouble connecting. Try again?": "连接时遇到问题，再试一次？",
    "Which emoji?": "哪个表情？",
}


def in_language(sentence: str, locale: str) -> str:
    """The sentence for a locale such as "zh-CN"; English where there is no other."""
    return _CHINESE.get(sentence, sentence) if locale.startswith("zh") else sentence
