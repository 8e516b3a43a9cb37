"""Content Credentials: what is signed, what is read back, and what becomes of them when a file is changed."""

from __future__ import annotations

import http.server
import io
import json
import logging
import shutil
import subprocess
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import c2pa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from PIL import Image

from engine.domain.provenance import Labels, Seal
from engine.provenance.certificates import Credentials, load_credentials
from engine.provenance.china import AI_MADE
from engine.provenance.credentials import GENERATION, Sealer, has_credentials, read
from tests.support.clock import Clock
from tests.support.pictures import FORMATS, file_of, scene
from tests.unit.engine.provenance.conftest import MAKING
from tests.unit.engine.provenance.test_certificates import configured


def manifests(data: bytes) -> list[dict[str, Any]]:
    """All that stand in a file, as c2pa reads them, the active one first."""
    kind = {b"\x89P": "image/png", b"\xff\xd8": "image/jpeg", b"RI": "image/webp"}[data[:2]]
    with c2pa.Reader(kind, io.BytesIO(data)) as reader:
        found = json.loads(reader.json())
    active = found["manifests"].pop(found["active_manifest"])
    return [active, *found["manifests"].values()]


def actions(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    (found,) = [a["data"]["actions"] for a in manifest["assertions"] if a["label"] == "c2pa.actions.v2"]
    return list(found)


@pytest.mark.parametrize("kind", FORMATS)
def test_they_say_what_made_it_and_that_it_was_an_ai(own: Credentials, kind: str) -> None:
    (manifest,) = manifests(Sealer(own).seal(file_of(scene(), kind), MAKING))
    (created,) = actions(manifest)
    assert (created["action"], created["digitalSourceType"]) == ("c2pa.created", AI_MADE)
    assert created["softwareAgent"] == {"name": "tiny", "version": "diffusers"}
    assert manifest["claim_generator_info"][0]["name"] == "AIGC"
    assert "thumbnail" not in manifest


@pytest.mark.parametrize("kind", FORMATS)
def test_what_we_signed_is_whole_and_ours(own: Credentials, kind: str) -> None:
    found = read(Sealer(own).seal(file_of(scene(), kind), MAKING), own.chain)
    assert found == Labels(
        seal=Seal.WHOLE,
        sealed_here=True,
        sealed_id="0123456789abcdef-0",
        signer="AIGC development, not to be trusted",
        generator="AIGC",
        by_ai=True,
    )
    assert found.job_id == "0123456789abcdef"


def test_of_the_prompt_there_is_only_a_hash_unless_the_policy_wants_it(own: Credentials) -> None:
    hashed = Sealer(own).seal(file_of(scene()), MAKING)
    assert b"private" not in hashed
    (assertion,) = [a["data"] for a in manifests(hashed)[0]["assertions"] if a["label"] == GENERATION]
    assert set(assertion) == {"id", "prompt_sha256"}
    assert len(assertion["prompt_sha256"]) == 64
    assert b"a very private red bicycle" in Sealer(own, with_prompt=True).seal(file_of(scene()), MAKING)


def test_they_take_few_bytes(own: Credentials) -> None:
    before = file_of(scene(1, 1024, 1024))
    assert len(Sealer(own).seal(before, MAKING)) - len(before) < 8_000


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_that_it_started_from_stays_a_source_with_its_own_credentials(own: Credentials, kind: str) -> None:
    first = Sealer(own).seal(file_of(scene(1), kind), replace(MAKING, job_id="earlier"))
    second = Sealer(own).seal(file_of(scene(2)), MAKING, [first, file_of(scene(3), "JPEG")])
    active, earlier = manifests(second)
    assert earlier["title"] == "earlier-0"
    kept, bare = active["ingredients"]
    assert (kept["relationship"], kept["active_manifest"]) == ("inputTo", earlier["label"])
    assert bare["relationship"] == "inputTo"
    assert "active_manifest" not in bare
    (created,) = actions(active)
    assert created["action"] == "c2pa.created"
    assert len(created["parameters"]["ingredients"]) == 2
    assert read(second, own.chain).seal is Seal.WHOLE


def test_a_source_whose_credentials_are_nonsense_is_named_without_them(own: Credentials) -> None:
    start = file_of(scene(1))
    box = b"\x00\x00\x00\x20jumbgarbage"
    after_header = 8 + 12 + 13
    chunk = len(box).to_bytes(4, "big") + b"caBX" + box + zlib.crc32(b"caBX" + box).to_bytes(4, "big")
    nonsense = start[:after_header] + chunk + start[after_header:]
    made = Sealer(own).seal(file_of(scene(2)), MAKING, [nonsense])
    (active,) = manifests(made)
    (bare,) = active["ingredients"]
    assert "active_manifest" not in bare
    assert read(made, own.chain).seal is Seal.WHOLE


@pytest.mark.parametrize("kind", FORMATS)
def test_one_flipped_bit_breaks_the_seal_but_not_whose_it_is(own: Credentials, kind: str) -> None:
    signed = bytearray(Sealer(own).seal(file_of(scene(), kind), MAKING))
    middle = {"PNG": signed.rfind(b"IDAT") + 40, "JPEG": len(signed) - 60, "WEBP": signed.find(b"VP8L") + 60}[kind]
    signed[middle] ^= 1
    found = read(bytes(signed), own.chain)
    assert (found.seal, found.sealed_here, found.job_id) == (Seal.BROKEN, True, "0123456789abcdef")


def test_nobody_can_change_what_our_seal_says(own: Credentials) -> None:
    signed = Sealer(own).seal(file_of(scene()), MAKING)
    forged = signed.replace(b"0123456789abcdef-0", b"fedcba9876543210-0")
    found = read(forged, own.chain)
    assert (found.sealed_here, found.sealed_id) == (False, "")
    assert found.seal is not Seal.WHOLE


def test_saving_it_again_takes_the_credentials_off(own: Credentials) -> None:
    with Image.open(io.BytesIO(Sealer(own).seal(file_of(scene()), MAKING))) as image:
        again = file_of(image)
    assert not has_credentials(again)
    assert read(again, own.chain) == Labels()


def test_another_installation_is_a_stranger(own: Credentials, tmp_path: Path) -> None:
    other = load_credentials(configured(tmp_path, ec.generate_private_key(ec.SECP256R1())))
    found = read(Sealer(other).seal(file_of(scene()), MAKING), own.chain)
    assert (found.seal, found.sealed_here, found.sealed_id, found.signer) == (Seal.WHOLE, False, "", "Acme")
    assert found.by_ai
    assert read(Sealer(own).seal(file_of(scene()), MAKING), "").sealed_here is False


def test_who_shares_our_authority_is_a_stranger_and_a_renewed_certificate_is_not(tmp_path: Path) -> None:
    authority = ec.generate_private_key(ec.SECP256R1())

    def signer(folder: str, name: str) -> Credentials:
        key = ec.generate_private_key(ec.SECP256R1())
        return load_credentials(configured(tmp_path / folder, key, name=name, root=authority))

    ours = signer("ours", "Acme labels")
    other, renewed = (
        read(Sealer(by).seal(file_of(scene()), MAKING), ours.chain)
        for by in (signer("other", "someone@example.com"), signer("renewed", "Acme labels"))
    )
    assert (other.seal, other.sealed_here, other.sealed_id) == (Seal.WHOLE, False, "")
    assert (renewed.seal, renewed.sealed_here, renewed.sealed_id) == (Seal.WHOLE, True, MAKING.id)


def test_damaged_credentials_are_told_apart_from_none(own: Credentials) -> None:
    signed = Sealer(own).seal(file_of(scene()), MAKING)
    at = signed.index(b"caBX")
    damaged = signed[:at] + signed[at : at + 400].replace(b"jumb", b"xxxx") + signed[at + 400 :]
    assert read(damaged, own.chain).seal in (Seal.UNREAD, Seal.BROKEN)
    assert read(b"no picture at all", own.chain) == Labels()


def test_many_threads_may_sign_at_once(own: Credentials) -> None:
    sealer, data = Sealer(own), file_of(scene())
    with ThreadPoolExecutor(8) as pool:
        signed = list(pool.map(lambda index: sealer.seal(data, replace(MAKING, index=index)), range(32)))
    assert [read(each, own.chain).sealed_id for each in signed] == [f"0123456789abcdef-{i}" for i in range(32)]


def test_reading_fetches_nothing(own: Credentials) -> None:
    """A file from anybody may say where its credentials are: that is no reason to go there."""
    with listening() as heard:
        info = c2pa.C2paSignerInfo(
            alg=b"es256", sign_cert=own.chain.encode(), private_key=own.key.encode(), ta_url=None
        )
        target = io.BytesIO()
        created = {"actions": [{"action": "c2pa.created", "digitalSourceType": AI_MADE}]}
        manifest = {
            "claim_generator_info": [{"name": "x"}],
            "assertions": [{"label": "c2pa.actions.v2", "data": created}],
        }
        with c2pa.Builder(manifest) as builder:
            builder.set_no_embed()
            builder.set_remote_url(f"{heard.url}/manifest.c2pa")
            with c2pa.Signer.from_info(info) as signer:
                builder.sign(signer, "image/png", io.BytesIO(file_of(scene())), target)
        assert heard.url.encode() in target.getvalue()
        read(target.getvalue() + b"c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71", own.chain)
    assert heard.requests == []


def test_an_authority_that_is_away_costs_the_time_stamp_alone(
    own: Credentials, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    with listening() as heard:
        sealer = Sealer(own, f"{heard.url}/tsa", clock=clock)
        with caplog.at_level(logging.WARNING):
            signed = sealer.seal(file_of(scene()), MAKING)
        assert read(signed, own.chain).seal is Seal.WHOLE
        assert "no time stamp" in caplog.text
        asked = len(heard.requests)
        assert asked > 0
        sealer.seal(file_of(scene()), MAKING)
        assert len(heard.requests) == asked  # left alone for a while: nobody waits for it with each picture
        clock.now += 120
        sealer.seal(file_of(scene()), MAKING)
        assert len(heard.requests) > asked


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed: no authority to ask")
def test_a_time_stamp_is_in_the_file(own: Credentials, tmp_path: Path) -> None:
    authority = OpensslAuthority(tmp_path)
    with listening(authority.answer) as heard:
        signed = Sealer(own, f"{heard.url}/tsa").seal(file_of(scene()), MAKING)
    assert heard.requests == ["/tsa"]
    assert manifests(signed)[0]["signature_info"]["time"].startswith("20")
    assert read(signed, own.chain).sealed_here


@dataclass
class OpensslAuthority:
    """RFC 3161 with `openssl ts`."""

    folder: Path

    def __post_init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        settings = configured(self.folder, key, purposes=[*usage], critical=True)
        assert settings.signing_certificate
        (self.folder / "serial").write_text("01")
        (self.folder / "tsa.cnf").write_text(
            f"[tsa]\nserial={self.folder}/serial\nsigner_cert={settings.signing_certificate}\n"
            f"certs={settings.signing_certificate}\nsigner_key={settings.signing_key}\nsigner_digest=sha256\n"
            "default_policy=1.2.3.4\ndigests=sha256,sha384,sha512\ness_cert_id_alg=sha256\n"
        )

    def answer(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-queryfile", "query", "-config", "tsa.cnf", "-section", "tsa"]
        subprocess.run([*command, "-out", "reply"], cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "reply").read_bytes()


@dataclass
class Heard:
    url: str
    requests: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


@contextmanager
def listening(answer: Any = None) -> Iterator[Heard]:
    """A server that says no, or what `answer` makes of a body, and remembers who came."""
    heard = Heard("")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            heard.requests.append(self.path)
            reply = answer(body) if answer else b""
            self.send_response(200 if reply else 503)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        do_GET = do_POST  # noqa: N815 - the library calls it

        def log_message(self, *_: Any) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
