"""Advice that a professional should check is known, asked for or given; writing about those who give it is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.domain.request import Kind
from engine.domain.safety import Action, Category, Where
from engine.safety.policy import Policy
from engine.safety.recognisers import RecogniserCheck
from engine.safety.rules import PatternCheck
from tests.unit.engine.safety.conftest import make_filter, ordinary

COPY = Where(Kind.COPY)
MEDICAL, LEGAL, FINANCIAL = Category.ADVICE_MEDICAL, Category.ADVICE_LEGAL, Category.ADVICE_FINANCIAL

ADVICE = [
    (MEDICAL, "Can I take ibuprofen with my blood pressure pills?"),
    (MEDICAL, "Adults should take two 200 mg tablets every six hours."),
    (MEDICAL, "How do I treat a migraine at home?"),
    (MEDICAL, "If you have diabetes, you must avoid fruit juice."),
    (MEDICAL, "What are the symptoms of pneumonia?"),
    (MEDICAL, "If it gets worse, talk to your doctor."),
    (MEDICAL, "成人每次服用两片，每日三次，每次200mg。"),
    (MEDICAL, "孩子发烧怎么办？"),
    (MEDICAL, "高血压患者应避免高盐饮食，并请遵医嘱。"),
    (LEGAL, "Can my landlord evict me without notice?"),
    (LEGAL, "You may be entitled to compensation if you were dismissed."),
    (LEGAL, "Should I sue my employer for unpaid overtime?"),
    (LEGAL, "Under section 21 of the Housing Act your tenant has two months."),
    (LEGAL, "公司这样裁员合法吗？"),
    (LEGAL, "根据《劳动合同法》第四十七条，劳动者可以获得补偿。"),
    (LEGAL, "被拖欠工资，怎么申请仲裁？"),
    (FINANCIAL, "Should I buy Tesla stock now?"),
    (FINANCIAL, "You should put 20% of your savings into index funds."),
    (FINANCIAL, "Is it wise to pay off my mortgage first, before I invest?"),
    (FINANCIAL, "现在还能买比特币吗？"),
    (FINANCIAL, "建议逢低买入，建议加仓。"),
    (FINANCIAL, "把工资的30%用于投资基金。"),
]

NO_ADVICE = [
    "A post for our clinic's new opening hours",
    "An invitation to the law firm's summer party",
    "A newsletter for a bank that opens a branch in Leeds",
    "Take two bottles and pay for one",
    "Take a tablet with you: our e-book reader weighs 200 g",
    "You should buy this jacket",
    "Our vitamin water comes in 500 ml bottles",
    "Stocks are limited: order the winter boots now",
    "We share your concern and will refund the invoice",
    "Treat yourself to a weekend at the lake",
    "An onboarding mail for new employees of the pharmacy",
    "Invest in good shoes for your team",
    "为新开的口腔诊所写一则开业海报",
    "律师事务所年会邀请函",
    "银行推出新的信用卡，首年免年费",
    "这款面霜适合敏感肌，每天早晚使用",
    "写一份股东大会的通知",
    "每次购买满两件打八折",
]


@pytest.mark.parametrize(("category", "text"), ADVICE)
def test_advice_is_shown_with_its_disclaimer(category: Category, text: str) -> None:
    safety = make_filter(PatternCheck())
    for verdict in (safety.check_prompt(text, COPY), safety.check_text(text, COPY)):
        assert verdict.action is Action.DISCLAIM
        assert verdict.allowed
        assert category.value.replace("/", "_") in verdict.disclaimers


@pytest.mark.parametrize("text", [*NO_ADVICE, *(text for _, text in ordinary())])
def test_what_is_no_advice_has_no_disclaimer(text: str) -> None:
    assert make_filter(PatternCheck()).check_text(text, COPY).disclaimers == ()


def test_a_picture_gives_no_advice() -> None:
    assert make_filter(PatternCheck()).check_prompt(ADVICE[0][1], Where(Kind.DRAW)).action is Action.ALLOW


@pytest.mark.parametrize("action", ["allow", "review", "refuse"])
def test_the_policy_may_say_otherwise(policy_of: Callable[[str], Policy], action: str) -> None:
    policy = policy_of(f"name: x\nversion: 1\ncategories: {{advice/medical: {{action: {action}}}}}")
    verdict = make_filter(PatternCheck(), policy=policy).check_prompt(ADVICE[0][1], COPY)
    assert verdict.action.value == action
    assert verdict.disclaimers == (("advice_medical",) if action == "review" else ()), "also for what is approved"


def test_a_text_with_advice_and_an_address_is_redacted_and_has_its_disclaimer() -> None:
    verdict = make_filter(RecogniserCheck(), PatternCheck()).check_text(
        "Talk to your doctor, or write to ann@example.com.", COPY
    )
    assert (verdict.action, verdict.text) == (Action.REDACT, "Talk to your doctor, or write to [email].")
    assert verdict.disclaimers == ("advice_medical",)
