"""The simplest things that can read people and answer them, so that tests say what is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from bot.ports import Block, Now, Place, Shown
from bot.slack.payloads import FormChoice, Submission
from bot.slack.table_plan import Misfit, Outlook, Plan
from bot.slack.views import OtherForm
from bot.slack.voice import View
from bot.wishes import (
    Cancel,
    Draft,
    ForRows,
    Generate,
    Help,
    Learn,
    Look,
    Misunderstood,
    OpenForm,
    Recipes,
    RemoveRecipe,
    Revise,
    SaveRecipe,
    Shelf,
    Status,
    Usage,
    Wish,
)
from engine.domain.job import Job
from engine.domain.knowledge import Document
from engine.domain.limits import Denial, UsageReport
from engine.domain.recipe import Recipe
from engine.domain.request import CopyParams, DrawParams, Kind, Request
from engine.domain.result import ArtifactKind, Result
from engine.domain.review import Decision
from engine.domain.work import Purpose
from tests.support.recipes import BOOK

_OF_THE_REST: dict[str, Callable[[str], Wish]] = {
    "cancel": Cancel,
    "help": Help,
    "recipes": Recipes,
    "save": SaveRecipe,
    "remove": RemoveRecipe,
}


class FakeReader:
    """One word decides."""

    def command(self, text: str, locale: str) -> Wish:
        word, _, rest = text.partition(" ")
        if made := _OF_THE_REST.get(word):
            return made(rest)
        match word:
            case "":
                return OpenForm()
            case "copy":
                return Generate(Request(Kind.COPY, rest, CopyParams()))
            case "draw":
                return Generate(Request(Kind.DRAW, rest, DrawParams()))
            case "status":
                return Status()
            case "usage":
                return Usage()
            case "reply":
                return Draft(Purpose.REPLY, rest)
            case "add":
                return Learn(rest)
            case "find":
                return Look(rest)
            case "shelf":
                return Shelf()
        raise Misunderstood(f"no {word}")

    def plain(
        self, text: str, locale: str, *, revising: bool, with_image: bool = False, among_people: bool = False
    ) -> Wish:
        if among_people and text.startswith("draft"):
            return Draft(Purpose.REPLY, text.removeprefix("draft").strip())
        if with_image and not revising and not text.startswith(("copy ", "draw ")):
            return Generate(Request(Kind.DRAW, text, DrawParams()))
        if revising and not text.startswith("save "):
            number = re.match(r"v(\d+) ", text)
            return Revise(text, int(number[1]) if number else 0)
        return self.command(text, locale)

    def request_form(self, submission: Submission) -> tuple[Place, Wish | ForRows]:
        if submission.private_metadata.startswith("rows "):
            return Place(submission.private_metadata.removeprefix("rows ")), ForRows(
                "recommendation", (), "", CopyParams()
            )
        if submission.private_metadata == "bad":
            raise Misunderstood("too long", field="prompt")
        return Place(submission.private_metadata), self.command("copy a post", "en")

    def revise_form(self, submission: Submission) -> tuple[Place, str, int, str]:
        channel, thread, job_id = submission.private_metadata.split(" ")
        return Place(channel, thread), job_id, 1, "shorter"

    def save_form(self, submission: Submission) -> tuple[Place, str, str]:
        channel, job_id, title = submission.private_metadata.split(" ")
        return Place(channel), job_id, title

    def reject_form(self, submission: Submission) -> tuple[Place, str, str]:
        channel, job_id, reason = submission.private_metadata.split(" ")
        return Place(channel), job_id, reason

    def other_form(self, choice: FormChoice) -> OtherForm:
        place = Place(choice.private_metadata)
        if choice.action_id == "form_recipe":
            return OtherForm("en", place, Kind.COPY, choice.value)
        if choice.action_id == "form_rows":
            return OtherForm("en", place, Kind.COPY, "recommendation", choice.value == "each")
        return OtherForm("en", place, Kind(choice.value))

    def learning(self, text: str, locale: str) -> Learn | None:
        """For what begins with "learn"; what follows is the scope."""
        return Learn("files", text.removeprefix("learn").strip()) if text.startswith("learn") else None

    def with_recipes(self, saved: Sequence[Recipe]) -> FakeReader:
        return self

    def table(self, text: str, locale: str) -> ForRows | None:
        """For what begins with "rows"."""
        return ForRows("recommendation", (), "", CopyParams()) if text.startswith("rows") else None

    def recipe(self, name: str) -> Recipe | None:
        return BOOK.find(name)

    def default_model(self) -> str:
        return "smollm2"

    def compared(self, choice: FormChoice) -> str:
        return choice.private_metadata

    def button(self, value: str) -> tuple[str, int]:
        job_id, _, rest = value.partition(":")
        return job_id, int(rest.partition(":")[0] or 0)


class FakeWords:
    """Says keys."""

    def say(self, locale: str, key: str, **params: str | int) -> str:
        return f"{locale} {key}"

    def help(self, locale: str, topic: str) -> str:
        return f"{locale} help {topic}"

    def status(self, locale: str, jobs: Sequence[tuple[Job, int]]) -> str:
        return "; ".join(f"{job.request.prompt} {job.state} {place}" for job, place in jobs)

    def denied(self, locale: str, denial: Denial, again: str = "") -> str:
        return f"{locale} {denial.limit} of the {denial.scope}: {denial.used:g} of {denial.most:g}; {again}"

    def documents(self, locale: str, found: Sequence[Document]) -> str:
        return "; ".join(document.title for document in found)

    def usage(self, locale: str, report: UsageReport) -> str:
        return f"{locale} " + "; ".join(f"{share.scope} {share.use.jobs}" for share in report.shares)

    def canceled(self, locale: str, jobs: Sequence[Job]) -> str:
        return f"{locale} canceled {', '.join(job.request.prompt for job in jobs)}"

    def details(self, locale: str, job: Job) -> str:
        return f"details of {job.id}"

    def request_form(
        self, locale: str, place: Place, kind: Kind = Kind.COPY, recipe: str = "", *, rows: bool = False
    ) -> View:
        return {"form": f"{locale} {recipe or kind.value}{' rows' if rows else ''}", "channel": place.channel}

    def with_recipes(self, saved: Sequence[Recipe]) -> FakeWords:
        return self

    def table_plan(self, locale: str, recipe: Recipe, plan: Plan, outlook: Outlook) -> tuple[str, Sequence[Block]]:
        return f"{plan}", ({"type": "divider"},)

    def table_lacks(self, locale: str, recipe: Recipe, found: Misfit) -> str:
        columns = (found.lacking, found.needed, found.optional, found.there)
        lacking, needed, optional, there = map(", ".join, columns)
        where = " in a form" if found.in_form else ""
        return f"{locale} {recipe.name} lacks {lacking}; needs {needed}; takes {optional}; there: {there}{where}"

    def recipes(self, locale: str, query: str) -> tuple[str, Sequence[Block]]:
        return f"{locale} recipes {query}".strip(), ({"type": "divider"},)

    def revise_form(self, locale: str, place: Place, job: Job, variant: int) -> View:
        return {"form": job.id, "variant": variant, "thread": place.thread}

    def save_form(self, locale: str, place: Place, job: Job) -> View:
        return {"save": job.id, "channel": place.channel}

    def reject_form(self, locale: str, place: Place, job: Job) -> View:
        return {"reject": job.id, "channel": place.channel}

    def compare_form(self, locale: str, place: Place, job: Job, versions: Sequence[Job]) -> View | None:
        return {"compare": job.id, "of": len(versions)} if len(versions) > 1 else None

    def other_comparison(self, choice: FormChoice, versions: Sequence[Job]) -> View | None:
        return {"compare": f"{choice.action_id} {choice.value}", "of": len(versions)}

    def decided(self, locale: str, decision: Decision) -> str:
        return f"{locale} {decision.outcome} by {decision.by}"

    def home(self, locale: str, jobs: Sequence[tuple[Job, int]]) -> View:
        return {"home": locale, "jobs": len(jobs)}


class PlainRenderer:
    """A Renderer whose messages say in one word what they are; a second text becomes a second part."""

    def show(self, job: Job, now: Now, files: Mapping[str, str]) -> tuple[Shown, ...]:
        result = job.result or Result()
        texts = [a.text for a in result.artifacts if a.kind is ArtifactKind.TEXT]
        images = [files[a.blob] for a in result.artifacts if a.kind is ArtifactKind.IMAGE and a.blob in files]
        failure = result.failure.code if result.failure else ""
        glimpse = [*now.progress.texts, *filter(None, [files.get(now.progress.preview)])] if now.progress else []
        words = [job.state.value, str(now.position), failure, *glimpse, *images, *texts[:1]]
        pictures = tuple({"type": "image", "slack_file": {"id": i}, "alt_text": "picture"} for i in images)
        first = Shown(" ".join(words), pictures)
        return (first, *(Shown(text) for text in texts[1:]))

    def plain(self, shown: Shown) -> Shown:
        return Shown("plain")

    def excuse(self, job: Job, code: str) -> str:
        return f"sorry: {code}"

    def alt_text(self, job: Job) -> str:
        return "picture"
