"""Recognises by plain words what a thread is about that a company may want two people to look at.

Documented rules, no model: a topic is there when one of its words stands in what the customer wrote or in the reply.
They find too much rather than too little: "refund policy" is about refunds, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

REFUND, COMPLAINT, LEGAL = "refund", "complaint", "legal"

_ENGLISH = {
    REFUND: (
        r"refund\w*|money back|reimburs\w*|charge ?back\w*|compensat\w*|credit note|store credit|repay\w*",
        r"double charged|overcharged|charged twice",
    ),
    COMPLAINT: (
        r"complain\w*|unacceptable|disappoint\w*|terrible|awful|furious|angry|worst|ridiculous|fed up|rip-?off|scam\w*",
        r"damaged|broken|broke|defective|faulty|cracked|never (?:arrived|came)|still waiting",
        r"not (?:arrived|working|work)|(?:does|do|did|is|has)n['’]?t (?:work|arrive|turn on|switch on|charge)\w*",
    ),
    LEGAL: (
        r"lawyer|attorney|solicitor|legal(?:ly)?|lawsuit|sue|suing|court|liab(?:le|ility)|gdpr|regulator|ombudsman",
        r"consumer (?:protection|authority|rights)|trading standards|small claims|breach of contract|data protection",
    ),
}
"""Whole words, in any case."""
_CHINESE = {
    REFUND: "退款|退钱|退费|返还|赔偿|补偿|赔付|多扣|重复扣款|退还",
    COMPLAINT: "投诉|不满|太差|差劲|失望|生气|坏了|破损|损坏|没收到|未收到|没到|骗|质量差|故障|不能用|用不了|开不了机",
    LEGAL: "律师|法律|起诉|诉讼|法院|消协|消费者协会|工商局|12315|索赔|维权|违约|侵权|举报",
}
TOPICS = (REFUND, COMPLAINT, LEGAL)
_RULES = {
    topic: re.compile(rf"\b(?:{'|'.join(_ENGLISH[topic])})\b|{_CHINESE[topic]}", re.IGNORECASE) for topic in TOPICS
}


def topics(texts: Iterable[str]) -> tuple[str, ...]:
    """The topics of some texts together, in the order of TOPICS."""
    whole = "\n".join(texts)
    return tuple(topic for topic, rule in _RULES.items() if rule.search(whole))
