"""What a model is told: what a text shall look like, and why it does not fit yet. For models, not for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.domain.context import neutral
from engine.domain.recipe import Format, Shape, Span, Words, is_chinese
from engine.domain.result import Shortfall

_REASONS = {
    "too_many_words": Words("It has {count} words; at most {most} are allowed. Make it shorter.", ""),
    "too_few_words": Words("It has {count} words; at least {least} are needed. Say more.", ""),
    "too_many_han_characters": Words(
        "It has {count} characters; at most {most} are allowed. Make it shorter.",
        "现在有 {count} 个字，最多 {most} 个字，请写短。",
    ),
    "too_few_han_characters": Words(
        "It has {count} characters; at least {least} are needed. Say more.",
        "现在只有 {count} 个字，至少要 {least} 个字，请写充实。",
    ),
    "too_many_characters": Words(
        "It has {count} characters; at most {most} are allowed. Make it shorter.",
        "现在有 {count} 个字符，最多 {most} 个，请写短。",
    ),
    "too_few_characters": Words(
        "It has {count} characters; at least {least} are needed.", "现在只有 {count} 个字符，至少要 {least} 个。"
    ),
    "too_many_x_characters": Words(
        "X counts {count} characters; at most {most} are allowed. Make it much shorter.",
        "按 X 的算法有 {count} 个字符，最多 {most} 个（一个汉字算两个），请写短。",
    ),
    "too_few_x_characters": Words(
        "X counts {count} characters; at least {least} are needed.",
        "按 X 的算法只有 {count} 个字符，至少要 {least} 个。",
    ),
    "too_many_hashtags": Words(
        "It has {count} hashtags; at most {most} are allowed.", "有 {count} 个话题标签，最多 {most} 个。"
    ),
    "too_few_hashtags": Words(
        "It has {count} hashtags; at least {least} are needed, such as #word.",
        "只有 {count} 个话题标签，至少要 {least} 个，例如 #话题。",
    ),
    "no_list": Words('It has no list: begin each point with "- ".', "没有列出要点：每点以“- ”开头。"),
    "too_many_items": Words(
        "It lists {count} points; at most {most} are allowed.", "列了 {count} 点，最多 {most} 点。"
    ),
    "too_few_items": Words(
        "It lists {count} points; at least {least} are needed.", "列了 {count} 点，至少要 {least} 点。"
    ),
    "no_table": Words("It has no Markdown table.", "没有 Markdown 表格。"),
    "too_many_rows": Words(
        "Its table has {count} rows; at most {most} are allowed.", "表格有 {count} 行，最多 {most} 行。"
    ),
    "too_few_rows": Words(
        "Its table has {count} rows; at least {least} are needed.", "表格有 {count} 行，至少要 {least} 行。"
    ),
    "no_subject": Words('Its first line must begin with "Subject: ".', "第一行必须以“主题：”开头。"),
    "no_body": Words("There is nothing after the subject.", "主题之后没有正文。"),
    "no_json": Words("It is no JSON object: write JSON and nothing else.", "不是 JSON 对象：只写 JSON。"),
    "no_key": Words('The JSON has no key "{what}".', "JSON 里没有键“{what}”。"),
    "no_section": Words('It has no part "{what}:".', "缺少“{what}：”这一部分。"),
    "section_too_many_characters": Words(
        '"{what}" has {count} characters; at most {most} are allowed.', "“{what}”有 {count} 个字符，最多 {most} 个。"
    ),
    "section_too_few_characters": Words(
        '"{what}" has {count} characters; at least {least} are needed.',
        "“{what}”有 {count} 个字符，至少要 {least} 个。",
    ),
    "section_too_many_items": Words(
        '"{what}" lists {count} points; at most {most} are allowed.', "“{what}”列了 {count} 点，最多 {most} 点。"
    ),
    "section_too_few_items": Words(
        '"{what}" lists {count} points; at least {least} are needed.', "“{what}”列了 {count} 点，至少要 {least} 点。"
    ),
    "not_mentioned": Words('It must mention "{what}", in these very words.', "必须原样提到“{what}”。"),
    "claimed": Words('It must not say "{what}".', "不能写“{what}”。"),
    "forbidden": Words('It must not say "{what}".', "不能写“{what}”。"),
    "misspelt": Words('Write "{right}", not "{what}".', "“{what}”要写成“{right}”。"),
    "no_disclaimer": Words('It must end with: "{what}"', "结尾必须写上：“{what}”"),
    "hard_to_read": Words(
        "It is hard to read (Flesch {count}, at least {least} is needed): shorter sentences, shorter words.", ""
    ),
    "long_sentences": Words("", "平均每句 {count} 个字，最多 {most} 个字：请把长句拆短。"),
    "other_language": Words("It must be written in English.", "必须用中文写。"),
}
CODES = frozenset(_REASONS)
"""Of all shortfalls that there are."""

_FORMATS = {
    Format.BULLETS: Words('List points in lines that begin with "- ".', "要点分行列出，每行以“- ”开头。"),
    Format.TABLE: Words("Write a Markdown table.", "写成 Markdown 表格。"),
    Format.EMAIL: Words('Begin with a line "Subject: ...", then an empty line.', "第一行写“主题：……”，然后空一行。"),
    Format.JSON: Words("Write one JSON object and nothing else.", "只写一个 JSON 对象。"),
}


def reason(found: Shortfall, lang: str) -> str:
    """One sentence for the model, in the language of the text."""
    words = _REASONS[found.code]
    text = words.of(lang) or words.en or words.zh
    told = {name: neutral(value) if isinstance(value, str) else value for name, value in found.params.items()}
    return text.format_map(told)


def repair(found: Sequence[Shortfall], lang: str) -> str:
    """The request to write a text once more."""
    reasons = "\n".join(f"- {reason(each, lang)}" for each in found)
    if is_chinese(lang):
        return f"上面这一稿还不合要求：\n{reasons}\n请改好，写出完整的全文，其他内容不变。"
    return (
        f"The text above does not fit yet:\n{reasons}\nMend this and write the whole text again, otherwise unchanged."
    )


def described(shape: Shape, lang: str) -> Iterator[str]:
    """What a text shall look like, sentence by sentence."""
    chinese = is_chinese(lang)
    if shape.format in _FORMATS:
        yield _FORMATS[shape.format].of(lang)
    length = shape.han_characters if chinese else shape.words
    if told := _amount(length, chinese):
        yield f"篇幅：{told}字。" if chinese else f"Length: {told} words."
    if shape.x_characters.most is not None:
        most = shape.x_characters.most
        yield f"不超过 {most // 2} 个汉字。" if chinese else f"At most {most} characters."
    if shape.hashtags.most == 0:
        yield "不用话题标签。" if chinese else "No hashtags."
    elif told := _amount(shape.hashtags, chinese):
        yield f"话题标签：{told}个。" if chinese else f"Hashtags: {told}."


def _amount(span: Span, chinese: bool) -> str:
    match span:
        case Span(None, None):
            return ""
        case Span(None, most):
            return f"最多 {most} " if chinese else f"at most {most}"
        case Span(least, None):
            return f"至少 {least} " if chinese else f"at least {least}"
        case Span(least, most):
            return f"{least} 到 {most} " if chinese else f"{least} to {most}"
