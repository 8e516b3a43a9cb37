"""Signs pictures with Content Credentials, and reads them (C2PA specification 2.x, through c2pa-python).

Thumbnails are off: they would cost ten times the time and most of the bytes. Nothing is fetched when reading: a file
from anybody may name any address.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from typing import Any

from engine.domain.provenance import Labels, Making, Seal
from engine.provenance.certificates import Credentials, anchor, holder
from engine.provenance.china import AI_MADE
from engine.provenance.opening import media_type
from engine.starting_image import normalized

log = logging.getLogger(__name__)

APP = "AIGC"
"""What the credentials call this program."""
GENERATION = "org.aigc.generation"
"""Label of our own assertion: the id of what was made, and the prompt or its hash."""

_STAMP_PAUSE_S = 60.0
_MARKER = b"c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71"
"""How a store of credentials begins, whatever holds it (the type of its JUMBF box)."""
_OFFLINE = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
_NO_THUMBNAILS = {"builder": {"thumbnail": {"enabled": False}}}


def has_credentials(data: bytes) -> bool:
    return _MARKER in data


@dataclass(slots=True)
class Sealer:
    """Signs. Safe to use from many threads."""

    credentials: Credentials
    timestamp_url: str = ""
    """RFC 3161 time-stamping authority; "" for signatures without a time stamp."""
    with_prompt: bool = False
    """Write the prompt itself, not only its hash."""
    clock: Callable[[], float] = time.monotonic
    _no_stamp_until: float = field(default=float("-inf"))

    def seal(self, data: bytes, making: Making, sources: Sequence[bytes] = ()) -> bytes:
        """`data` with its credentials, which name `sources` as what it was made from.

        A time-stamping authority that does not answer costs the time stamp, not the picture: the file is signed
        without one, says so itself, and the log has a warning. Raises c2pa.C2paError if it cannot be signed.
        """
        sources = [_readable(source) for source in sources]
        if self.timestamp_url and self.clock() >= self._no_stamp_until:
            try:
                return self._sign(data, making, sources, self.timestamp_url)
            except _error() as error:
                self._no_stamp_until = self.clock() + _STAMP_PAUSE_S
                log.warning("no time stamp, for now pictures are signed without one: %s", _first_line(error))
        return self._sign(data, making, sources, None)

    def _sign(self, data: bytes, making: Making, sources: Sequence[bytes], stamp_url: str | None) -> bytes:
        import c2pa

        kind, own = media_type(data), self.credentials
        info = c2pa.C2paSignerInfo(
            alg=own.algorithm.encode(),
            sign_cert=own.chain.encode(),
            private_key=own.key.encode(),
            ta_url=stamp_url.encode() if stamp_url else None,
        )
        target = BytesIO()
        with (
            c2pa.Context.from_dict(_NO_THUMBNAILS | _OFFLINE) as context,
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(self._manifest(making, kind, len(sources)), context=context) as builder,
        ):
            for number, source in enumerate(sources):
                ingredient = {"title": "source", "relationship": "inputTo", "label": _ingredient(number)}
                builder.add_ingredient(ingredient, media_type(source), BytesIO(source))
            builder.sign(signer, kind, BytesIO(data), target)
        return target.getvalue()

    def _manifest(self, making: Making, kind: str, sources: int) -> dict[str, Any]:
        created: dict[str, Any] = {
            "action": "c2pa.created",
            "digitalSourceType": AI_MADE,
            "softwareAgent": {"name": making.model or APP, "version": making.backend},
        }
        if sources:
            created["parameters"] = {"ingredientIds": [_ingredient(number) for number in range(sources)]}
        generation = {"id": making.id, "prompt_sha256": hashlib.sha256(making.prompt.encode()).hexdigest()}
        if self.with_prompt:
            generation["prompt"] = making.prompt
        return {
            "claim_generator_info": [{"name": APP, "version": _version()}],
            "title": making.id,
            "format": kind,
            "assertions": [
                {"label": "c2pa.actions.v2", "data": {"actions": [created]}},
                {"label": GENERATION, "data": generation},
            ],
        }


def _readable(source: bytes) -> bytes:
    """`source`, or its pixels alone where what it holds for credentials is none: anybody may give any file."""
    import c2pa

    try:
        with c2pa.Context.from_dict(_NO_THUMBNAILS | _OFFLINE) as context, c2pa.Builder({}, context=context) as builder:
            builder.add_ingredient({"title": "source"}, media_type(source), BytesIO(source))
    except _error() as error:
        log.warning("a source's credentials cannot be read, it is named without them: %s", _first_line(error))
        return normalized(source)
    return source


def read(data: bytes, chain: str) -> Labels:
    """What the credentials in `data` say; `chain` (PEM) is what our own are signed with, or ""."""
    if not has_credentials(data):
        return Labels()
    import c2pa

    settings = _OFFLINE | ({"trust": {"trust_anchors": anchor(chain)}} if chain else {})
    try:
        with (
            c2pa.Context.from_dict(settings) as context,
            c2pa.Reader(media_type(data), BytesIO(data), context=context) as reader,
        ):
            found = json.loads(reader.json())
        own = holder(chain) if chain else ("", "")
    except (c2pa.C2paError, ValueError) as error:
        log.info("Content Credentials that cannot be read: %s", type(error).__name__)
        return Labels(seal=Seal.UNREAD)
    return _labels(found, own)


def _labels(found: Mapping[str, Any], own: tuple[str, str]) -> Labels:
    manifests = found.get("manifests") or {}
    active = manifests.get(found.get("active_manifest")) or {}
    whole = found.get("validation_state") in ("Valid", "Trusted")
    signature, programs = active.get("signature_info") or {}, active.get("claim_generator_info") or [{}]
    labels = Labels(
        seal=Seal.WHOLE if whole else Seal.BROKEN,
        signer=str(signature.get("issuer") or signature.get("common_name") or ""),
        generator=str(programs[0].get("name") or ""),
        by_ai=any("lgorithmicMedia" in kind for manifest in manifests.values() for kind in _source_types(manifest)),
    )
    by = (str(signature.get("issuer") or ""), str(signature.get("common_name") or ""))
    if not (any(own) and by == own and _is_trusted(found)):
        return labels
    ids = [a["data"].get("id") for a in active.get("assertions") or () if a.get("label") == GENERATION]
    return replace(labels, sealed_here=True, sealed_id=str(ids[0]) if ids else "")


def _is_trusted(found: Mapping[str, Any]) -> bool:
    """Whether our authority vouches for the signer, and it says what they said, even if the picture is another by now.

    That alone does not make it ours: a public authority vouches for everybody who buys a certificate of it.
    """
    results = (found.get("validation_results") or {}).get("activeManifest") or {}
    good = {entry.get("code") for entry in results.get("success") or ()}
    bad = {entry.get("code") for entry in results.get("failure") or ()}
    return {
        "signingCredential.trusted",
        "claimSignature.validated",
    } <= good and "assertion.hashedURI.mismatch" not in bad


def _source_types(manifest: Mapping[str, Any]) -> Iterator[str]:
    for assertion in manifest.get("assertions") or ():
        if str(assertion.get("label", "")).startswith("c2pa.actions"):
            for action in (assertion.get("data") or {}).get("actions") or ():
                yield str(action.get("digitalSourceType") or "")


def _ingredient(number: int) -> str:
    return f"source-{number}"


def _version() -> str:
    try:
        return version("aigc")
    except PackageNotFoundError:
        return "0"


def _error() -> type[Exception]:
    import c2pa

    error: type[Exception] = c2pa.C2paError
    return error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:200]
