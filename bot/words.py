"""What people are told and shown outside of results, in their language: the Words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.command.catalog import Catalog
from bot.locales import t, t_or
from bot.ports import Block, Place
from bot.slack import compare, library_list, quota, recipe_list, table_plan, views
from bot.slack.buttons import target
from bot.slack.lines import Mask, kind, masked, subject
from bot.slack.payloads import FormChoice
from bot.slack.review_message import outcome
from bot.slack.table_plan import Misfit, Outlook, Plan
from bot.slack.text import cut, escape, escaped, given_back, one_line
from bot.slack.voice import View
from engine.domain.job import Job, State
from engine.domain.knowledge import Document
from engine.domain.limits import Denial, UsageReport
from engine.domain.recipe import Recipe
from engine.domain.request import Kind
from engine.domain.result import Result
from engine.domain.review import Decision
from engine.domain.work import ForEachRow, FromRecipe


class SlackWords:
    """`slash` is the slash command's name; `mask` takes out of a job what not everybody is to read."""

    def __init__(self, catalog: Catalog, slash: str, mask: Mask = str) -> None:
        self._catalog = catalog
        self._slash = slash
        self._mask = mask

    def say(self, locale: str, key: str, **params: str | int) -> str:
        return t(locale, key, **{"command": self._slash, **params})

    def help(self, locale: str, topic: str) -> str:
        kind = Kind.DRAW if topic == "draw" else Kind.COPY
        models = ", ".join(f"`{escape(name)}`" for name in self._catalog.models(kind))
        return t(locale, f"help.{topic or 'all'}", command=self._slash, models=models)

    def status(self, locale: str, jobs: Sequence[tuple[Job, int]]) -> str:
        if not jobs:
            return t(locale, "status.none", command=self._slash, example=t(locale, "example.draw"))
        return "\n".join([t(locale, "status.title"), *(_line(locale, job, before) for job, before in jobs)])

    def denied(self, locale: str, denial: Denial, again: str = "") -> str:
        lines = [quota.denied(locale, denial)]
        if again:
            lines += [t(locale, "limit.send_again"), given_back(f"{self._slash} {again}")]
        return "\n".join(lines)

    def documents(self, locale: str, found: Sequence[Document]) -> str:
        return library_list.documents(locale, found, self._slash)

    def usage(self, locale: str, report: UsageReport) -> str:
        return quota.usage(locale, report)

    def canceled(self, locale: str, jobs: Sequence[Job]) -> str:
        told = (t(locale, "cancel.line", kind=kind(locale, job), brief=_brief(job)) for job in jobs)
        return "\n".join([t(locale, "cancel.these"), *told])

    def details(self, locale: str, job: Job) -> str:
        """Whoever reads the message may press the button."""
        job = masked(job, self._mask)
        lines = [f"*{t(locale, 'details.title', job=job.id)}*"]
        colon = "：" if locale == "zh" else ": "
        lines += [
            f"• {name}{colon}{escape(cut(value, 500, escaped))}" for name, value in _details(locale, job) if value
        ]
        return "\n".join(lines)

    def request_form(
        self, locale: str, place: Place, kind: Kind = Kind.COPY, recipe: str = "", *, rows: bool = False
    ) -> View:
        return views.request_form(locale, place, kind, self._catalog, self._catalog.recipes.find(recipe), rows=rows)

    def with_recipes(self, saved: Sequence[Recipe]) -> SlackWords:
        return SlackWords(self._catalog.with_recipes(saved), self._slash, self._mask)

    def table_plan(self, locale: str, recipe: Recipe, plan: Plan, outlook: Outlook) -> tuple[str, Sequence[Block]]:
        return table_plan.offered(locale, recipe, plan, outlook)

    def table_lacks(self, locale: str, recipe: Recipe, found: Misfit) -> str:
        return table_plan.misfit(locale, recipe, found)

    def recipes(self, locale: str, query: str) -> tuple[str, Sequence[Block]]:
        return recipe_list.listed(locale, self._slash, self._catalog.recipes.recipes, query)

    def revise_form(self, locale: str, place: Place, job: Job, variant: int) -> View:
        return views.revise_form(locale, place, job, variant)

    def save_form(self, locale: str, place: Place, job: Job) -> View:
        return views.save_form(locale, place, job)

    def reject_form(self, locale: str, place: Place, job: Job) -> View:
        return views.reject_form(locale, place, job)

    def compare_form(self, locale: str, place: Place, job: Job, versions: Sequence[Job]) -> View | None:
        sides = compare.first_sides(job, list(compare.comparable(versions)))
        memo = views.Memo(locale, job.request.kind, place.channel, place.thread, job.id)
        return compare.compare_form(locale, memo, versions, sides) if sides else None

    def other_comparison(self, choice: FormChoice, versions: Sequence[Job]) -> View | None:
        memo = views.memo(choice.private_metadata)
        sides = compare.chosen((target(memo.left), target(memo.right)), choice.action_id, choice.value)
        there = compare.comparable(versions)
        return compare.compare_form(memo.locale, memo, versions, sides) if all(s in there for s in sides) else None

    def decided(self, locale: str, decision: Decision) -> str:
        return t(locale, "review.already", outcome=outcome(locale, decision))

    def home(self, locale: str, jobs: Sequence[tuple[Job, int]]) -> View:
        return views.home(locale, self._slash, "\n".join(_line(locale, job, before) for job, before in jobs))


def _line(locale: str, job: Job, before: int) -> str:
    state = t(locale, f"state.{job.state.value}")
    if job.state is State.ACCEPTED and before:
        state = t(locale, "status.position", state=state, count=before)
    brief = _brief(job) if job.forgotten_at is None else t(locale, "status.forgotten")
    return t(locale, "status.line", job=job.id, kind=kind(locale, job), state=state, brief=brief)


def _brief(job: Job) -> str:
    return escape(cut(one_line(subject(job)), 80, escaped))


_SETTINGS = frozenset(
    ("tone", "lang", "length", "n", "seed", "temperature", "size", "steps", "guidance", "negative", "style")
)
"""Those that the forms have a word for."""


def _setting(locale: str, name: str, value: str | int | float | None) -> tuple[str, str]:
    """Its name and value, in the words of the forms where they have some."""
    label = t(locale, f"form.{name}") if name in _SETTINGS else name
    if name == "length":
        return label, t_or(locale, f"form.length.{value}", f"{value}") if value else ""
    return label, "" if value is None else f"{value}"


def _details(locale: str, job: Job) -> Iterator[tuple[str, str]]:
    result, revision = job.result or Result(), job.request.revision
    usage = result.usage
    yield t(locale, "details.state"), t(locale, f"state.{job.state.value}")
    yield t(locale, "details.prompt"), one_line(subject(job))
    if isinstance(work := job.request.work, FromRecipe | ForEachRow):
        yield t(locale, "details.recipe"), work.recipe
        yield from ((name, one_line(value)) for name, value in work.fields)
    yield t(locale, "details.instruction"), one_line(revision.instruction) if revision else ""
    yield t(locale, "details.model"), " · ".join(filter(None, [usage.model, usage.backend]))
    for name, value in usage.settings.items():
        yield _setting(locale, name, value)
    if usage.prompt_tokens or usage.completion_tokens:
        yield t(locale, "details.tokens"), f"{usage.prompt_tokens}, {usage.completion_tokens}"
    if job.state.finished:
        yield t(locale, "details.wait"), t(locale, "label.seconds", seconds=f"{usage.wait_s:.1f}")
        yield t(locale, "details.run"), t(locale, "label.seconds", seconds=f"{usage.run_s:.1f}")
    if usage.cost_usd is not None:
        yield t(locale, "details.cost"), t(locale, "details.cost_usd", cost=f"{usage.cost_usd:.4f}")
