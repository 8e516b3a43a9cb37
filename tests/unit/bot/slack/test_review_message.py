"""What reviewers see: all they need to decide, nothing that acts, and in the end who decided."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.locales import LOCALES
from bot.playground.blockkit import checked_blocks
from bot.ports import Now, Shown
from bot.slack.review_message import ReviewRenderer
from engine.domain.job import Job, Origin, State
from engine.domain.request import CopyParams, Kind, Request, Revision
from engine.domain.result import Artifact, ArtifactKind, Result, Shortfall
from engine.domain.review import Hold, Outcome
from engine.domain.safety import Action, Category, Finding, Stage
from tests.support.drafts import LINK, draft, sent
from tests.support.reviews import decision, held, looked_at, verdict
from tests.unit.bot.slack.test_message import lines

REASON = "\n>off brand\nThe result is shown to nobody."


def job(result: Result | None = None, state: State = State.HELD, prompt: str = "a cure", locale: str = "en") -> Job:
    request = Request(Kind.COPY, prompt, CopyParams())
    origin = Origin("T1", "C1", "U1", locale=locale)
    return Job("a1", origin, request, 100.0, state, "a1", 1, result=result or held(expires_at=1e9))


def shown(of: Job) -> tuple[Shown, ...]:
    return ReviewRenderer().show(of, Now(), {})


def test_a_reviewer_sees_who_asked_for_what_why_it_waits_and_the_result() -> None:
    [message] = shown(job())
    assert lines(message) == [
        "{'type': 'plain_text', 'text': 'Review wanted', 'emoji': True}",
        "<@U1> in <#C1> asked for: copy",
        "*Request*\n>a cure",
        "*Why it is held*\n• a company rule: score 0.90 by company (claims), in the result",
        "*Result*",
        "A guaranteed cure.",
        "Refused on 2001-09-09 01:46 UTC if nobody decides · policy acme@3 · job a1",
        "[Approve] [Reject]",
    ]


def test_a_reviewer_sees_what_the_text_is_not() -> None:
    result = held(expires_at=1e9)
    short = replace(result.artifacts[0], shortfalls=(Shortfall("no_list"),))
    [message] = shown(job(replace(result, artifacts=(short,))))
    assert ":warning: Please look at this before you use it:\n• It is not a list." in lines(message)


def test_reviewers_are_asked_in_the_language_of_the_policy_or_of_whoever_asked() -> None:
    assert "请审核" in shown(job(locale="zh"))[0].text
    assert "Review wanted" in shown(job(held(lang="en"), locale="zh"))[0].text


def test_a_revision_and_an_appeal_say_so() -> None:
    of = job()
    request = replace(of.request, revision=Revision("p", instruction="stronger"), appeal_of="b2")
    said = "\n".join(lines(shown(replace(of, request=request))[0]))
    assert "*Change asked for*\n>stronger" in said
    assert "It was refused, and <@U1> asked for a review." in said


def test_of_images_only_their_size_is_seen_and_a_button_for_each() -> None:
    images = [
        Artifact(ArtifactKind.IMAGE, n, 7, blob=f"{n}.png", mimetype="image/png", width_px=64, height_px=48)
        for n in (0, 1)
    ]
    said = lines(shown(job(held(*images)))[0])
    assert "Image #1, 64 × 48 px: not in Slack before it is approved." in said
    assert "[View image #2]" in said
    assert "png" not in "".join(said)


@pytest.mark.parametrize(
    ("outcome", "state", "said"),
    [
        (Outcome.APPROVED, State.SUCCEEDED, ":white_check_mark: *Approved by <@U9>*"),
        (Outcome.REJECTED, State.REFUSED, f":no_entry_sign: *Rejected by <@U9>*{REASON}"),
        (Outcome.EXPIRED, State.REFUSED, f":hourglass: *Refused: nobody decided in time*{REASON}"),
        (Outcome.CANCELED, State.CANCELED, f":heavy_multiplication_x: *Taken back by <@U9>*{REASON}"),
    ],
)
def test_in_the_end_it_says_who_decided_and_there_is_nothing_left_to_press(
    outcome: Outcome, state: State, said: str
) -> None:
    reason = "" if outcome is Outcome.APPROVED else "off brand"
    [message] = shown(job(held().decided(decision(outcome, reason=reason)), state))
    assert said in lines(message)
    assert not any(block["type"] == "actions" for block in message.blocks)


def test_an_operator_is_named_and_mentioned_by_no_one() -> None:
    result = held().decided(decision(by="operator:<!here>"))
    [message] = shown(job(result, State.SUCCEEDED))
    assert "Approved by operator:" in "\n".join(lines(message))
    assert "<!here>" not in json.dumps([dict(block) for block in message.blocks])


def check(messages: Sequence[Shown]) -> None:
    """Slack takes it, and it addresses nobody but who asked, who decided, and where."""
    for message in messages:
        blocks = json.dumps([dict(block) for block in message.blocks], ensure_ascii=False)
        checked_blocks(json.loads(blocks))
        assert set(re.findall(r"<[@#!h][^>]*>", blocks)) <= {"<@U1>", "<#C1>", "<@U9>"}


@settings(max_examples=60, deadline=None)
@given(prompt=st.text(), text=st.text(), reason=st.text(), locale=st.sampled_from(LOCALES))
def test_nothing_that_anybody_wrote_acts_and_slack_takes_it(prompt: str, text: str, reason: str, locale: str) -> None:
    result = held(Artifact(ArtifactKind.TEXT, 0, 7, text))
    check(shown(job(result, prompt=prompt, locale=locale)))
    decided = result.decided(decision(Outcome.REJECTED, reason=reason))
    check(shown(job(decided, State.REFUSED, prompt, locale)))


def test_a_very_long_text_goes_on_in_the_thread() -> None:
    result = held(Artifact(ArtifactKind.TEXT, 0, 7, "<!channel> https://evil.example " * 2_000))
    first, *rest = shown(job(result, prompt="<@U2> " * 2_000))
    check([first, *rest])
    assert rest
    assert lines(first)[-1] == "[Approve] [Reject]"


@pytest.mark.parametrize("locale", LOCALES)
def test_however_many_reasons_there_are_slack_takes_the_message_and_its_buttons(locale: str) -> None:
    many = tuple(Finding(category, 0.9, Action.REVIEW, "classifier", "x" * 90) for category in Category)
    hold = Hold((replace(verdict(), findings=many), replace(verdict(stage=Stage.PROMPT), findings=many)), "C9", 1e9)
    [message] = shown(job(replace(held(), hold=hold), locale=locale))
    check([message])
    assert message.blocks[-1]["type"] == "actions"


def test_of_a_check_that_did_not_answer_no_score_is_told() -> None:
    silent = Finding(Category.UNCHECKED, 1.0, Action.REVIEW, "guard", "timed out")
    hold = Hold((replace(verdict(stage=Stage.PROMPT), findings=(silent,)),), "C9", 1e9)
    [message] = shown(job(replace(held(), hold=hold)))
    assert "*Why it is held*\n• a check that did not answer: guard (timed out), for the request" in lines(message)


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "asked in a direct message for: copy"), ("zh", "在私信中提出要求：文案")]
)
def test_a_direct_message_is_not_named_by_its_id_which_reviewers_cannot_open(locale: str, said: str) -> None:
    of = job(locale=locale)
    [message] = shown(replace(of, origin=replace(of.origin, channel="D0ADA")))
    assert f"<@U1> {said}" in lines(message)
    assert "D0ADA" not in f"{message}"


def test_what_was_never_held_has_no_message() -> None:
    assert shown(job(Result(), State.SUCCEEDED)) == ()


def test_a_reply_to_be_sent_is_shown_with_what_the_customer_asked_and_where_it_goes() -> None:
    result = replace(held(), hold=looked_at("refund", "legal"))
    (message,) = shown(sent(State.HELD, result))
    assert lines(message)[1:-2] == [
        f"<@U1> wants to send a reply to a customer in <#C1> · <{LINK}|open the message>",
        "*What the customer wrote*\n>Can I return the lamp from order A-1042?",
        "*Why it is held*\n• it is about a refund\n• it is about a legal matter",
        "*The reply*",
        "A guaranteed cure.",
    ]
    checked_blocks([dict(block) for block in message.blocks])


def test_a_reply_that_was_not_approved_is_not_sent() -> None:
    (message,) = shown(sent(State.REFUSED, held().decided(decision(Outcome.REJECTED, reason="off brand"))))
    assert ":no_entry_sign: *Rejected by <@U9>*\n>off brand\nThe reply is not sent." in lines(message)


def test_a_draft_is_shown_with_the_customers_channel_not_the_agents_direct_messages() -> None:
    (message,) = shown(draft(State.HELD, held()))
    assert "<@U1> in <#C1> asked for: a reply to a customer" in lines(message)
