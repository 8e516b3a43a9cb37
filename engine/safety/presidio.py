"""Personal data by the pattern recognisers of Microsoft Presidio (MIT): a second look, and many countries' numbers.

Its recognisers are asked one by one, without its AnalyzerEngine: that one takes the letters "pan" in "company" for
context, and any ten digits for a phone. Here a number counts if its form and checksum let next to no random number
through, or if a word that names it stands before it in the same sentence. What Presidio finds beyond (dates, URLs, IP
addresses, UUIDs, bare bank, licence and phone numbers) raises false alarms on business text, and its cards are but a
part of ours; names, places and addresses in words need a language model.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.domain.request import Kind
from engine.domain.safety import Category
from engine.safety.evidence import Evidence, Span
from engine.safety.normalise import Views
from engine.safety.personal import NO_PERSON
from engine.safety.recognisers import places
from engine.safety.stream import sentences

LEAST_DIGITS = 4
"""Sentences with fewer hold nothing that is asked for here."""
LOADING_S = 60.0
"""Longest that the first text waits for the import of Presidio, which brings spaCy and torch with it."""
BEFORE_CHARS = 60
"""How far before a number the word that names it may stand."""
LEAST_SCORE = 0.4
"""Presidio's own mark of a form that is more than digits; those with a word before them count whatever they score."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of Presidio's recognisers; with `after`, whole words one of which must stand before its number."""

    recogniser: str
    placeholder: str
    after: str = ""


_ID, _TAX, _HEALTH = "[id number]", "[tax number]", "[health number]"
WANTED = (
    Wanted("EmailRecognizer", "[email]"),
    Wanted("IbanRecognizer", "[iban]"),
    Wanted("PhoneRecognizer", "[phone]", r"(?:tele)?phone|tel\.?|mobile|cell|fax|whatsapp|call|text|reach|contact"),
    Wanted("CryptoRecognizer", "[wallet]"),
    Wanted("EsNieRecognizer", _ID),
    Wanted("FiPersonalIdentityCodeRecognizer", _ID),
    Wanted("ItFiscalCodeRecognizer", _TAX),
    Wanted("UkDrivingLicenceRecognizer", "[driving licence]"),
    Wanted("UkNinoRecognizer", _ID),
    Wanted("DeSocialSecurityRecognizer", _ID),
    Wanted("DeHealthInsuranceRecognizer", _HEALTH),
    Wanted("AuMedicareRecognizer", _HEALTH, "medicare"),
    Wanted("AuTfnRecognizer", _TAX, "tax file number|tfn"),
    Wanted("CaSinRecognizer", _ID, "sin|social insurance(?: number)?"),
    Wanted("DeIdCardRecognizer", _ID, "personalausweis(?:nummer)?|ausweis(?:nummer)?|id card|identity card"),
    Wanted("DeTaxIdRecognizer", _TAX, "steuer-?id(?:entifikationsnummer)?|steuerid|idnr|tax id"),
    Wanted("EsNifRecognizer", _ID, "dni|nif|documento nacional(?: de identidad)?"),
    Wanted("InAadhaarRecognizer", _ID, "aadhaar|aadhar|uidai"),
    Wanted("InPanRecognizer", _TAX, "pan|permanent account number"),
    Wanted("InVoterRecognizer", _ID, "voter(?: id)?|epic"),
    Wanted(
        "KrDriverLicenseRecognizer", "[driving licence]", "운전면허|면허번호|driver'?s licen[sc]e|driving licen[sc]e"
    ),
    Wanted("KrFrnRecognizer", _ID, "외국인등록번호|frn|foreigner registration(?: number)?"),
    Wanted("KrRrnRecognizer", _ID, "주민등록번호|rrn|resident registration(?: number)?"),
    Wanted("NgNinRecognizer", _ID, "nin|national identification(?: number)?"),
    Wanted("NhsRecognizer", _HEALTH, "nhs(?: number)?|national health service"),
    Wanted("PlPeselRecognizer", _ID, "pesel"),
    Wanted("SePersonnummerRecognizer", _ID, "personnummer|personal identity number|samordningsnummer"),
    Wanted("SgFinRecognizer", _ID, "nric|fin"),
    Wanted("ThTninRecognizer", _ID, "tnin|thai (?:national )?id(?: number)?|เลขบัตรประชาชน|เลขประจำตัวประชาชน"),
    Wanted("TrNationalIdRecognizer", _ID, "tckn|kimlik|tc no"),
    Wanted("UsItinRecognizer", _TAX, "itin|taxpayer(?: identification)?(?: number)?|tax id"),
    Wanted("UsMbiRecognizer", _HEALTH, "medicare|mbi|beneficiary"),
    Wanted("UsSsnRecognizer", "[ssn]", "ssn|social security(?: number)?"),
    Wanted("ZaIdNumberRecognizer", _ID, "south african id(?: number)?|rsa id|identity number|id number"),
)

_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""Presidio takes these for letters of a word: a number right after one would not begin there."""
_DIGIT = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True)
class _Asked:
    recogniser: Any
    placeholder: str
    after: re.Pattern[str] | None

    @property
    def entity(self) -> str:
        name: str = self.recogniser.supported_entities[0]
        return name.lower()

    def places(self, sentence: str) -> Iterator[tuple[int, int]]:
        if self.after and not self.after.search(sentence):
            return
        for hit in self.recogniser.analyze(_CJK.sub(" ", sentence), self.recogniser.supported_entities, None) or ():
            if self._counts(sentence[max(0, hit.start - BEFORE_CHARS) : hit.start], hit.score):
                yield hit.start, hit.end

    def _counts(self, before: str, score: float) -> bool:
        if NO_PERSON.search(before):
            return False
        return bool(self.after.search(before)) if self.after else score >= LEAST_SCORE


class PresidioCheck:
    """Judges sentence by sentence, so that a stream finds the same; what our own recognisers find is left to them."""

    name = "presidio"

    def __init__(self) -> None:
        self._loading = threading.Lock()

    def judge(self, views: Views, kind: Kind) -> Sequence[Evidence]:
        found = self.find(views.clean)
        known = [(start, end) for _, start, end in places(views.clean)] if found else []
        return [
            Evidence(Category.PERSONAL_DATA, 1.0, entity, Span(*views.raw_span(start, end), placeholder))
            for entity, placeholder, start, end in found
            if not any(start < taken_end and taken_start < end for taken_start, taken_end in known)
        ]

    def find(self, clean: str) -> list[tuple[str, str, int, int]]:
        """Presidio's entity in lower case, its placeholder, and where it stands in the clean text."""
        return [
            (asked.entity, asked.placeholder, offset + start, offset + end)
            for offset, sentence in sentences(clean)
            if "@" in sentence or len(_DIGIT.findall(sentence)) >= LEAST_DIGITS
            for asked in self._ready()
            for start, end in asked.places(sentence)
        ]

    def _ready(self) -> tuple[_Asked, ...]:
        with self._loading:
            return self._asked

    @cached_property
    def _asked(self) -> tuple[_Asked, ...]:
        import tldextract.tldextract
        from presidio_analyzer import predefined_recognizers

        # Its default fetches the public suffix list at the first e-mail address; this one has the list that it brings.
        tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
        logging.getLogger("presidio-analyzer").setLevel(logging.CRITICAL + 1)  # some of its errors quote the text
        return tuple(
            _Asked(
                getattr(predefined_recognizers, wanted.recogniser)(supported_language="en"),
                wanted.placeholder,
                re.compile(rf"(?<!\w)(?:{wanted.after})(?!\w)", re.IGNORECASE | re.ASCII) if wanted.after else None,
            )
            for wanted in WANTED
        )
