"""Everything people read, in their language: one YAML file per locale, the same keys and placeholders in each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import yaml

LOCALES = ("en", "zh")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def t(locale: str, key: str, /, **params: str | int | float) -> str:
    """The text `key` in `locale`, with `params` filled in, which nobody escapes here. Raises KeyError."""
    return texts(locale if locale in LOCALES else "en")[key].format_map(params)


def t_or(locale: str, key: str, otherwise: str, /, **params: str | int | float) -> str:
    """The text `key`, or the text `otherwise` where a code came that this version has no words for."""
    return t(locale, key if key in texts("en") else otherwise, **params)


def listed(locale: str, names: Iterable[str]) -> str:
    """Several, one after another, as the language separates them."""
    return ("、" if locale == "zh" else ", ").join(names)


def locale_of(slack_locale: str) -> str:
    """ "zh" for any Chinese that Slack names (zh-CN, zh-TW), else "en"."""
    return "zh" if slack_locale.lower().startswith("zh") else "en"


def language_of(text: str) -> str:
    """A guess at the locale of whoever wrote or reads a text: "zh" where there are Chinese characters, else "en"."""
    return "zh" if _HAN.search(text) else "en"


@cache
def texts(locale: str) -> dict[str, str]:
    """All texts of a locale by key."""
    read = yaml.safe_load(files(__name__).joinpath(f"{locale}.yaml").read_text(encoding="utf-8"))
    return {key: str(text).rstrip("\n") for key, text in read.items()}
