"""Languages by tag (BCP 47, RFC 5646) and by the names that people use."""

from __future__ import annotations

import re
import unicodedata

_TAG = re.compile(r"([a-z]{2,3})((?:[-_][a-z0-9]{2,8})*)", re.IGNORECASE)
_ISO_639 = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja
    jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd
    ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss
    st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    yue cmn nan wuu hak fil ceb haw hmn"""
_KNOWN = frozenset(_ISO_639.split())
NAMES = {
    "english": "en",
    "chinese": "zh",
    "mandarin": "zh",
    "cantonese": "yue",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "japanese": "ja",
    "日本語": "ja",
    "korean": "ko",
    "한국어": "ko",
    "italian": "it",
    "italiano": "it",
    "portuguese": "pt",
    "português": "pt",
    "russian": "ru",
    "русский": "ru",
    "dutch": "nl",
    "nederlands": "nl",
    "polish": "pl",
    "polski": "pl",
    "turkish": "tr",
    "türkçe": "tr",
    "arabic": "ar",
    "hindi": "hi",
    "indonesian": "id",
    "vietnamese": "vi",
    "thai": "th",
    "swedish": "sv",
    "中文": "zh",
    "汉语": "zh",
    "普通话": "zh",
    "简体": "zh-Hans",
    "简体中文": "zh-Hans",
    "繁体": "zh-Hant",
    "繁体中文": "zh-Hant",
    "繁體": "zh-Hant",
    "繁體中文": "zh-Hant",
    "粤语": "yue",
    "英文": "en",
    "英语": "en",
    "德语": "de",
    "德文": "de",
    "法语": "fr",
    "法文": "fr",
    "西班牙语": "es",
    "日语": "ja",
    "日文": "ja",
    "韩语": "ko",
    "韩文": "ko",
    "俄语": "ru",
    "葡萄牙语": "pt",
    "意大利语": "it",
    "阿拉伯语": "ar",
}


def tag(text: str) -> str | None:
    """The tag that `text` is or names, in the usual capitals, e.g. "zh-Hant-TW"; None if it is neither."""
    text = unicodedata.normalize("NFC", text.strip()).lower()
    if text in NAMES:
        return NAMES[text]
    found = _TAG.fullmatch(text)
    if found is None or found[1] not in _KNOWN:
        return None
    return "-".join([found[1], *map(_subtag, filter(None, re.split("[-_]", found[2])))])


def _subtag(subtag: str) -> str:
    """Scripts are written Hant, regions TW."""
    return {4: subtag.title(), 2: subtag.upper()}.get(len(subtag), subtag)
