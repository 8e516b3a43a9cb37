"""Tells whoever asked where a text came out in another language than they asked for: English for Chinese, or reversed.

A small model that knows English alone answers a Chinese request in English.
"""

from __future__ import annotations

import re
from dataclasses import replace

from engine.domain.language import language
from engine.domain.request import CopyParams, RevisionMode
from engine.domain.result import Result
from engine.steps.run import Run

OTHER_LANGUAGE = "other_language"
"""A notice: a text is not in the language of its request."""

_NAMED = re.compile(
    r"[英中汉德法日韩俄外双][文语]|双语|语言|[牙利伯]语|粤语|译"
    r"|\b(?:translat\w*|bilingual|multilingual|languages?|english|chinese|mandarin|cantonese|german|french|spanish"
    r"|japanese|korean|italian|portuguese|russian|dutch|arabic)\b",
    re.IGNORECASE,
)
_OWN = {"zh": ("中文", "汉语", "chinese", "mandarin"), "en": ("英文", "英语", "english")}


def noticed(run: Run, result: Result) -> Result:
    """The result with a notice where one of its texts is in the other language; as it is where nobody can tell."""
    wanted = _wanted(run)
    written = {language(artifact.text) for artifact in result.artifacts}
    if not wanted or written <= {wanted, ""}:
        return result
    return replace(result, notices=(*result.notices, OTHER_LANGUAGE))


def _wanted(run: Run) -> str:
    """ "en" or "zh"; "" where it is neither, or not clear, as where a request speaks of another language."""
    params, first = run.job.request.params, run.lineage[0].request.prompt
    changes = [job.request.revision for job in run.lineage if job.request.revision]
    said = [change.instruction for change in changes if change.mode is RevisionMode.EDIT]
    if isinstance(params, CopyParams) and params.lang:
        lang = params.lang.split("-")[0]
        return lang if lang in _OWN and _clear("\n".join(said), lang) else ""
    lang = language(first)
    one = all(language(text) in (lang, "") for text in said)
    return lang if lang and one and _clear("\n".join((first, *said)), lang) else ""


def _clear(text: str, lang: str) -> bool:
    """It names no other language than this one."""
    return all(named.casefold() in _OWN[lang] for named in _NAMED.findall(text))
