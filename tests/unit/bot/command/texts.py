"""What people might type, for properties."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.command import Catalog

CATALOG = Catalog(text_models=("smollm2", "gpt2"), image_models=("tiny", "acme/Bike v2"))

_WORDS = """
copy draw help status cancel write paint 写 画 帮助 取消 again v1 #2 shorter it image cat 一只猫 a -- — – －－ ---
--n --tone --lang --size --seed --model --negative --length --steps —n ——tone –style --nn --foo --n=3 --n:9 --tone="x
＝ 3 99 -1 １２ 512x512 0x0 512x zh klingon gpt2 short 0.5 1e9 " “ ” 「 」 « » ' ‘ ’ ， 。 ： : =
🚲 مرحبا <@U1|ada> <!channel> <https://x|y> &amp; &lt;
"""
_PIECES = st.sampled_from([*_WORDS.split(), "\n", "\u200d", "\u202e", "👩\u200d👩\u200d👧"])
_JUNK = st.text(st.one_of(st.characters(), st.sampled_from("-—＝=\"'“”「」\n\t \x00")), max_size=12)


def _joined(start: str, words: list[str], space: str) -> str:
    return start + space.join(words)


commands = st.builds(
    _joined,
    st.sampled_from(["", "copy ", "draw "]),
    st.lists(st.one_of(_PIECES, _PIECES, _JUNK), max_size=12),
    st.sampled_from([" ", "  ", "", "\n"]),
)
"""Words of commands in any order, between them what nobody would type."""
