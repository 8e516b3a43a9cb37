"""Makes sense of what people write and fill in: the Reader; its errors teach, in the person's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot import command
from bot.command.catalog import Catalog
from bot.command.clean import visible
from bot.command.flags import FLAGS
from bot.command.request import checked_brief, read_flag
from bot.command.tables import read_table_wish
from bot.command.values import Bad
from bot.errors import CommandError, PayloadError
from bot.locales import t
from bot.ports import Place
from bot.slack import buttons, recipe_fields, views
from bot.slack.payloads import FormChoice, Submission, uploaded
from bot.slack.text import code, escape
from bot.slack.views import OtherForm
from bot.submit import new_seed
from bot.wishes import ForRows, Generate, Learn, Misunderstood, Wish
from engine.domain.filling import Values, fill, with_defaults
from engine.domain.recipe import Recipe
from engine.domain.request import CopyParams, DrawParams, Kind, Params, Request
from engine.domain.saved import MAX_TITLE
from engine.domain.work import FromRecipe


class SlackReader:
    """Commands, plain words, forms and buttons. `slash` is the slash command's name, for what is suggested."""

    def __init__(self, catalog: Catalog, slash: str) -> None:
        self._catalog = catalog
        self._slash = slash

    def command(self, text: str, locale: str) -> Wish:
        try:
            return command.parse(text, self._catalog, new_seed())
        except CommandError as error:
            raise Misunderstood(self._lesson(error, locale)) from error

    def plain(
        self, text: str, locale: str, *, revising: bool, with_image: bool = False, among_people: bool = False
    ) -> Wish:
        otherwise = Kind.DRAW if with_image else Kind.COPY
        try:
            if among_people and (wish := command.drafting(text, revising=revising)):
                return wish
            return command.route(text, self._catalog, in_thread=revising, new_seed=new_seed(), otherwise=otherwise)
        except CommandError as error:
            raise Misunderstood(self._lesson(error, locale)) from error

    def learning(self, text: str, locale: str) -> Learn | None:
        return command.learning(text)

    def with_recipes(self, saved: Sequence[Recipe]) -> SlackReader:
        return SlackReader(self._catalog.with_recipes(saved), self._slash)

    def table(self, text: str, locale: str) -> ForRows | None:
        try:
            return read_table_wish(text, self._catalog, new_seed())
        except CommandError as error:
            error.suggestion = ""  # the table would have to be sent again with it
            raise Misunderstood(self._lesson(error, locale)) from error

    def recipe(self, name: str) -> Recipe | None:
        return self._catalog.recipes.find(name)

    def default_model(self) -> str:
        return next(iter(self._catalog.text_models), "")

    def request_form(self, submission: Submission) -> tuple[Place, Wish | ForRows]:
        memo = views.memo(submission.private_metadata)
        kind = memo.kind
        typed = {name: _entered(values) for name, values in submission.values.items()}
        recipe = self._recipe(memo.recipe, memo.locale)
        channel = memo.channel or typed.get("channel", "")
        if not channel:
            raise PayloadError("a form without a channel")
        params = self._params(kind, typed, memo.locale)
        brief = _brief(kind, typed, f"prompt_{kind.value}", memo.locale, optional=bool(recipe and recipe.fields))
        if recipe is None:
            return Place(channel, memo.thread), Generate(Request(kind, brief, params))
        params = with_defaults(recipe, params, self._catalog.models(kind))
        if memo.rows and isinstance(params, CopyParams):
            _demand_table(submission, memo.locale)
            same = tuple((name, value) for name, value in recipe_fields.entered(recipe, typed).items() if value)
            return Place(channel, memo.thread), ForRows(recipe.name, same, brief, replace(params, n=1))
        work = FromRecipe(recipe.name, _filled(recipe, typed, memo.locale))
        return Place(channel, memo.thread), Generate(Request(kind, brief, params, work=work))

    def _recipe(self, name: str, locale: str) -> Recipe | None:
        recipe = self._catalog.recipes.find(name) if name else None
        if name and recipe is None:
            raise Misunderstood(t(locale, "recipes.gone", command=self._slash))
        return recipe

    def _params(self, kind: Kind, typed: Mapping[str, str], locale: str) -> Params:
        params: Params = CopyParams(seed=new_seed()) if kind is Kind.COPY else DrawParams(seed=new_seed())
        for name, spec in FLAGS[kind].items():
            if not typed.get(name):
                continue
            read = read_flag(spec, kind, typed[name], self._catalog)
            if isinstance(read, Bad):
                told = {"flag": t(locale, f"form.{name}"), "value": typed[name][:40], **read.allowed}
                raise Misunderstood(t(locale, f"command.{read.code}", **told).replace("`", ""), name)
            params = replace(params, **read)
        return params

    def revise_form(self, submission: Submission) -> tuple[Place, str, int, str]:
        memo = views.memo(submission.private_metadata)
        typed = {name: _entered(values) for name, values in submission.values.items()}
        instruction = _brief(memo.kind, typed, "instruction", memo.locale)
        return memo.place, memo.job_id, memo.variant, instruction

    def save_form(self, submission: Submission) -> tuple[Place, str, str]:
        memo = views.memo(submission.private_metadata)
        title = " ".join(_entered(submission.values.get("title", {})).split())
        return memo.place, memo.job_id, title[:MAX_TITLE]

    def reject_form(self, submission: Submission) -> tuple[Place, str, str]:
        memo = views.memo(submission.private_metadata)
        reason = _entered(submission.values.get("reason", {})).strip()
        return memo.place, memo.job_id, reason[: views.MOST_REASON]

    def compared(self, choice: FormChoice) -> str:
        return views.memo(choice.private_metadata).job_id

    def other_form(self, choice: FormChoice) -> OtherForm:
        memo = views.memo(choice.private_metadata)
        if choice.action_id == recipe_fields.RECIPE:
            recipe = self._catalog.recipes.find(choice.value)
            return OtherForm(memo.locale, memo.place, memo.kind, recipe.name if recipe else "", memo.rows)
        if choice.action_id == recipe_fields.ROWS:
            rows = choice.value == recipe_fields.EACH
            return OtherForm(memo.locale, memo.place, memo.kind, memo.recipe, rows)
        if choice.value not in list(Kind):
            raise PayloadError("a choice that the form does not offer")
        return OtherForm(memo.locale, memo.place, Kind(choice.value))

    def button(self, value: str) -> tuple[str, int]:
        target = buttons.target(value)
        return target.job_id, target.variant

    def _lesson(self, error: CommandError, locale: str) -> str:
        """What was wrong, what is allowed, and a command to copy."""
        params = {name: _shown(value) for name, value in error.params.items()}
        lines = [t(locale, f"command.{error.code}", **params)]
        suggestion = error.suggestion or (self._example(error, locale) if error.code == "missing_brief" else "")
        if suggestion:
            lines += [t(locale, "command.try"), code(f"{self._slash} {suggestion}")]
        return "\n".join(lines)

    def _example(self, error: CommandError, locale: str) -> str:
        return t(locale, f"example.{error.params['kind']}")


def _shown(value: str | int | float) -> str | int | float:
    """Safe in mrkdwn and between backticks."""
    return escape(value.replace("`", "'")) if isinstance(value, str) else value


def _demand_table(submission: Submission, locale: str) -> None:
    if not uploaded(submission):
        raise Misunderstood(t(locale, "form.missing"), recipe_fields.TABLE)


def _filled(recipe: Recipe, typed: Mapping[str, str], locale: str) -> Values:
    """Raises Misunderstood, with an answer for each field that is wrong."""
    values, wrong = fill(recipe, recipe_fields.entered(recipe, typed))
    said: dict[str, str] = {}
    for each in wrong:
        if asked := recipe.field_named(each.field):
            key = "form.missing" if each.code == "missing" else f"form.field.{each.code}"
            said[recipe_fields.block_id(recipe, asked)] = t(locale, key, **each.params)
    if said:
        first = next(iter(said))
        raise Misunderstood(said[first], first, said)
    return values


def _brief(kind: Kind, typed: Mapping[str, str], field: str, locale: str, *, optional: bool = False) -> str:
    if optional and not visible(typed.get(field, "")):
        return ""
    try:
        return checked_brief(kind, typed.get(field, ""))
    except CommandError as error:
        missing = error.code == "missing_brief"
        text = t(locale, "form.missing") if missing else t(locale, f"command.{error.code}", **error.params)
        raise Misunderstood(text, field) from error


def _entered(values: Mapping[str, Any]) -> str:
    """What one field holds, whatever its element: typed text, or the value of what was chosen."""
    for state in values.values():
        chosen = state.get("selected_option") or {}
        entered = state.get("value") or chosen.get("value") or state.get("selected_conversation") or ""
        return visible(str(entered))
    return ""
