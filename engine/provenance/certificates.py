"""The certificates that labels are signed with: the configured ones, or a pair for development made on first use.

What a certificate must be like: C2PA specification, "Credential Types" (X.509 v3, digitalSignature, the extended key
usage emailProtection or documentSigning, issued by another certificate).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import ConfigurationError
from engine.provenance import development
from engine.settings import EngineSettings

if TYPE_CHECKING:
    from cryptography import x509

FOLDER = "certificates"
"""Where in the data folder the development certificate is."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs a label."""

    chain: str
    """PEM, the signer's certificate first, the one that all trust last."""
    key: str
    """PEM, PKCS#8, without a password."""
    algorithm: str
    """C2PA's name of it, e.g. "es256"."""
    development: bool

    def __repr__(self) -> str:
        return f"Credentials({self.algorithm}, development={self.development})"


def load_credentials(settings: EngineSettings) -> Credentials:
    """The configured ones, or those for development. Raises ConfigurationError for what cannot sign."""
    if not configured(settings):
        folder = settings.data_dir / FOLDER
        development.ensure(folder)
        return Credentials(
            _read(folder / development.CHAIN), _read(folder / development.KEY), "es256", development=True
        )
    if settings.signing_certificate is None or settings.signing_key is None:
        raise ConfigurationError("set both AIGC_SIGNING_CERTIFICATE and AIGC_SIGNING_KEY, or neither")
    chain, key = _read(settings.signing_certificate), _read(settings.signing_key)
    return Credentials(chain, key, _checked(chain, key), development=False)


def configured(settings: EngineSettings) -> bool:
    return settings.signing_certificate is not None or settings.signing_key is not None


def known_chain(settings: EngineSettings) -> str:
    """The chain (PEM) that our labels are signed with, without making any or reading a key; "" before the first one."""
    path = settings.signing_certificate or settings.data_dir / FOLDER / development.CHAIN
    return _read(path) if path.exists() else ""


def anchor(chain: str) -> str:
    """The last certificate of a chain."""
    start = chain.rfind("-----BEGIN CERTIFICATE-----")
    return chain[start:] if start >= 0 else ""


def holder(chain: str) -> tuple[str, str]:
    """Organisation and common name of the signer's certificate, "" for what it lacks. Raises ValueError for no PEM."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    subject = x509.load_pem_x509_certificates(chain.encode())[0].subject
    organisation, name = (
        next((str(each.value) for each in subject.get_attributes_for_oid(oid)), "")
        for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
    )
    return organisation, name


def expires_at(chain: str) -> datetime.datetime:
    """When the signer's certificate ends, UTC."""
    from cryptography import x509

    return x509.load_pem_x509_certificates(chain.encode())[0].not_valid_after_utc


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be read: {type(error).__name__}") from error


def _checked(chain: str, key: str) -> str:
    """The algorithm of a key that belongs to a certificate which may sign labels. Raises ConfigurationError."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    try:
        certificates = x509.load_pem_x509_certificates(chain.encode())
        private = serialization.load_pem_private_key(key.encode(), None)
    except (ValueError, TypeError) as error:
        raise ConfigurationError("the signing certificate or key is no PEM, or the key has a password") from error
    if len(certificates) < 2 or certificates[0].issuer == certificates[0].subject:
        raise ConfigurationError(
            "AIGC_SIGNING_CERTIFICATE must be a chain: the signer's certificate, then its issuer's"
        )
    if private.public_key() != certificates[0].public_key():
        raise ConfigurationError("AIGC_SIGNING_KEY does not belong to the first of AIGC_SIGNING_CERTIFICATE")
    if not _may_sign(certificates[0]):
        raise ConfigurationError(
            "the signing certificate lacks the extended key usage emailProtection or documentSigning, which C2PA needs"
        )
    return _algorithm(private)


def _may_sign(certificate: x509.Certificate) -> bool:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    allowed = (ExtendedKeyUsageOID.EMAIL_PROTECTION, x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"))
    return any(usage in usages for usage in allowed)


def _algorithm(key: Any) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, ec.EllipticCurvePrivateKey) and key.key_size in (256, 384, 521):
        return {256: "es256", 384: "es384", 521: "es512"}[key.key_size]
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
        return "ps256"
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    raise ConfigurationError("the signing key is of a kind that C2PA does not know: use EC P-256")
