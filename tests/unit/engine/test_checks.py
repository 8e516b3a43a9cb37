"""What `aigc check` says of the safety policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from engine.checks import Finding, Mark, engine_checks
from engine.settings import EngineSettings
from tests.unit.engine.provenance.test_certificates import configured


def look(tmp_path: Path, text: str) -> Finding:
    path = tmp_path / "policy.yaml"
    path.write_text(f"name: x\nversion: 1\n{text}", encoding="utf-8")
    settings = EngineSettings(policy_file=path, redis_url="redis://127.0.0.1:1/0")
    return next(finding for finding in engine_checks(settings) if finding.name == "Safety policy")


def test_a_policy_in_order_is_named_with_its_version(tmp_path: Path) -> None:
    finding = look(tmp_path, "")
    assert (finding.mark, finding.detail[:4]) == (Mark.OK, "x@1+")


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("categories: {hat: {}}", "policy.yaml:3: categories.hat"),
        ("layers: {guard: {use: true}}", "set AIGC_GUARD_MODEL"),
        ("layers: {moderation: {use: true}}", "set AIGC_OPENAI_API_KEY"),
    ],
)
def test_a_policy_that_stops_the_workers_is_wrong(tmp_path: Path, text: str, detail: str) -> None:
    finding = look(tmp_path, text)
    assert finding.mark is Mark.WRONG
    assert detail in finding.detail


def test_a_review_that_nobody_does_is_a_warning(tmp_path: Path) -> None:
    finding = look(tmp_path, "categories: {hate: {action: review}}")
    assert finding.mark is Mark.WARNING
    assert "reviewers" in finding.detail


def test_a_development_certificate_is_a_warning_and_is_not_made_by_looking(tmp_path: Path) -> None:
    finding = labels(EngineSettings(data_dir=tmp_path / "data"))
    assert (finding.mark, "development" in finding.detail) == (Mark.WARNING, True)
    assert "AIGC_SIGNING_CERTIFICATE" in finding.advice
    assert not (tmp_path / "data").exists()


def test_a_certificate_that_ends_within_the_month_is_a_warning(tmp_path: Path) -> None:
    finding = labels(configured(tmp_path, ec.generate_private_key(ec.SECP256R1())))
    assert (finding.mark, "without time stamps" in finding.detail) == (Mark.WARNING, True)
    assert "soon" in finding.advice


def test_a_certificate_that_cannot_sign_is_wrong(tmp_path: Path) -> None:
    finding = labels(EngineSettings(data_dir=tmp_path, signing_certificate=tmp_path / "none.pem"))
    assert (finding.mark, "AIGC_SIGNING_KEY" in finding.detail) == (Mark.WRONG, True)


def labels(settings: EngineSettings) -> Finding:
    settings = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
    return next(finding for finding in engine_checks(settings) if finding.name == "Labels")
