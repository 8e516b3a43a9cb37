"""The label that GB 45438-2025 (China) asks for: seven keys in JSON, in XMP and in EXIF or a text chunk.

Carriers: TC260-PG-20259A, the image guide of the standard's committee. The XMP property holds the seven keys alone;
the alternative of Annex B, EXIF's UserComment, holds them inside {"AIGC": ...}. Readers accept both, so both are
written. The XMP packet also says it in the words of the IPTC (Digital Source Type), which other programs look for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from PIL import Image

ALLOWED = r"[\x21\x23-\x5b\x5d-\x7e]"
"""What names and numbers may be made of: printable, no space, no quotation mark, no backslash (Annex E)."""

AI_MADE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's word for what a model made; C2PA's actions use it too."""

_IS_MADE_BY_AI = "1"
_NAMESPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
_EXIF_IFD = 0x8769
_USER_COMMENT = 0x9286
_ORIENTATION = 0x0112
_ASCII = b"ASCII\0\0\0"
_BEGIN, _END = re.compile(r"<\w+:AIGC\b[^<>]*>"), re.compile(r"</\w+:AIGC>")
_ATTRIBUTE = re.compile(r"\bTC260:AIGC\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ENTITIES = {"&quot;": '"', "&#34;": '"', "&apos;": "'", "&lt;": "<", "&gt;": ">", "&amp;": "&"}


@dataclass(frozen=True, slots=True)
class ChinaLabel:
    """Who made a file, and what they call it. Whoever makes it is the first to spread it, too."""

    producer: str
    produce_id: str

    def keys(self) -> dict[str, str]:
        return {
            "Label": _IS_MADE_BY_AI,
            "ContentProducer": self.producer,
            "ProduceID": self.produce_id,
            "ReservedCode1": "",
            "ContentPropagator": self.producer,
            "PropagateID": self.produce_id,
            "ReservedCode2": "",
        }

    def bare(self) -> str:
        """The seven keys as JSON."""
        return json.dumps(self.keys(), separators=(",", ":"))

    def wrapped(self) -> str:
        return json.dumps({"AIGC": self.keys()}, separators=(",", ":"))


def parse(text: str) -> ChinaLabel | None:
    """From JSON in either form; None for what is no such label, or says that no AI made it."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, Mapping) and isinstance(found.get("AIGC"), Mapping):
        found = found["AIGC"]
    if not isinstance(found, Mapping) or str(found.get("Label")) not in ("1", "2", "3"):
        return None
    return ChinaLabel(str(found.get("ContentProducer", ""))[:200], str(found.get("ProduceID", ""))[:200])


def xmp(label: ChinaLabel) -> bytes:
    """An XMP packet (ISO 16684-1)."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:TC260="{_NAMESPACE}"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        f"<TC260:AIGC>{escape(label.bare())}</TC260:AIGC>"
        f"<Iptc4xmpExt:DigitalSourceType>{AI_MADE}</Iptc4xmpExt:DigitalSourceType>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def from_xmp(packet: str) -> ChinaLabel | None:
    """From an XMP packet, as an element or as an attribute.

    Not parsed as XML: it may come from anybody. Nor is any of it read twice: it may be megabytes.
    """
    begin = _BEGIN.search(packet)
    end = _END.search(packet, begin.end()) if begin else None
    attribute = _ATTRIBUTE.search(packet)
    if begin and end:
        text = packet[begin.end() : end.start()]
    elif attribute:
        text = attribute[1] or attribute[2] or ""
    else:
        return None
    return parse(re.sub("|".join(_ENTITIES), lambda entity: _ENTITIES[entity[0]], text))


def exif(label: ChinaLabel, orientation: int = 1) -> bytes:
    """EXIF with the label as UserComment, and which side is up where that is not the first; from "Exif" on."""
    made = Image.Exif()
    made.get_ifd(_EXIF_IFD)[_USER_COMMENT] = _ASCII + label.wrapped().encode()
    if orientation != 1:
        made[_ORIENTATION] = orientation
    return made.tobytes()


def from_exif(found: Image.Exif) -> ChinaLabel | None:
    comment = found.get_ifd(_EXIF_IFD).get(_USER_COMMENT)
    if isinstance(comment, bytes):
        comment = comment.removeprefix(_ASCII).decode("utf-8", "replace")
    return parse(comment.strip("\0 ")) if isinstance(comment, str) else None


def orientation(image: Image.Image) -> int:
    """EXIF's Orientation, 1 where there is none."""
    return int(image.getexif().get(_ORIENTATION, 1))
