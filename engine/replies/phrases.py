"""The sentences around a quoted answer, in three tones and two languages."""

from __future__ import annotations

from dataclasses import dataclass

from engine.replies.style import Tone


@dataclass(frozen=True, slots=True)
class Phrases:
    """Whole sentences; "" where a tone does without. `{order}` is the order's number."""

    hello: str
    thanks: str
    thanks_order: str
    sorry: str
    lead: str
    close: str
    bye: str
    unknown: str
    """There is no answer at hand."""
    ask: str
    """A question that helps to find one."""
    ask_order: str
    """The same where the order's number is known."""
    then: str
    welcome: str
    """To a customer who only thanks."""


_EN_ASK = "Could you tell me a little more: which product is this about, and do you have an order number?"
_EN_ASK_ORDER = "Could you tell me a little more about what happened, and what you would like us to do?"

PHRASES = {
    ("en", Tone.FRIENDLY): Phrases(
        hello="Hi there,",
        thanks="Thanks for reaching out!",
        thanks_order="Thanks for your message about order {order}!",
        sorry="I'm sorry about the trouble.",
        lead="Here is what applies:",
        close="If anything is unclear, just reply here and I'll gladly help.",
        bye="Best wishes",
        unknown="I want to give you a correct answer rather than a guess, and I don't have one at hand yet.",
        ask=_EN_ASK,
        ask_order=_EN_ASK_ORDER,
        then="With that I can look into it for you.",
        welcome="You're very welcome! If anything else comes up, just reply here.",
    ),
    ("en", Tone.FORMAL): Phrases(
        hello="Dear customer,",
        thanks="Thank you for your message.",
        thanks_order="Thank you for your message regarding order {order}.",
        sorry="We apologise for the inconvenience.",
        lead="In answer to your question:",
        close="Please do not hesitate to contact us if you have any further questions.",
        bye="Kind regards",
        unknown="We would like to give you a reliable answer, and do not have one at hand at this moment.",
        ask="Could you please tell us which product your question concerns, and your order number if there is one?",
        ask_order="Could you please describe what happened in a little more detail, and what you would like us to do?",
        then="With that we can look into the matter for you.",
        welcome="You are welcome. Please do not hesitate to contact us if you have any further questions.",
    ),
    ("en", Tone.BRIEF): Phrases(
        hello="Hello,",
        thanks="",
        thanks_order="About order {order}:",
        sorry="Sorry for the trouble.",
        lead="",
        close="Just reply here if you need anything else.",
        bye="",
        unknown="I don't have a reliable answer at hand yet.",
        ask="Which product is this about, and is there an order number?",
        ask_order="What exactly happened, and what would you like us to do?",
        then="",
        welcome="You're welcome! Just reply here if you need anything else.",
    ),
    ("zh", Tone.FRIENDLY): Phrases(
        hello="您好！",
        thanks="感谢您的留言。",
        thanks_order="感谢您的留言，您咨询的是订单 {order}。",
        sorry="很抱歉给您添麻烦了。",
        lead="您的问题答复如下：",
        close="如果还有不清楚的地方，随时在这里回复我们。",
        bye="祝您生活愉快！",
        unknown="为了给您准确的答复，我不想随意猜测，目前手头还没有可靠的答案。",
        ask="能否请您补充一下：咨询的是哪款产品？有没有订单号？",
        ask_order="能否请您再说明一下具体情况，以及您希望我们怎么处理？",
        then="这样我可以尽快为您核实。",
        welcome="不客气！如果还有问题，随时在这里回复我们。",
    ),
    ("zh", Tone.FORMAL): Phrases(
        hello="尊敬的客户：",
        thanks="您好！感谢您的来信。",
        thanks_order="您好！感谢您就订单 {order} 与我们联系。",
        sorry="给您带来不便，我们深表歉意。",
        lead="关于您的问题，现答复如下：",
        close="如有其他疑问，欢迎随时与我们联系。",
        bye="此致\n敬礼",
        unknown="为了给您准确的答复，我们不便作出猜测，目前尚无可靠的答案。",
        ask="能否请您告知所咨询的产品名称，以及订单号（如有）？",
        ask_order="能否请您进一步说明具体情况，以及您希望的处理方式？",
        then="收到后我们会尽快为您核实。",
        welcome="不客气，感谢您的支持。如有其他疑问，欢迎随时与我们联系。",
    ),
    ("zh", Tone.BRIEF): Phrases(
        hello="您好！",
        thanks="",
        thanks_order="您关于订单 {order} 的留言已收到。",
        sorry="抱歉给您添麻烦了。",
        lead="",
        close="如需帮助，请随时回复。",
        bye="",
        unknown="目前我手头还没有可靠的答案。",
        ask="请问咨询的是哪款产品？有订单号吗？",
        ask_order="请问具体是什么情况？您希望我们怎么处理？",
        then="",
        welcome="不客气！如需帮助，请随时回复。",
    ),
}


def phrases(lang: str, tone: Tone) -> Phrases:
    """Those of a language, or of English where there are none."""
    return PHRASES.get((lang, tone)) or PHRASES["en", tone]
