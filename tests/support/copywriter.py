"""A text model that fills what it is told into one of a few texts: quick, the same each time, and nice to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.domain.task import TextDelta, TextEnd, TextEvent, TextTask
from engine.ports import Canceled
from engine.settings import EngineSettings, ModelSpec
from tests.fakes import FakeTextBackend

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LABELS = {
    "name": ("Customer's first name", "顾客称呼"),
    "bought": ("What they bought", "买过什么"),
    "recommended": ("What to recommend", "推荐什么"),
    "reason": ("Why it fits", "为什么合适"),
    "product": ("Product", "商品"),
    "features": ("Features and figures", "特点和参数"),
}
_CARE = "It takes knocks, does not leak, and cleans in a minute."
_CARE_ZH = "磕碰不怕，不漏水，一分钟就能洗净。"
_PRODUCT = (
    (
        "{product} is made for long days. Fill it in the morning, forget about it, and your tea is still hot on the "
        f"last train home. {_CARE}\n\n- {{0}}: it stays the way you poured it.\n- {{1}}: it lasts for years.\n"
        "- {2}: it fits every bag.",
        f"{{product}}陪你过完漫长的一天。早上装满，直到末班车上茶还是热的；{_CARE_ZH}\n\n"
        "- {0}：倒进去什么样，喝的时候还是什么样。\n- {1}：能用很多年。\n- {2}：什么包都放得下。",
    ),
    (
        "{product} is made for early starts. Fill it in the evening, take it along, and your water is still cold at "
        f"the summit. {_CARE}\n\n- {{0}}: it stays the way you poured it.\n- {{1}}: no dents, no rust.\n"
        "- {2}: light enough for every walk.",
        f"{{product}}陪你出发得更早。晚上装满，到了山顶水还是凉的；{_CARE_ZH}\n\n"
        "- {0}：倒进去什么样，喝的时候还是什么样。\n- {1}：不变形，不生锈。\n- {2}：走多远都不嫌重。",
    ),
    (
        "Some bottles leak, some dent, some end up in a drawer. {product} stays on your desk, because it does one "
        "thing well: it keeps what you pour in as you poured it, from breakfast to bedtime.\n\n"
        "- {0}: hot stays hot.\n- {1}: made to be used.\n- {2}: takes little room.",
        "有的水杯漏水，有的变形，有的最后进了抽屉。{product}一直在你的桌上，因为它只做好一件事：从早到晚，温度不变。\n\n"
        "- {0}：热的一直热。\n- {1}：经得起天天用。\n- {2}：不占地方。",
    ),
)
_RECOMMENDATION = (
    "Hello {name}, we hope your {bought} is treating you well. You may like {recommended} beside it: {reason}. "
    "It is in the shop whenever you have a minute to look.",
    "{name}您好，您之前买的{bought}用得还顺手吗？和它很搭的是{recommended}：{reason}。不着急，有空的时候来店里看看就好。",
)
_OTHER = ("Steel outside, cold inside. Made for every day.", "外面是钢，里面是凉。每天都用得上。")


class Copywriter(FakeTextBackend):
    """Variant `i` is the one after variant `i - 1`; asked for a change, it keeps the first sentence."""

    @classmethod
    def from_spec(cls, name: str, spec: ModelSpec, settings: EngineSettings) -> Copywriter:
        return cls(name=name)

    def generate(self, task: TextTask, canceled: Canceled) -> Iterator[TextEvent]:
        for index in range(task.n):
            yield from _one(task, index)
        yield from FakeTextBackend(words=()).generate(TextTask((), 1, 0), canceled)


def _one(task: TextTask, index: int) -> Iterator[TextEvent]:
    yield TextDelta(index, _text(task, index))
    yield TextEnd(index)


def _text(task: TextTask, index: int) -> str:
    asked = task.turns[-1].text
    before = next((turn.text for turn in reversed(task.turns) if turn.role == "assistant"), "")
    if asked.startswith(("Revise", "Write it again", "再写")) and before:
        return re.split(r"(?<=[.。])", before)[0].strip()
    told = {name: _told(asked, labels) for name, labels in _LABELS.items()}
    chinese = int(bool(_CHINESE.search(asked)))
    if told["name"]:
        told["reason"] = told["reason"] or ("it goes well with it", "搭配起来正合适")[chinese]
        return _RECOMMENDATION[chinese].format(**told)
    if told["features"]:
        features = [part.strip() for part in re.split(r"[,，、]", told["features"])] + ["-"] * 3
        return _PRODUCT[index % len(_PRODUCT)][chinese].format(*features, product=told["product"])
    return _OTHER[chinese]


def _told(asked: str, labels: tuple[str, str]) -> str:
    """What stands behind a label, be it between marks or not."""
    names = "|".join(map(re.escape, labels))
    found = re.search(rf"^(?:{names})[:：]\s*(?:<data \w+>\n\([^)]*\) )?(.+)$", asked, re.MULTILINE)
    return found[1].strip() if found else ""
