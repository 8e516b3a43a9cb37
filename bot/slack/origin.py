"""Says in words where a text or a picture came from; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.locales import t
from bot.slack.text import cut, escape, one_line
from engine.domain.provenance import Examined, Labels, Seal, Standing

_NAME_CHARS = 80


def told(locale: str, found: Examined) -> str:
    """As mrkdwn. What stands in a label anybody may have written: it is made inert."""
    key = f"origin.{found.standing.value}"
    match found:
        case Examined(Standing.LABELLED):
            by = " · ".join(_names(found.labels))
            return t(locale, key, by=by) if by else t(locale, f"{key}_unnamed")
        case Examined(Standing.UNKNOWN):
            return t(locale, key)
        case Examined(record=None):
            return t(locale, f"{key}_unrecorded")
        case Examined(Standing.ALTERED, by_label=True) if not found.labels.sealed_here:
            key = "origin.altered_label"
    assert found.record is not None  # noqa: S101 - said above
    return t(locale, key, job=found.record.job_id, when=_when(found.record.at))


def labels_told(locale: str, labels: Labels) -> Iterator[str]:
    """What is written in a file, line by line, for the operator."""
    if labels.producer or labels.produce_id:
        yield t(locale, "origin.label", producer=_safe(labels.producer), id=_safe(labels.produce_id))
    yield t(locale, f"origin.seal.{labels.seal.value}", signer=_safe(labels.signer) or "?")


def _names(labels: Labels) -> list[str]:
    names = (labels.producer, labels.generator, labels.signer if labels.seal is not Seal.NONE else "")
    return list(dict.fromkeys(_safe(name) for name in names if name))


def _safe(name: str) -> str:
    return escape(cut(one_line(name), _NAME_CHARS)).replace("`", "'")


def _when(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
