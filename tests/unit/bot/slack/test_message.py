"""What a job looks like, from the first moment to its end."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.locales import LOCALES, t
from bot.playground.blockkit import checked_blocks
from bot.ports import Now, Shown
from bot.slack.message import SlackRenderer
from bot.slack.text import escape
from engine.domain.job import Job, Origin, State
from engine.domain.request import CopyParams, DrawParams, Kind, Params, Request, Revision, RevisionMode
from engine.domain.result import (
    HELD_BACK,
    STARTING_IMAGE_REFUSED,
    Artifact,
    ArtifactKind,
    Failure,
    Progress,
    Result,
    Shortfall,
    Usage,
)
from engine.domain.review import Outcome
from engine.domain.safety import LEAKS, Action, Category, Finding, Stage, Verdict
from engine.domain.work import FromRecipe
from tests.support.drafts import sent
from tests.support.reviews import decision, held
from tests.unit.bot.slack.test_text import open_fence, texts

SHOW = SlackRenderer().show
USAGE = Usage(model="smollm2", run_s=2.34)


def job(
    state: State = State.SUCCEEDED,
    result: Result | None = None,
    *,
    params: Params | None = None,
    prompt: str = "a post for a bottle",
    locale: str = "en",
    version: int = 1,
    revision: Revision | None = None,
    cancel_requested: bool = False,
) -> Job:
    params = params or CopyParams(seed=5)
    kind = Kind.COPY if isinstance(params, CopyParams) else Kind.DRAW
    origin = Origin("T1", "C1", "U1", locale=locale)
    request = Request(kind, prompt, params, revision)
    return Job("0" * 16, origin, request, 100.0, state, "0" * 16, version, 0, cancel_requested, result=result)


def wrote(*written: str, **fields: Any) -> Result:
    made = (Artifact(ArtifactKind.TEXT, index, 5, text=text) for index, text in enumerate(written))
    return Result(tuple(made), usage=USAGE, **fields)


def drew(*blobs: str) -> Result:
    made = (Artifact(ArtifactKind.IMAGE, i, 5, blob=blob, mimetype="image/png") for i, blob in enumerate(blobs))
    return Result(tuple(made), usage=USAGE)


def refused(*categories: Category, stage: Stage = Stage.PROMPT, action: Action = Action.REFUSE) -> Result:
    findings = tuple(Finding(category, 0.9, action, "rules") for category in categories)
    return Result(refusal=Verdict(action, stage, "default@1", findings), usage=USAGE)


def lines(shown: Shown) -> list[str]:
    """Each block as one line: what stands in it, or who can be pressed, or which file is shown."""
    return [_line(dict(block)) for block in shown.blocks]


def _line(block: dict[str, Any]) -> str:
    match block["type"]:
        case "actions":
            return "[" + "] [".join(element["text"]["text"] for element in block["elements"]) + "]"
        case "context":
            return str(block["elements"][0]["text"])
        case "image":
            return f"({block['slack_file']['id']}) {block['alt_text']}"
        case "section":
            return str(block["text"]["text"])
        case _:
            return str(block["text"])


def check(shown: Sequence[Shown]) -> None:
    """Slack takes it, nothing in it is too long, and it mentions nobody but who asked."""
    for message in shown:
        blocks = json.loads(json.dumps(message.blocks))
        checked_blocks(blocks)
        assert len(blocks) <= 50
        assert sum(len(block["text"]) for block in blocks if block["type"] == "markdown") <= 12_000
        assert 0 < len(message.text) <= 4_000
        assert set(re.findall(r"<[@#!]\w+|\w://", f"{message.text} {blocks}")) <= {"<@U1"}


def test_a_text() -> None:
    (shown,) = SHOW(job(result=wrote("Steel. For **life**.")), Now(), {})
    assert lines(shown) == [
        "<@U1> asked: a post for a bottle",
        "Steel. For **life**.",
        ":sparkles: v1 · AI-generated · smollm2 · seed 5 · 2.3 s",
        "[Revise] [Again] [Details]",
    ]
    assert shown.text == "[AI-generated] Steel. For **life**."


def test_a_text_in_chinese() -> None:
    (shown,) = SHOW(job(result=wrote("一生。"), locale="zh", prompt="水杯文案"), Now(), {})
    assert lines(shown) == [
        "<@U1> 的要求：水杯文案",
        "一生。",
        ":sparkles: v1 · AI生成 · smollm2 · 种子 5 · 2.3 秒",
        "[修改] [再来一次] [详情]",
    ]


def test_a_picture() -> None:
    (shown,) = SHOW(job(result=drew("a.png"), params=DrawParams(seed=5), prompt="a bike"), Now(), {"a.png": "F1"})
    assert lines(shown)[1:] == [
        "(F1) a bike",
        ":sparkles: v1 · AI-generated · smollm2 · seed 5 · 2.3 s",
        "[Revise] [Vary] [Again] [Details]",
    ]
    assert shown.text == "[AI-generated · draw] a bike"


def test_a_picture_that_could_not_be_uploaded_is_left_out() -> None:
    (shown,) = SHOW(job(result=drew("a.png"), params=DrawParams(seed=5)), Now(), {})
    assert "An image could not be shown." in lines(shown)


def test_several_pictures_have_their_numbers_and_buttons() -> None:
    result = drew("a.png", "b.png")
    (shown,) = SHOW(job(result=result, params=DrawParams(n=2), version=3), Now(), {"a.png": "F1", "b.png": "F2"})
    assert lines(shown)[1:-2] == [
        "*v3 #1*",
        "(F1) a post for a bottle",
        "[Use this one] [Revise #1] [Vary #1]",
        "*v3 #2*",
        "(F2) a post for a bottle",
        "[Use this one] [Revise #2] [Vary #2]",
    ]
    values = [e["value"] for b in shown.blocks if b["type"] == "actions" for e in b["elements"]]
    assert values == [f"{'0' * 16}:{variant}" for variant in (0, 0, 0, 1, 1, 1, 0, 0)]


def test_what_does_not_fit_goes_on_in_the_thread_labelled_again() -> None:
    text = "\n\n".join(f"{number} {'字' * 500}" for number in range(15))
    shown = SHOW(job(result=wrote(text)), Now(), {})
    assert len(shown) == 3
    check(shown)
    assert [lines(message)[-1][:14] for message in shown] == ["[Revise] [Agai", ":sparkles: v1 ", ":sparkles: v1 "]
    assert lines(shown[1])[0] == "v1, continued"
    written = [block["text"] for message in shown for block in message.blocks if block["type"] == "markdown"]
    assert "".join(written) == text


def test_eight_long_texts_keep_their_headings_and_fences() -> None:
    written = [f"```py\n{'x = 1  # 字' * 400}\n```\nfor {number}" for number in range(8)]
    shown = SHOW(job(result=wrote(*written), params=CopyParams(n=8)), Now(), {})
    check(shown)
    for message in shown:
        assert not lines(message)[-2].startswith("*v1 #")
        assert all(open_fence(block["text"]) == "" for block in message.blocks if block["type"] == "markdown")
    said = "\n".join(line for message in shown for line in lines(message))
    assert all(f"*v1 #{number + 1}*" in said and f"for {number}" in said for number in range(8))


@pytest.mark.parametrize("codes", [("redacted",), ("withheld", "redacted"), ("redacted", "redacted")])
def test_notices_are_told_once(codes: tuple[str, ...]) -> None:
    (shown,) = SHOW(job(result=wrote("Steel.", notices=codes)), Now(), {})
    told = [line for line in lines(shown) if "information_source" in line]
    assert told == [f":information_source: {t('en', f'notice.{code}')}" for code in dict.fromkeys(codes)]


def test_a_text_that_stops_at_the_models_limit_says_so() -> None:
    result = wrote("Steel. For")
    result = replace(result, artifacts=(replace(result.artifacts[0], truncated=True),))
    (shown,) = SHOW(job(result=result), Now(), {})
    assert f":information_source: {t('en', 'notice.truncated')}" in lines(shown)


@pytest.mark.parametrize(
    ("mode", "instruction", "said"),
    [
        (RevisionMode.EDIT, "shorter", "<@U1> asked for a change: shorter"),
        (RevisionMode.AGAIN, "", "<@U1> asked again for: a post for a bottle"),
        (RevisionMode.VARY, "", "<@U1> asked for a variation of: a post for a bottle"),
    ],
)
def test_a_revision_says_what_was_asked(mode: RevisionMode, instruction: str, said: str) -> None:
    (shown,) = SHOW(job(result=wrote("x"), revision=Revision("1" * 16, mode, instruction), version=2), Now(), {})
    assert lines(shown)[0] == said
    assert ":sparkles: v2 ·" in lines(shown)[-2]


@pytest.mark.parametrize(
    ("state", "now", "status"),
    [
        (State.ACCEPTED, Now(), "Waiting: you are next."),
        (State.ACCEPTED, Now(position=3), "Waiting: 3 before this."),
        (State.ACCEPTED, Now(position=3, wait_s=130.0), "Waiting: 3 before this, about 3 min."),
        (State.RUNNING, Now(), "Writing ..."),
        (State.RUNNING, Now(progress=Progress(phase="loading")), t("en", "phase.loading")),
        (State.RUNNING, Now(progress=Progress(phase="checking")), t("en", "phase.checking")),
        (State.RUNNING, Now(progress=Progress(phase="from the future")), "Writing ..."),
    ],
)
def test_a_placeholder_says_where_the_job_is(state: State, now: Now, status: str) -> None:
    (shown,) = SHOW(job(state), now, {})
    assert lines(shown) == ["<@U1> asked: a post for a bottle", f":hourglass_flowing_sand: {status}", "[Cancel]"]
    assert shown.text == f"a post for a bottle · {status}"


def test_a_job_that_is_being_canceled_says_so() -> None:
    (shown,) = SHOW(job(State.RUNNING, cancel_requested=True), Now(progress=Progress(("Steel.",))), {})
    assert lines(shown)[1:] == ["Steel.", ":hourglass_flowing_sand: Stopping ... · AI-generated", "[Cancel]"]


def test_a_picture_in_the_making_shows_its_step_and_preview() -> None:
    progress = Progress(step=2, steps=4, preview="p.png")
    (shown,) = SHOW(job(State.RUNNING, params=DrawParams()), Now(progress=progress), {"p.png": "F9"})
    assert lines(shown)[1:-1] == [
        "(F9) a post for a bottle",
        ":hourglass_flowing_sand: Drawing ... Step 2 of 4 · AI-generated",
    ]


def test_all_of_several_growing_texts_are_seen_to_grow() -> None:
    written = tuple(f"{'old words ' * 500}the end of {number}" for number in range(8))
    shown = SHOW(job(State.RUNNING, params=CopyParams(n=8)), Now(progress=Progress(written)), {})
    check(shown)
    said = "\n".join(lines(shown[0]))
    assert all(f"*v1 #{number + 1}*" in said and f"the end of {number}" in said for number in range(8))
    assert "…" in lines(shown[0])


@pytest.mark.parametrize("locale", LOCALES)
def test_whatever_a_model_wrote_says_so_in_every_part_and_in_what_notifications_say(locale: str) -> None:
    """Each message may be forwarded alone; what is shown meanwhile, too."""
    label = t(locale, "label.ai")
    assert label == {"en": "AI-generated", "zh": "AI生成"}[locale]
    long = "\n\n".join(f"{number} {'字' * 500}" for number in range(15))
    finished = SHOW(job(result=wrote(long), locale=locale), Now(), {})
    growing = SHOW(job(State.RUNNING, locale=locale), Now(progress=Progress(("Steel.",))), {})
    assert len(finished) > 1
    for shown in (*finished, *growing):
        assert any(label in line for line in lines(shown))
    assert all(label in shown.text and label in SlackRenderer().plain(shown).text for shown in finished)


def test_variants_that_have_not_begun_are_not_there_yet() -> None:
    (shown,) = SHOW(job(State.RUNNING), Now(progress=Progress(("", "Steel.", " \n"))), {})
    assert lines(shown)[1:-2] == ["*v1 #2*", "Steel."]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("category", Category)
def test_a_refusal_says_why_and_what_would_be_fine(locale: str, stage: Stage, category: Category) -> None:
    shown = SHOW(job(State.REFUSED, refused(category, stage=stage), locale=locale), Now(), {})
    check(shown)
    assert t(locale, f"refusal.{stage.value}") in shown[0].text
    assert t(locale, f"refusal.{category.value}") in shown[0].text
    assert lines(shown[0])[-1].endswith(f"[{t(locale, 'button.details')}]")


@pytest.mark.parametrize("locale", LOCALES)
def test_whoever_asked_is_not_blamed_for_a_model_that_repeats_its_instructions(locale: str) -> None:
    finding = Finding(Category.PROMPT_INJECTION, 1.0, Action.REFUSE, LEAKS, "canary")
    result = Result(refusal=Verdict(Action.REFUSE, Stage.OUTPUT, "default@1", (finding,)), usage=USAGE)
    [shown] = SHOW(job(State.REFUSED, result, locale=locale), Now(), {})
    assert t(locale, "refusal.output") in shown.text
    assert t(locale, "refusal.leaked") in shown.text
    assert t(locale, "refusal.prompt-injection") not in shown.text


@pytest.mark.parametrize("locale", LOCALES)
def test_a_refused_starting_image_is_told_from_a_refused_prompt(locale: str) -> None:
    result = replace(refused(Category.SEXUAL), notices=(STARTING_IMAGE_REFUSED,))
    [shown] = SHOW(job(State.REFUSED, result, locale=locale), Now(), {})
    assert t(locale, "refusal.starting_image") in shown.text
    assert t(locale, "refusal.prompt") not in shown.text
    assert ":information_source:" not in str(shown.blocks)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_refusal_for_every_reason_there_is_still_fits(locale: str) -> None:
    check(SHOW(job(State.REFUSED, refused(*Category, action=Action.REVIEW), locale=locale), Now(), {}))


def test_a_refusal_tells_what_was_taken_back() -> None:
    result = replace(refused(Category.HATE, stage=Stage.OUTPUT), notices=("withdrawn",))
    (shown,) = SHOW(job(State.REFUSED, result), Now(), {})
    assert f":information_source: {t('en', 'notice.withdrawn')}" in lines(shown)


def test_a_failure_says_what_to_do() -> None:
    result = Result(failure=Failure("model_not_found", {"model": "gpt9 <!here>"}))
    (shown,) = SHOW(job(State.FAILED, result), Now(), {})
    assert lines(shown)[1:] == [
        f":warning: {t('en', 'failure.model_not_found')}\nModel: gpt9 &lt;\u2060!here&gt;",
        "[Again] [Details]",
    ]


@pytest.mark.parametrize("failure", [None, Failure("from_the_future", {"limit_s": 3})])
def test_a_failure_without_words_of_its_own_is_an_internal_one(failure: Failure | None) -> None:
    (shown,) = SHOW(job(State.FAILED, Result(failure=failure)), Now(), {})
    assert shown.text == t("en", "failure.internal")


def test_a_failure_of_a_model_with_an_endless_name_fits() -> None:
    check(SHOW(job(State.FAILED, Result(failure=Failure("model_corrupt", {"model": "/&" * 4_000}))), Now(), {}))


def test_a_canceled_job() -> None:
    (shown,) = SHOW(job(State.CANCELED), Now(), {})
    assert lines(shown)[1:] == [":heavy_multiplication_x: Canceled. There is no result.", "[Again]"]


def test_plain_is_short_and_without_blocks() -> None:
    plain = SlackRenderer().plain(Shown("字" * 9_000, ({"type": "divider"},)))
    assert plain.blocks == ()
    assert len(plain.text) <= 3_000


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("not_in_channel", "excuse.not_in_channel"),
        ("is_archived", "excuse.is_archived"),
        ("restricted_action_read_only_channel", "excuse.restricted_action"),
        ("something_new", "excuse.other"),
    ],
)
def test_an_excuse_names_the_channel_and_what_to_do(code: str, key: str) -> None:
    said = SlackRenderer().excuse(replace(job(prompt="a <!here> post"), state=State.CANCELED), code)
    assert said.startswith("I cannot post to <#C1>, so your request was stopped: a &lt;\u2060!here&gt; post\n")
    assert said.endswith(t("en", key, code=code))


def test_an_excuse_for_a_reply_says_which_was_not_sent_and_how_to_send_it() -> None:
    said = SlackRenderer().excuse(sent(text="You <b> can."), "is_archived")
    assert said.startswith("Your reply was not sent. I cannot post to <#C1>")
    assert said.endswith("press Edit and send at the draft once more.\n>You &lt;b&gt; can.")


def test_an_excuse_for_what_was_made_does_not_say_that_it_was_stopped() -> None:
    assert "what I made for you" in SlackRenderer().excuse(job(), "is_archived")


def test_an_image_that_slack_did_not_take_is_told_with_the_reason() -> None:
    [shown] = SHOW(job(result=drew("a.png")), Now(kept_out={"a.png": "file_upload_size_restricted"}), {})
    assert "larger than your workspace allows" in str(shown.blocks)
    [shown] = SHOW(job(result=drew("a.png")), Now(kept_out={"a.png": "something_new"}), {})
    assert "something_new" in str(shown.blocks)


numbers = st.sampled_from([1, 1, 2, 8])
anything = st.one_of(texts, st.sampled_from(["字" * 30_000, "مرحبا " * 3_000, "&" * 9_000, "\u202e", "```\n" * 900]))


@settings(max_examples=40, deadline=None)
@given(anything, anything, numbers, st.sampled_from(LOCALES), st.sampled_from(["&" * 300, "smollm2", "<@U1> " * 50]))
@example("&" * 9_000, "<!channel>" * 2_000, 8, "en", "smollm2")
def test_whatever_is_asked_and_written_slack_takes_the_result(
    prompt: str, text: str, count: int, locale: str, model: str
) -> None:
    result = replace(wrote(*[text] * count, notices=("redacted", "withheld", "other")), usage=Usage(model=model))
    shown = SHOW(job(result=result, prompt=prompt, locale=locale), Now(), {})
    check(shown)


@settings(max_examples=40, deadline=None)
@given(anything, st.lists(anything, min_size=1, max_size=8), st.sampled_from(["p.png", ""]))
def test_whatever_is_asked_and_written_slack_takes_what_is_shown_meanwhile(
    prompt: str, written: list[str], preview: str
) -> None:
    progress = Progress(tuple(written), preview=preview)
    shown = SHOW(job(State.RUNNING, prompt=prompt), Now(progress=progress), {"p.png": "F9"})
    check(shown)
    assert len(shown) == 1


HELD = held(Artifact(ArtifactKind.TEXT, 0, 5, text="A guaranteed cure."))


def test_what_waits_for_a_reviewer_says_so_and_why_and_shows_nothing_of_it() -> None:
    [shown] = SHOW(job(State.HELD, replace(HELD, notices=(HELD_BACK, "withheld"))), Now(), {})
    assert lines(shown) == [
        "<@U1> asked: a post for a bottle",
        ":mag: Waiting for a review. It is made, and will be shown here if a reviewer approves it.\n"
        "Why: a company rule.",
        ":information_source: What was shown while it was being made is withdrawn until then.",
        "[Details] [Cancel]",
    ]
    check([shown])


def test_what_was_approved_is_the_result_and_a_word_to_whoever_asked() -> None:
    result = replace(HELD, notices=(HELD_BACK,)).decided(decision())
    shown, told = SHOW(job(State.SUCCEEDED, result), Now(), {})
    assert "A guaranteed cure." in lines(shown)
    assert ":white_check_mark: A reviewer approved this." in lines(shown)
    assert "withdrawn" not in "".join(lines(shown))
    assert told.text == "<@U1> A reviewer approved this."
    check([shown, told])


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.EXPIRED])
def test_what_was_not_approved_says_so_twice_and_why(outcome: Outcome, locale: str) -> None:
    result = HELD.decided(decision(outcome, reason="Off <!here> brand"))
    shown, told = SHOW(job(State.REFUSED, result, locale=locale), Now(), {})
    assert t(locale, f"review.{outcome.value}") in shown.text
    assert ("brand" in shown.text) == (outcome is Outcome.REJECTED)
    assert "cure" not in json.dumps([dict(block) for block in shown.blocks])
    assert lines(shown)[-1] == f"[{t(locale, 'button.details')}]", "a reviewer's decision is not appealed"
    check([shown, told])


def test_what_was_taken_back_needs_no_word() -> None:
    [shown] = SHOW(job(State.CANCELED, HELD.decided(decision(Outcome.CANCELED))), Now(), {})
    assert "Canceled" in shown.text


@pytest.mark.parametrize("locale", LOCALES)
def test_a_refusal_that_reviewers_would_hear_has_a_button_for_it(locale: str) -> None:
    result = replace(refused(Category.HATE), appealable=True)
    [shown] = SHOW(job(State.REFUSED, result, locale=locale), Now(), {})
    assert lines(shown)[-1] == f"[{t(locale, 'button.appeal')}] [{t(locale, 'button.details')}]"
    check([shown])


@pytest.mark.parametrize(
    ("category", "buttons"), [(Category.UNCHECKED, "[Again] [Details]"), (Category.HATE, "[Details]")]
)
def test_what_could_not_be_checked_can_be_asked_for_again(category: Category, buttons: str) -> None:
    [shown] = SHOW(job(State.REFUSED, refused(category)), Now(), {})
    assert lines(shown)[-1] == buttons


def test_an_appeal_says_that_it_is_one() -> None:
    of = job(State.RUNNING)
    [shown] = SHOW(replace(of, request=replace(of.request, appeal_of="b2")), Now(), {})
    assert lines(shown)[0] == "<@U1> asked for a review of: a post for a bottle"


def test_several_texts_can_be_picked_from_and_compared() -> None:
    (shown,) = SHOW(job(result=wrote("One.", "Two.")), Now(), {})
    assert lines(shown)[1:7] == [
        "*v1 #1*",
        "One.",
        "[Use this one] [Revise #1]",
        "*v1 #2*",
        "Two.",
        "[Use this one] [Revise #2]",
    ]
    assert lines(shown)[-1] == "[Compare] [Again] [Details]"


def test_the_picked_one_comes_first_and_is_marked() -> None:
    (shown,) = SHOW(replace(job(result=wrote("One.", "Two.")), picked=1), Now(), {})
    assert lines(shown)[1:7] == [
        ":white_check_mark: *v1 #2* picked",
        "Two.",
        "[Revise #2]",
        "*v1 #1*",
        "One.",
        "[Use this one] [Revise #1]",
    ]


def test_a_changed_text_can_be_compared_with_what_it_was() -> None:
    (shown,) = SHOW(job(result=wrote("One."), version=2, revision=Revision("0" * 16)), Now(), {})
    assert lines(shown)[-1] == "[Revise] [Compare] [Again] [Details]"


def short_of(text: str, *codes: Shortfall) -> Artifact:
    return Artifact(ArtifactKind.TEXT, 0, 5, text=text, shortfalls=codes)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_a_text_is_not_stands_under_it_a_line_each_and_inert(locale: str) -> None:
    codes = (Shortfall("too_many_words", {"count": 99, "most": 50}), Shortfall("claimed", {"what": "<!here> *best*"}))
    (shown,) = SHOW(job(result=Result((short_of("Tea.", *codes),), usage=USAGE), locale=locale), Now(), {})
    (told,) = [line for line in lines(shown) if line.startswith(":warning:")]
    assert told.splitlines() == [
        f":warning: {t(locale, 'shortfall.title')}",
        f"• {t(locale, 'shortfall.too_many_words', count=99, most=50)}",
        f"• {t(locale, 'shortfall.claimed', what=escape('<!here> *best*'))}",
    ]


def test_of_several_texts_it_is_said_which_is_meant_and_a_code_of_a_newer_version_as_it_is() -> None:
    fine, bad = short_of("Tea."), replace(short_of("Milk.", Shortfall("from_the_future")), index=1)
    (shown,) = SHOW(job(result=Result((fine, bad), usage=USAGE)), Now(), {})
    (told,) = [line for line in lines(shown) if line.startswith(":warning:")]
    assert told == f":warning: {t('en', 'shortfall.title_n', number=2)}\n• from_the_future"


def test_while_a_text_is_written_once_more_its_first_try_stays_and_that_is_said() -> None:
    progress = Progress(texts=("First try.",), phase="repairing")
    (shown,) = SHOW(job(State.RUNNING), Now(progress=progress), {})
    assert any(t("en", "phase.repairing") in line for line in lines(shown))
    assert any("First try." in str(block) for block in shown.blocks)


def _typed(text: str) -> str:
    return text.replace("ann@example.com", "[email]")


@pytest.mark.parametrize("state", list(State))
def test_personal_data_in_what_was_asked_for_is_posted_in_no_state(state: State) -> None:
    of = job(
        state,
        wrote("Dear [email]") if state is State.SUCCEEDED else Result(),
        prompt="write to ann@example.com",
        revision=Revision("1" * 16, instruction="and to ann@example.com again"),
    )
    [message, *_] = SlackRenderer(_typed).show(of, Now(), {})
    assert "and to [email] again" in lines(message)[0]
    assert "ann@example.com" not in f"{message}"


def test_personal_data_filled_into_a_recipe_is_not_posted() -> None:
    of = job(State.ACCEPTED, prompt="")
    work = FromRecipe("invitation", (("who", "ann@example.com"),))
    [message] = SlackRenderer(_typed).show(replace(of, request=replace(of.request, work=work)), Now(), {})
    assert lines(message)[0] == "<@U1> asked: invitation: [email]"


def test_a_picture_is_described_without_personal_data() -> None:
    of = job(result=drew("a"), params=DrawParams(), prompt="a card for ann@example.com " + "and her cat " * 60)
    described = SlackRenderer(_typed).alt_text(of)
    assert described.startswith("a card for [email] and her cat")
    assert len(described) <= 500
