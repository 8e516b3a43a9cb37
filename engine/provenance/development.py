"""A certificate for development: whole and valid, and vouched for by nobody. Made once, on first use."""

from __future__ import annotations

import datetime
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from engine.errors import ConfigurationError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

CHAIN, KEY = "chain.pem", "key.pem"

_VALID_DAYS = 3650


def ensure(folder: Path) -> None:
    """Chain and key are in `folder`: made by whoever comes first, beside their place, and moved there whole.

    Raises ConfigurationError where nothing can be written.
    """
    if not (folder / KEY).exists():
        ours = folder.with_name(f"{folder.name}.{uuid4().hex}")
        try:
            _make(ours)
            ours.rename(folder)
        except OSError as error:
            shutil.rmtree(ours, ignore_errors=True)
            if not (folder / KEY).exists():  # nobody else was quicker
                raise ConfigurationError(f"no certificate can be kept in {folder}: {error.strerror}") from error


def _make(folder: Path) -> None:
    """An authority that signs one certificate, and whose key is then forgotten."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    folder.mkdir(mode=0o700, parents=True)
    authority, signer = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issued = (_certificate(signer, authority), _certificate(authority, authority))
    chain = b"".join(certificate.public_bytes(serialization.Encoding.PEM) for certificate in issued)
    key = signer.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for name, content in ((CHAIN, chain), (KEY, key)):
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)


def _certificate(own: ec.EllipticCurvePrivateKey, issuer: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID

    authority, now = own is issuer, datetime.datetime.now(datetime.UTC)
    usage = x509.KeyUsage(
        digital_signature=not authority, key_cert_sign=authority, crl_sign=authority, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name("authority" if authority else "signer"))
        .issuer_name(_name("authority"))
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=_VALID_DAYS))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)
    )
    if not authority:
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(purposes, critical=False)
    return builder.sign(issuer, hashes.SHA256())


def _name(role: str) -> x509.Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "AIGC development, not to be trusted"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"AIGC development {role}"),
        ]
    )
