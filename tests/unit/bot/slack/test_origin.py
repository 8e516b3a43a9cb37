"""What people are told of where something came from, in both languages."""

from __future__ import annotations

import pytest

from bot.locales import LOCALES
from bot.slack.origin import labels_told, told
from engine.domain.provenance import Examined, Labels, Record, Seal, Standing
from engine.domain.result import ArtifactKind

RECORD = Record("0123456789abcdef", "T1", ArtifactKind.IMAGE, "ab" * 32, "", 1_700_000_000.0)
OWN = Labels(seal=Seal.BROKEN, sealed_here=True, sealed_id="0123456789abcdef-0")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Examined(Standing.OURS, RECORD), "Yes: job `0123456789abcdef` made this on 2023-11-14 22:13 UTC"),
        (Examined(Standing.OURS), "Yes: this app made and signed it"),
        (Examined(Standing.ALTERED, RECORD), "It looks like what job `0123456789abcdef` made on 2023-11-14"),
        (Examined(Standing.ALTERED, RECORD, OWN, by_label=True), "It looks like what job `0123456789abcdef` made"),
        (Examined(Standing.ALTERED, RECORD, by_label=True), "Its label names job `0123456789abcdef`"),
        (Examined(Standing.ALTERED, None, OWN, by_label=True), "This app signed it, but it was altered since."),
        (Examined(Standing.LABELLED, None, Labels("Acme", by_ai=True)), "this app did. The label names: Acme"),
        (Examined(Standing.LABELLED, None, Labels(by_ai=True)), "Its label says that an AI made it, but not that this"),
        (Examined(Standing.UNKNOWN), "Nothing is known about it"),
    ],
)
def test_what_is_said(found: Examined, said: str) -> None:
    assert said in told("en", found)
    assert told("zh", found) != told("en", found)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_a_strangers_label_says_can_do_nothing(locale: str) -> None:
    labels = Labels(
        "<!channel>", "`x`", Seal.WHOLE, signer="<https://evil.example|Slack>", generator="@here" * 99, by_ai=True
    )
    lines = [told(locale, Examined(Standing.LABELLED, None, labels)), *labels_told(locale, labels)]
    assert not any("<" in line or "`" in line or "://" in line for line in lines)
    assert all(len(line) < 600 for line in lines)


@pytest.mark.parametrize("seal", Seal)
def test_the_operator_is_told_of_the_seal(seal: Seal) -> None:
    assert any("Content Credentials" in line for line in labels_told("en", Labels(seal=seal)))
