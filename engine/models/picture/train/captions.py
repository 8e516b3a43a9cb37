"""What people might call a training picture, in English and Chinese; all of it true."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.models.picture.concepts import Concept, article
from engine.models.picture.train.icons import Keywords
from engine.models.picture.train.scenes import Scene

COLOURS = {
    "red": "红", "orange": "橙", "yellow": "黄", "green": "绿", "blue": "蓝", "purple": "紫", "pink": "粉",
    "black": "黑", "white": "白", "grey": "灰",
}  # fmt: skip
HATS = {
    "top hat": (("top hat", "hat", "black hat"), ("礼帽", "帽子", "高帽子")),
    "straw hat": (("straw hat", "hat", "sun hat"), ("草帽", "帽子", "太阳帽")),
    "crown": (("crown", "golden crown"), ("皇冠", "王冠")),
    "graduation cap": (("graduation cap", "hat", "cap"), ("学士帽", "帽子")),
}
STYLES = {
    "flat": (
        ("a flat icon of {}", "{}, flat style", "flat illustration of {}", "{}, flat design"),
        ("{}，扁平风格", "扁平风格的{}", "{}的扁平图标"),
    ),
    "glossy": (
        ("a glossy 3d {bare}", "{}, 3d style", "{}, glossy", "a 3d icon of {}"),
        ("{}，立体风格", "3D风格的{}", "有光泽的{}"),
    ),
    "cartoon": (
        ("a cartoon {bare}", "{}, cartoon style", "a cartoon of {}", "cartoon drawing of {}"),
        ("{}，卡通风格", "卡通风格的{}", "卡通{}"),
    ),
}
PLAIN_STYLE = "flat"
"""What people get who name no style: one word must not stand for several drawings, or they blur into each other."""
PLAIN = (
    ("a picture of {}", "an icon of {}", "an emoji of {}", "draw {}", "a drawing of {}", "{} on a white background"),
    ("{}的图片", "画{}", "{}的图标", "{}，白色背景", "请画{}", "一幅{}的插画"),
)
STYLED, FRAMED, KEYWORD, BARE = 0.22, 0.12, 0.08, 0.3
"""Shares of captions: the plain style named, a frame around it, a rarer word (plain pictures only), no article."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes captions; `concepts` by plain name."""

    concepts: Mapping[str, Concept]
    keywords: Keywords
    randomly: random.Random

    def captions(self, scene: Scene, count: int) -> list[str]:
        """`count` captions, English and Chinese in turn."""
        return [self.english(scene) if number % 2 == 0 else self.chinese(scene) for number in range(count)]

    def english(self, scene: Scene) -> str:
        """Such as "a red apple on a blue background" or "a cat wearing a hat"."""
        if len(scene.things) > 1:
            left, right = (article(self._name(scene, thing, "english")) for thing in scene.things)
            return self.randomly.choice(("{} and {}", "{} next to {}", "{} beside {}")).format(left, right)
        bare = " ".join(word for word in (scene.colour, self._name(scene, scene.things[0], "english")) if word)
        ending = ""
        if scene.wearing:
            hat = article(self.randomly.choice(HATS[scene.wearing][0]))
            ending = " " + self.randomly.choice(("wearing {}", "wearing {}", "with {}", "in {}")).format(hat)
        said = (bare if self.randomly.random() < BARE else article(bare)) + ending
        if scene.background:
            ground = self.randomly.choice((" on {} background", ", {} background"))
            said += ground.format(article(scene.background) if " on" in ground else scene.background)
        return self._framed(scene, said, 0, bare + ending)

    def chinese(self, scene: Scene) -> str:
        """Such as "蓝色背景上的一个红色的苹果" or "一只戴帽子的猫"."""
        if len(scene.things) > 1:
            left, right = (self._counted(scene, thing, "", "") for thing in scene.things)
            return self.randomly.choice(("{}和{}", "{}与{}", "{}旁边是{}")).format(left, right)
        colour = ""
        if scene.colour:
            sign = COLOURS[scene.colour]
            forms = (sign + "色的", sign + "色", sign + "色的", sign if sign != "粉" else "粉色")
            colour = self.randomly.choice(forms)
        wearing = ""
        if scene.wearing:
            hat = self.randomly.choice(HATS[scene.wearing][1])
            wearing = self.randomly.choice(("戴{}的", "戴着{}的")).format(hat)
        said = self._counted(scene, scene.things[0], colour, wearing)
        if scene.background:
            sign = COLOURS[scene.background]
            said = self.randomly.choice(("{1}色背景上的{0}", "{0}，{1}色背景", "{1}色背景的{0}")).format(said, sign)
        return self._framed(scene, said, 1, said)

    def revised(self, scene: Scene) -> str:
        """As a person's later wish, the way the engine adds it to the first prompt: "a red car, make it blue".

        "" for scenes that nobody would ask for so, and in other styles than the plain one.
        """
        if scene.kind in ("own", "pair") or scene.style != PLAIN_STYLE or (scene.wearing and scene.background):
            return ""
        language = self.randomly.randrange(2)
        said, wish = self._revised_english(scene) if language == 0 else self._revised_chinese(scene)
        return f"{said}, {wish}"

    def _revised_english(self, scene: Scene) -> tuple[str, str]:
        name = self._name(scene, scene.things[0], "english")
        if scene.wearing:
            hat = article(self.randomly.choice(HATS[scene.wearing][0]))
            return article(name), self.randomly.choice(("add {}", "give it {}", "with {}")).format(hat)
        if scene.background:
            ground = self.randomly.choice(("on {} background", "with {} background"))
            bare = f"{scene.colour} {name}".strip()
            return article(bare), ground.format(article(scene.background))
        earlier = self.randomly.choice(["", *(colour for colour in COLOURS if colour != scene.colour)])
        wish = self.randomly.choice(("make it {}", "make it {}", "in {}", "now {}"))
        return article(f"{earlier} {name}".strip()), wish.format(scene.colour)

    def _revised_chinese(self, scene: Scene) -> tuple[str, str]:
        thing = scene.things[0]
        if scene.wearing:
            hat = self.randomly.choice(HATS[scene.wearing][1])
            return self._counted(scene, thing, "", ""), self.randomly.choice(("戴上{}", "加一顶{}", "戴{}")).format(hat)
        if scene.background:
            wish = self.randomly.choice(("背景改成{}色", "{}色背景", "换成{}色背景")).format(COLOURS[scene.background])
            colour = COLOURS[scene.colour] + "色的" if scene.colour else ""
            return self._counted(scene, thing, colour, ""), wish
        earlier = self.randomly.choice(["", *(sign for colour, sign in COLOURS.items() if colour != scene.colour)])
        wish = self.randomly.choice(("改成{}色", "改成{}色的", "换成{}色", "变成{}色")).format(COLOURS[scene.colour])
        return self._counted(scene, thing, earlier + "色的" if earlier else "", ""), wish

    def _counted(self, scene: Scene, thing: str, colour: str, wearing: str) -> str:
        count = "" if self.randomly.random() < 2 * BARE else "一" + self.concepts[thing].measure
        return count + wearing + colour + self._name(scene, thing, "chinese")

    def _name(self, scene: Scene, thing: str, language: str) -> str:
        concept = self.concepts[thing]
        names: Sequence[str] = concept.english if language == "english" else concept.chinese
        rarer = self.keywords.get(thing, {}).get(language, [])
        if scene.kind == "own" and rarer and self.randomly.random() < KEYWORD:
            return self.randomly.choice(rarer)
        return names[0] if self.randomly.random() < 0.5 else self.randomly.choice(names)

    def _framed(self, scene: Scene, said: str, language: int, bare: str) -> str:
        chance = self.randomly.random()
        if scene.style != PLAIN_STYLE or chance < STYLED:
            return self.randomly.choice(STYLES[scene.style][language]).format(said, bare=bare)
        if chance < STYLED + FRAMED and not scene.background:
            return self.randomly.choice(PLAIN[language]).format(said)
        return said
