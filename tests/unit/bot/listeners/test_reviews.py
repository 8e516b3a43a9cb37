"""Reviews at the wire: who may decide, who is told what, and what a link to an image shows to whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.ports import Place
from engine.domain.audit import AuditEvent
from engine.domain.job import Job, NewJob, Origin, State
from engine.domain.request import CopyParams, DrawParams, Kind, Request
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.domain.review import Outcome
from engine.domain.safety import Action
from tests.fakes import PNG
from tests.support.reviews import CHANNEL, REVIEWER, decision, held, verdict
from tests.unit.bot.listeners.conftest import Wire

REVIEW = {"user": {"id": REVIEWER}}
OWN = Origin("T1", "C1", "U1")


def hold(wire: Wire, result: Result | None = None, user: str = "U1") -> Job:
    kind = Kind.DRAW if result and result.artifacts[0].kind is ArtifactKind.IMAGE else Kind.COPY
    params = DrawParams() if kind is Kind.DRAW else CopyParams()
    origin = replace(OWN, user=user)
    wire.store.add([NewJob("a1", "key:a1", origin, Request(kind, "a cure", params), 100.0)])
    wire.store.claim("a1", "worker", 60)
    assert wire.store.finish("a1", "worker", State.HELD, result or held(expires_at=9e9))
    return now(wire)


def now(wire: Wire, job_id: str = "a1") -> Job:
    job = wire.store.get(job_id)
    assert job is not None
    return job


def outcome(wire: Wire) -> Outcome | None:
    result = now(wire).result
    return result.decision.outcome if result and result.decision else None


def refuse(wire: Wire, *, appealable: bool = True) -> Job:
    wire.store.add([NewJob("a1", "key:a1", OWN, Request(Kind.COPY, "a bomb", CopyParams(tone="dry")), 100.0)])
    wire.store.claim("a1", "worker", 60)
    wire.store.finish("a1", "worker", State.REFUSED, Result(refusal=verdict(Action.REFUSE), appealable=appealable))
    return now(wire)


def whispers(wire: Wire) -> list[str]:
    return [text for _, _, text in wire.voice.whispers]


def drawn(wire: Wire) -> Result:
    blob = wire.artifacts.put(PNG + b"nude", "png")
    image = Artifact(ArtifactKind.IMAGE, 0, 7, blob=blob, mimetype="image/png", width_px=64, height_px=64)
    return held(image, expires_at=9e9)


async def test_a_reviewer_approves_and_both_messages_are_brought_up_to_date(wire: Wire) -> None:
    hold(wire)
    answer = await wire.click("review_approve", "a1:0", CHANNEL, **REVIEW)
    assert (answer.status_code, answer.text) == (200, "")
    assert (now(wire).state, outcome(wire)) == (State.SUCCEEDED, Outcome.APPROVED)
    assert whispers(wire) == []
    wire.submitter.close()
    assert wire.queue.delivered == ["a1"]


@pytest.mark.parametrize("button", ["review_approve", "review_reject", "review_image"])
async def test_nobody_else_can(wire: Wire, button: str) -> None:
    hold(wire)
    await wire.click(button, "a1:0", CHANNEL, user={"id": "U3"})
    assert now(wire).state is State.HELD
    assert wire.voice.forms == []
    assert wire.voice.whispers == [(Place(CHANNEL), "U3", "en review.not_reviewer")]


async def test_a_reviewer_does_not_decide_on_their_own_request(wire: Wire) -> None:
    hold(wire, user=REVIEWER)
    await wire.click("review_approve", "a1:0", CHANNEL, **REVIEW)
    assert now(wire).state is State.HELD
    assert whispers(wire) == ["en review.own"]


async def test_reject_asks_for_a_reason_and_keeps_it(wire: Wire) -> None:
    hold(wire)
    await wire.click("review_reject", "a1:0", CHANNEL, trigger_id="t.1", **REVIEW)
    assert wire.voice.forms == [("t.1", {"reject": "a1", "channel": CHANNEL})]
    assert now(wire).state is State.HELD
    await reject(wire, REVIEWER, "off-brand")
    result = now(wire).result
    assert result is not None
    assert result.decision is not None
    assert (now(wire).state, result.decision.reason, result.decision.by) == (State.REFUSED, "off-brand", REVIEWER)


async def reject(wire: Wire, user: str, reason: str = "") -> None:
    view = {"id": "V1", "type": "modal", "callback_id": "reject_form", "private_metadata": f"{CHANNEL} a1 {reason}"}
    await wire.interact(type="view_submission", user={"id": user}, view={**view, "state": {"values": {}}})


async def test_the_form_is_no_way_round_the_reviewers(wire: Wire) -> None:
    hold(wire)
    await reject(wire, "U3")
    assert now(wire).state is State.HELD
    assert whispers(wire) == ["en review.not_reviewer"]


async def test_who_comes_second_is_told_who_was_first(wire: Wire) -> None:
    hold(wire)
    await wire.click("review_approve", "a1:0", CHANNEL, **REVIEW)
    await wire.click("review_approve", "a1:0", CHANNEL, user={"id": "U8"})
    await reject(wire, "U8")
    assert outcome(wire) is Outcome.APPROVED
    assert whispers(wire) == [f"en approved by {REVIEWER}"] * 2


async def test_what_was_taken_back_meanwhile_is_not_approved(wire: Wire) -> None:
    hold(wire)
    await wire.click("job_cancel", "a1:0")
    assert now(wire).state is State.CANCELED
    await wire.click("review_approve", "a1:0", CHANNEL, **REVIEW)
    assert now(wire).state is State.CANCELED
    assert whispers(wire)[-1] == "en canceled by U1"


@pytest.mark.parametrize(("channel", "team"), [(CHANNEL, "T2"), ("C1", "T1")])
async def test_a_button_made_up_elsewhere_decides_nothing(wire: Wire, channel: str, team: str) -> None:
    hold(wire)
    await wire.click("review_approve", "a1:0", channel, team={"id": team}, **REVIEW)
    assert now(wire).state is State.HELD


@pytest.mark.parametrize("button", ["job_again", "job_vary", "job_revise"])
async def test_nothing_is_made_of_a_result_that_waits(wire: Wire, button: str) -> None:
    hold(wire)
    await wire.click(button, "a1:0")
    assert (len(wire.jobs()), wire.voice.forms) == (1, [])
    assert whispers(wire) == ["en error.in_review"]


async def test_a_reviewer_is_given_a_link_to_an_image_of_their_own(wire: Wire) -> None:
    hold(wire, drawn(wire))
    await wire.click("review_image", "a1:0", CHANNEL, **REVIEW)
    assert whispers(wire) == ["en review.link"]
    answer = await wire.client.get(wire.front.links.make("a1", 0, REVIEWER))
    assert (answer.status_code, answer.content) == (200, PNG + b"nude")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_without_an_address_the_reviewer_is_told_another_way(wire: Wire) -> None:
    hold(wire, drawn(wire))
    wire.front.links._base_url = ""
    await wire.click("review_image", "a1:0", CHANNEL, **REVIEW)
    assert whispers(wire) == ["en review.no_link"]


async def test_a_link_ends_with_the_review(wire: Wire) -> None:
    hold(wire, drawn(wire))
    url = wire.front.links.make("a1", 0, REVIEWER)
    wire.store.decide("a1", decision())
    assert (await wire.client.get(url)).status_code == 404


async def test_a_link_is_for_reviewers_and_images_that_are_there(wire: Wire) -> None:
    hold(wire, drawn(wire))
    for url in (
        wire.front.links.make("a1", 0, "U3"),
        wire.front.links.make("a1", 1, REVIEWER),
        wire.front.links.make("a2", 0, REVIEWER),
        wire.front.links.make("a1", 0, REVIEWER)[:-1] + "x",
        "http://bot/review/..%2f..%2fetc%2fpasswd/0/U9/9999999999/00",
        "http://bot/review/a1/-1/U9/9999999999/00",
        f"http://bot/review/a1/0/U9/{'9' * 5000}/00",
    ):
        answer = await wire.client.get(url)
        assert answer.status_code == 404
        assert PNG not in answer.content


async def test_a_held_text_has_no_link(wire: Wire) -> None:
    hold(wire)
    assert (await wire.client.get(wire.front.links.make("a1", 0, REVIEWER))).status_code == 404


async def test_an_appeal_is_a_new_job_that_reviewers_decide_on(wire: Wire) -> None:
    refused = refuse(wire)
    await wire.click("job_appeal", "a1:0")
    appeal = wire.jobs()[-1]
    assert appeal.request == replace(refused.request, appeal_of="a1")
    assert appeal.origin.thread == "5.5"
    assert [entry.event for entry in wire.store.audit_entries()] == [AuditEvent.APPEALED]
    wire.submitter.close()
    assert wire.queue.generated == [appeal.id]


async def test_a_refusal_can_be_appealed_once(wire: Wire) -> None:
    refuse(wire)
    await wire.click("job_appeal", "a1:0")
    await wire.click("job_appeal", "a1:0")
    assert len(wire.jobs()) == 2
    assert whispers(wire) == ["en appeal.already"]


async def test_only_whoever_asked_can_appeal(wire: Wire) -> None:
    refuse(wire)
    await wire.click("job_appeal", "a1:0", user={"id": "U2"})
    assert len(wire.jobs()) == 1
    assert whispers(wire) == ["en appeal.not_yours"]


@pytest.mark.parametrize("appealable", [True, False])
async def test_what_cannot_be_reviewed_cannot_be_appealed(wire: Wire, appealable: bool) -> None:
    refuse(wire, appealable=appealable)
    if appealable:
        object.__setattr__(wire.front, "oversight", type(wire.front.oversight)())
    await wire.click("job_appeal", "a1:0")
    assert len(wire.jobs()) == 1
    assert whispers(wire) == ["en appeal.not_possible"]
