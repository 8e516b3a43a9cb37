"""Recognises sentences that state nothing: greetings, thanks, apologies, offers of help and questions."""

from __future__ import annotations

import re

from engine.replies.words import words

_MOST_WORDS = 9
_MOST_PAIRS = 18
"""A longer sentence says something, however politely it begins: in words, and in Chinese in pairs of characters."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_QUESTION = re.compile(r"[?？][\"'”’」』）)]*\s*\Z")
_BEGINNINGS = (
    r"hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|thanks?|thank you|many thanks|cheers|regards|sincerely",
    r"(?:i['’]?m|i am|we['’]?re|we are) (?:very |so |really |truly )?(?:sorry|glad|happy|here)|sorry|apologies",
    r"(?:i|we) (?:sincerely |do )?apologi[sz]e|please accept|(?:best|kind|warm|many)\b.{0,12}\b(?:regards|wishes)",
    r"take care|have a|happy to|glad to|looking forward|feel free|let (?:us|me) know|(?:do not|don['’]t) hesitate",
    r"please (?:let|feel|do not hesitate|don['’]t hesitate|reply|contact|write|just|tell|send|could)",
    r"just (?:reply|write|let)|yours",
    r"if (?:you|anything|there|this|that)\b.*\b(?:let (?:us|me) know|reply|contact|ask|write|help|tell)",
    r"(?:i|we) (?:hope|look forward|would be glad|['’]d be glad|want to|would like to|don['’]t|do not)\b",
    r"(?:i|we)(?: will|['’]ll| am| are) (?:gladly|happily|be happy|be glad|happy|glad|look|check|get back|come back)",
    r"(?:with that|then) (?:i|we) can|(?:the|your) [\w ]{0,30}team\W*\Z",
    r"(?:here is|here['’]s|this is) what (?:applies|i found|we found)|in answer to your question",
)
_BEGINNINGS_ZH = (
    "您好|你好|早上好|下午好|晚上好|尊敬的|亲爱的|(?:非常|十分)?感谢|多谢|谢谢|(?:很|非常|十分|深表)?(?:抱歉|歉意)|对不起|给您(?:带来|添)",
    "如(?:果|有|您)?.{0,20}(?:联系|回复|告诉|告知|咨询|留言)|若.{0,20}(?:联系|回复|告诉|告知)|如需帮助|祝|此致|敬礼|顺祝|期待|希望",
    "(?:请|欢迎)?随时|欢迎|请(?:您)?(?:放心|稍等|告诉|告知|提供|补充|直接|在)|为了|以便|以下是|这样我|收到后我们?",
    "我们?(?:会|将|马上|这就)?(?:尽快|马上|立即|继续)?(?:核实|查看|跟进|回复您|为您(?:核实|查))|(?:关于)?您的?.{0,20}(?:如下|[:：]\\Z)",
    "目前(?:我?手头)?(?:还没有|尚无)可靠|您关于.{0,20}的留言已收到",
)
_POLITE = re.compile(rf"\W*(?:(?:{'|'.join(_BEGINNINGS)})(?!\w)|{'|'.join(_BEGINNINGS_ZH)})", re.IGNORECASE)
_PROMISES = (
    r"refund|replac|free\b|guarantee|warrant|ship|deliver|cancel|credit|discount|compensat|voucher|coupon|exchang|repair",
    r"return(?:s|ed|ing)?\b|upgrad|waive|reimburs",
)
_PROMISE = re.compile(
    rf"\b(?:{'|'.join(_PROMISES)})|退款|退货|换货|退换|免费|保证|保修|赔偿|补偿|补发|发货|寄出|取消|折扣|优惠|返现|维修|升级",
    re.IGNORECASE,
)


_GREETED = re.compile(r"\W*(?:[Hh]i|[Hh]ello|[Hh]ey|[Dd]ear)\s+((?:[A-ZÀ-Þ][\w.'’-]*[ ,!]*)+)")
_GREETED_ZH = re.compile(r"(?:尊敬的|亲爱的)?([\u4e00-\u9fff]{1,3})(?:先生|女士|小姐|同学|老师)")
_NOBODY = frozenset({"customer", "sir", "madam", "there", "all", "everyone", "team", "mr", "mrs", "ms", "dr", "valued"})


def greeted(sentence: str) -> list[str]:
    """The names of whom a sentence greets: none where it says "customer" or "there"."""
    found = [word for match in _GREETED.finditer(sentence) for word in re.findall(r"[^\W\d_][\w'’-]*", match[1])]
    found += [match[1].removeprefix("尊敬的").removeprefix("亲爱的") for match in _GREETED_ZH.finditer(sentence)]
    return [name for name in found if name and name.casefold() not in _NOBODY]


def states_nothing(sentence: str) -> bool:
    """Whether there is nothing in it to be supported; whatever promises something states it."""
    if _QUESTION.search(sentence) or not words(sentence):
        return True
    long = len(words(sentence)) > (_MOST_PAIRS if _HAN.search(sentence) else _MOST_WORDS)
    return bool(_POLITE.match(sentence)) and not long and not _PROMISE.search(sentence)
