"""What `aigc check` says of the safety policy, the limits and the labels."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from engine.checks import Finding, Mark, engine_checks
from engine.settings import EngineSettings, ModelSpec
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


GPT = ModelSpec(backend="openai", model="gpt-5-mini")
PRICED = ModelSpec(backend="openai", model="gpt-image-1", options={"usd_per_image": 0.04})
LOCAL = ModelSpec(backend="transformers", model="embedded")


def limits(folder: Path, text: str, *models: ModelSpec) -> Finding:
    file = folder / "limits.yaml"
    file.write_text(text, encoding="utf-8")
    named = {spec.model: spec for spec in models}
    settings = EngineSettings(
        limits_file=file, text_models=named or {"local": LOCAL}, redis_url="redis://127.0.0.1:1/0"
    )
    return next(finding for finding in engine_checks(settings) if finding.name == "Limits")


def test_a_mistake_in_the_limits_is_told_with_its_line(tmp_path: Path) -> None:
    finding = limits(tmp_path, "each_user:\n  images_a_day: 3\n")
    assert (finding.mark, "limits.yaml:2: each_user.images_a_day" in finding.detail) == (Mark.WRONG, True)


def test_a_model_that_costs_money_and_has_no_price_is_a_warning_where_there_is_a_budget(tmp_path: Path) -> None:
    finding = limits(tmp_path, "budget: {usd_per_day: 5}\n", LOCAL, GPT, PRICED)
    assert (finding.mark, finding.detail) == (Mark.WARNING, "no price, so no budget counts: gpt-5-mini")


@pytest.mark.parametrize(
    ("text", "models"), [("each_user: {}\n", [GPT]), ("budget: {usd_per_month: 5}\n", [LOCAL, PRICED])]
)
def test_without_a_budget_or_with_all_prices_the_limits_are_well(
    tmp_path: Path, text: str, models: list[ModelSpec]
) -> None:
    assert limits(tmp_path, text, *models).mark is Mark.OK


def found(name: str, settings: EngineSettings) -> Finding:
    return next(finding for finding in engine_checks(settings) if finding.name == name)


def test_recipes_are_counted_and_a_mistake_in_one_is_told_with_its_line(tmp_path: Path) -> None:
    nowhere = "redis://127.0.0.1:1/0"
    well = found("Recipes", EngineSettings(redis_url=nowhere))
    assert (well.mark, "brand-style" in well.detail) == (Mark.OK, True)
    (tmp_path / "mine.yaml").write_text("name: mine\nkind: sing\n", encoding="utf-8")
    wrong = found("Recipes", EngineSettings(redis_url=nowhere, recipes_dir=tmp_path))
    assert (wrong.mark, "mine.yaml:2: kind" in wrong.detail) == (Mark.WRONG, True)


def test_a_voice_that_nobody_has_is_told(tmp_path: Path) -> None:
    (tmp_path / "voices.yaml").write_text("teams: {marketing: {forbidden: [best]}}\n", encoding="utf-8")
    (tmp_path / "teams.yaml").write_text("marketing: [U0CARA333]\n", encoding="utf-8")
    settings = EngineSettings(redis_url="redis://127.0.0.1:1/0", voices_file=tmp_path / "voices.yaml")
    wrong = found("Voices", settings)
    assert (wrong.mark, "marketing" in wrong.detail) == (Mark.WRONG, True)
    assert found("Voices", settings.model_copy(update={"teams_file": tmp_path / "teams.yaml"})).mark is Mark.OK
