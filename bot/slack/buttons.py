"""What the buttons below a result carry: which job, and which of its variants."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.locales import t
from bot.slack.blocks import Json, button
from engine.domain.job import Job

AGAIN = "job_again"
REVISE = "job_revise"
VARY = "job_vary"
DETAILS = "job_details"
CANCEL = "job_cancel"
PICK = "job_pick"
COMPARE = "job_compare"
APPEAL = "job_appeal"
APPROVE = "review_approve"
REJECT = "review_reject"
VIEW_IMAGE = "review_image"
SEND = "draft_send"
TEXT = "draft_text"
SOURCE = "draft_source_"
"""The number of the source follows: in one block no two may be called the same."""
CHANGE = "draft_change_"
"""What is to change follows: a key of `CHANGES`."""
TONE = "draft_tone"
RATE = "draft_rate"
CANNED = "draft_canned"
TAKE_BACK = "draft_take_back"
FORGET = "canned_forget"
"""Its target is a canned reply's id."""
CHANGES = ("shorter", "longer", "translate")
TONES = ("friendly", "formal", "brief")
UP, DOWN = "up", "down"

_CHOICE = re.compile(r"[a-z_]{0,40}")
_JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Target:
    """A job, one of its variants, 0-based, and what was chosen for it."""

    job_id: str
    variant: int = 0
    choice: str = ""

    def __str__(self) -> str:
        return f"{self.job_id}:{self.variant}" + (f":{self.choice}" if self.choice else "")


def target(value: str) -> Target:
    """What a button's value stands for; of what no button of ours carries, a job that nobody has."""
    job_id, _, rest = value.partition(":")
    variant, _, choice = rest.partition(":")
    job_id = job_id if _JOB_ID.fullmatch(job_id) else ""
    number = int(variant) if variant.isascii() and variant.isdigit() and len(variant) < 4 else 0
    return Target(job_id, number, choice if _CHOICE.fullmatch(choice) else "")


def again(job: Job) -> Json:
    return button(t(job.origin.locale, "button.again"), AGAIN, str(Target(job.id)))


def details(job: Job) -> Json:
    return button(t(job.origin.locale, "button.details"), DETAILS, str(Target(job.id)))


def cancel(job: Job) -> Json:
    return button(t(job.origin.locale, "button.cancel"), CANCEL, str(Target(job.id)), style="danger")


def appeal(job: Job) -> Json:
    return button(t(job.origin.locale, "button.appeal"), APPEAL, str(Target(job.id)))


def approve(job: Job, locale: str) -> Json:
    return button(t(locale, "button.approve"), APPROVE, str(Target(job.id)), style="primary")


def reject(job: Job, locale: str) -> Json:
    return button(t(locale, "button.reject"), REJECT, str(Target(job.id)), style="danger")


def view_image(job: Job, variant: int, locale: str, *, numbered: bool) -> Json:
    label = t(locale, "button.view_image_n", number=variant + 1) if numbered else t(locale, "button.view_image")
    return button(label, VIEW_IMAGE, str(Target(job.id, variant)))


def pick(job: Job, variant: int) -> Json:
    return button(t(job.origin.locale, "button.pick"), PICK, str(Target(job.id, variant)))


def compare(job: Job) -> Json:
    return button(t(job.origin.locale, "button.compare"), COMPARE, str(Target(job.id)))


def revise(job: Job, variant: int, *, numbered: bool) -> Json:
    return _of_variant("revise", REVISE, job, variant, numbered)


def vary(job: Job, variant: int, *, numbered: bool) -> Json:
    return _of_variant("vary", VARY, job, variant, numbered)


def _of_variant(name: str, action_id: str, job: Job, variant: int, numbered: bool) -> Json:
    key = f"button.{name}_n" if numbered else f"button.{name}"
    return button(t(job.origin.locale, key, number=variant + 1), action_id, str(Target(job.id, variant)))
