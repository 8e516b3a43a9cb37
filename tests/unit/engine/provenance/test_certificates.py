"""Certificates: one for development comes by itself; configured ones are looked at before they sign."""

from __future__ import annotations

import datetime
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from engine.errors import ConfigurationError
from engine.provenance.certificates import anchor, expires_at, known_chain, load_credentials
from engine.settings import EngineSettings

EMAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION
PEM = serialization.Encoding.PEM


def test_one_for_development_is_made_on_first_use_and_kept(data_dir: Path) -> None:
    settings = EngineSettings(data_dir=data_dir)
    assert known_chain(settings) == ""
    first = load_credentials(settings)
    assert (first.development, first.algorithm) == (True, "es256")
    assert load_credentials(settings) == first
    assert known_chain(settings) == first.chain
    signer, authority = x509.load_pem_x509_certificates(first.chain.encode())
    signer.verify_directly_issued_by(authority)
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert EMAIL in signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert expires_at(first.chain) > datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=3_000)


def test_nobody_else_may_read_it(data_dir: Path) -> None:
    load_credentials(EngineSettings(data_dir=data_dir))
    folder = data_dir / "certificates"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_many_processes_that_start_at_once_agree_on_one(data_dir: Path) -> None:
    settings = EngineSettings(data_dir=data_dir)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(load_credentials, [settings] * 16))
    assert len({each.chain for each in found}) == 1
    assert [path.name for path in data_dir.iterdir()] == ["certificates"]


def test_a_folder_that_cannot_be_written_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in the way")
    with pytest.raises(ConfigurationError, match="no certificate can be kept"):
        load_credentials(EngineSettings(data_dir=tmp_path / "data"))


def test_the_key_is_not_in_what_is_printed(data_dir: Path) -> None:
    assert "PRIVATE" not in repr(load_credentials(EngineSettings(data_dir=data_dir)))


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ec.generate_private_key(ec.SECP256R1()), "es256"),
        (ec.generate_private_key(ec.SECP384R1()), "es384"),
        (rsa.generate_private_key(65537, 2048), "ps256"),
        (ed25519.Ed25519PrivateKey.generate(), "ed25519"),
    ],
)
def test_a_configured_one_signs_with_its_own_algorithm(
    tmp_path: Path, key: ec.EllipticCurvePrivateKey, algorithm: str
) -> None:
    settings = configured(tmp_path, key)
    found = load_credentials(settings)
    assert (found.algorithm, found.development) == (algorithm, False)
    assert known_chain(settings) == found.chain


def test_a_key_of_an_unknown_kind_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="EC P-256"):
        load_credentials(configured(tmp_path, dsa.generate_private_key(2048)))  # type: ignore[arg-type]


def test_a_certificate_that_may_not_sign_is_a_wrong_setting(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    for purposes in ([ExtendedKeyUsageOID.SERVER_AUTH], []):
        with pytest.raises(ConfigurationError, match="emailProtection"):
            load_credentials(configured(tmp_path, key, purposes=purposes))


def test_a_certificate_without_its_issuer_is_a_wrong_setting(tmp_path: Path) -> None:
    settings = configured(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    assert settings.signing_certificate
    chain = settings.signing_certificate.read_text()
    settings.signing_certificate.write_text(chain.removesuffix(anchor(chain)))
    with pytest.raises(ConfigurationError, match="chain"):
        load_credentials(settings)


def test_a_key_of_another_certificate_is_a_wrong_setting(tmp_path: Path) -> None:
    settings = configured(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    other = configured(tmp_path / "other", ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(ConfigurationError, match="AIGC_SIGNING_KEY"):
        load_credentials(settings.model_copy(update={"signing_key": other.signing_key}))


@pytest.mark.parametrize("missing", ["signing_certificate", "signing_key"])
def test_one_without_the_other_is_a_wrong_setting(tmp_path: Path, missing: str) -> None:
    settings = configured(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(ConfigurationError, match="both"):
        load_credentials(settings.model_copy(update={missing: None}))


def test_a_file_that_is_none_is_a_wrong_setting_that_quotes_nothing(tmp_path: Path) -> None:
    settings = configured(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    assert settings.signing_key
    settings.signing_key.write_text("secret nonsense")
    with pytest.raises(ConfigurationError) as caught:
        load_credentials(settings)
    assert "nonsense" not in str(caught.value)
    settings.signing_key.unlink()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_credentials(settings)


def configured(
    folder: Path,
    key: ec.EllipticCurvePrivateKey,
    purposes: list[x509.ObjectIdentifier] | None = None,
    *,
    critical: bool = False,
    name: str = "signer",
    root: ec.EllipticCurvePrivateKey | None = None,
) -> EngineSettings:
    """Settings that name a certificate for `key` from the authority with the key `root`, or from one of its own."""
    folder.mkdir(exist_ok=True)
    root = root or ec.generate_private_key(ec.SECP256R1())
    wanted = [EMAIL] if purposes is None else purposes
    extended = x509.ExtendedKeyUsage(wanted) if wanted else None
    leaf, authority = certificate(name, key, root, extended, critical), certificate("authority", root, root, None)
    (folder / "chain.pem").write_bytes(leaf.public_bytes(PEM) + authority.public_bytes(PEM))
    private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(private)
    return EngineSettings(
        data_dir=folder / "data", signing_certificate=folder / "chain.pem", signing_key=folder / "key.pem"
    )


def certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: ec.EllipticCurvePrivateKey,
    usage: x509.ExtendedKeyUsage | None,
    critical: bool = False,
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    ca = key is issuer
    key_usage = x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Acme"), named(name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Acme"), named("authority")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(key_usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)
    )
    return (builder.add_extension(usage, critical=critical) if usage else builder).sign(issuer, hashes.SHA256())


def named(name: str) -> x509.NameAttribute[str]:
    return x509.NameAttribute(NameOID.COMMON_NAME, name)
