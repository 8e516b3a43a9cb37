"""The forms and the home tab; pure, from choices to views (docs.slack.dev/reference/views)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from bot.command.catalog import Catalog
from bot.command.flags import MAX_SEED, MOST_IMAGES, MOST_TEXTS
from bot.errors import PayloadError
from bot.locales import t
from bot.ports import Place
from bot.slack import recipe_fields
from bot.slack.blocks import Json, field, header, modal, number_input, radio, section, select, text_input
from bot.slack.lines import subject
from bot.slack.text import cut, escape, escaped, one_line
from engine.domain.job import Job, State
from engine.domain.recipe import Recipe
from engine.domain.request import Kind, Length
from engine.domain.result import ArtifactKind
from engine.domain.saved import MAX_TITLE

REQUEST = "request_form"
REVISE = "revise_form"
REJECT = "reject_form"
SAVE = "save_form"
MOST_REASON = 500
"""Longest reason, in characters."""
IDS = r"^[A-Za-z0-9_.:-]{0,64}$"
KIND = "form_kind"
"""Action id of the choice between text and picture: changing it changes the form."""


@dataclass(frozen=True, slots=True)
class Memo:
    """What a form carries along unseen, as its `private_metadata`."""

    locale: str
    kind: Kind = Kind.COPY
    channel: Annotated[str, Field(pattern=IDS)] = ""
    thread: Annotated[str, Field(pattern=IDS)] = ""
    job_id: Annotated[str, Field(pattern=IDS)] = ""
    variant: Annotated[int, Field(ge=0, lt=1_000)] = 0
    recipe: Annotated[str, Field(pattern=IDS)] = ""
    left: Annotated[str, Field(pattern=IDS)] = ""
    """What is compared: a button's value, and so is `right`."""
    right: Annotated[str, Field(pattern=IDS)] = ""
    rows: bool = False
    """A text is wanted for each row of a table."""

    def __str__(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @property
    def place(self) -> Place:
        return Place(self.channel, self.thread)


@dataclass(frozen=True, slots=True)
class OtherForm:
    """What another form of `request_form` is to ask for."""

    locale: str
    place: Place
    kind: Kind
    recipe: str = ""
    rows: bool = False


_MEMO = TypeAdapter(Memo)


def memo(private_metadata: str) -> Memo:
    """Raises PayloadError for what none of our forms carries; what a newer version's form adds is passed over."""
    try:
        return _MEMO.validate_json(private_metadata)
    except ValidationError:
        raise PayloadError("a form that is none of ours") from None


def request_form(
    locale: str, place: Place, kind: Kind, catalog: Catalog, recipe: Recipe | None = None, *, rows: bool = False
) -> Json:
    """A new request, by a recipe if there is one; without a channel the form asks for one.

    With `rows` it asks for a table, of which each row is to have a text, where the recipe can be filled in by one.
    """
    kind = recipe.kind if recipe else kind
    rows = rows and recipe is not None and recipe_fields.takes_rows(recipe)
    blocks = recipe_fields.picker(locale, catalog.recipes, recipe) if catalog.recipes.recipes else []
    if recipe is None:
        choices = [(k.value, t(locale, f"form.kind.{k.value}")) for k in Kind]
        label = t(locale, "form.kind")
        blocks.append(field("kind", label, radio(choices, kind.value, KIND), optional=False, dispatch=True))
    else:
        blocks += recipe_fields.rows_choice(locale, recipe, rows=rows)
        blocks += recipe_fields.fields(locale, recipe, rows=rows)
    blocks.append(_brief(locale, kind, recipe))
    if not place.channel:
        conversations = {"type": "conversations_select", "default_to_current_conversation": True}
        blocks.append(field("channel", t(locale, "form.channel"), conversations, optional=False))
    more = _rows_fields if rows else _copy_fields if kind is Kind.COPY else _draw_fields
    blocks += more(locale, catalog)
    note = Memo(locale, kind, place.channel, place.thread, recipe=recipe.name if recipe else "", rows=rows)
    submit = t(locale, "form.rows.submit") if rows else t(locale, "form.submit")
    labels = (t(locale, "form.title"), submit, t(locale, "form.close"))
    return modal(REQUEST, labels, str(note), blocks)


def _brief(locale: str, kind: Kind, recipe: Recipe | None) -> Json:
    """What the fields of a recipe do not say; without fields all that is asked for."""
    alone = recipe is None or not recipe.fields
    key = f"form.prompt.{kind.value}" if alone else "form.brief"
    typed = text_input(multiline=True)
    return field(f"prompt_{kind.value}", t(locale, key), typed, hint=t(locale, f"{key}.hint"), optional=not alone)


def revise_form(locale: str, place: Place, job: Job, variant: int) -> Json:
    """A change to one variant of a finished job."""
    version = f"v{job.version}"
    blocks = [
        section(_earlier(locale, job, variant)),
        field(
            "instruction",
            t(locale, "revise.instruction"),
            text_input(multiline=True),
            hint=t(locale, "revise.instruction.hint"),
            optional=False,
        ),
    ]
    note = Memo(locale, job.request.kind, place.channel, place.thread, job.id, variant)
    labels = (t(locale, "revise.title", version=version), t(locale, "revise.submit"), t(locale, "form.close"))
    return modal(REVISE, labels, str(note), blocks)


def reject_form(locale: str, place: Place, job: Job) -> Json:
    """A reviewer's reason, which may be empty."""
    reason = field(
        "reason",
        t(locale, "reject.reason"),
        text_input(multiline=True, most=MOST_REASON),
        hint=t(locale, "reject.reason.hint"),
    )
    note = Memo(locale, job.request.kind, place.channel, place.thread, job.id)
    labels = (t(locale, "reject.title"), t(locale, "reject.submit"), t(locale, "form.close"))
    return modal(REJECT, labels, str(note), [reason])


def save_form(locale: str, place: Place, job: Job) -> Json:
    """The name of a recipe to make of a text."""
    title, hint = text_input(most=MAX_TITLE), t(locale, "save.name.hint")
    blocks = [
        section(_earlier(locale, job, job.picked or 0)),
        field("title", t(locale, "save.name"), title, hint=hint, optional=False),
    ]
    labels = (t(locale, "save.title"), t(locale, "save.submit"), t(locale, "form.close"))
    return modal(SAVE, labels, str(Memo(locale, Kind.COPY, place.channel, place.thread, job.id)), blocks)


def home(locale: str, command: str, jobs: str) -> Json:
    """What the app is for, and a person's latest jobs, as mrkdwn in `jobs`."""
    blocks = [
        header(t(locale, "home.title")),
        section(t(locale, "home.about")),
        header(t(locale, "home.try")),
        section(t(locale, "home.examples", command=command)),
        header(t(locale, "home.jobs")),
        section(jobs or t(locale, "home.none")),
    ]
    return {"type": "home", "blocks": blocks}


def _earlier(locale: str, job: Job, variant: int) -> str:
    artifacts = job.result.artifacts if job.result else ()
    artifact = artifacts[min(variant, len(artifacts) - 1)] if artifacts else None
    if artifact is not None and artifact.kind is ArtifactKind.TEXT and job.state is State.SUCCEEDED:
        return f"*{t(locale, 'revise.earlier')}*\n{escape(cut(artifact.text, 1_200, escaped))}"
    return f"*{t(locale, 'revise.asked')}*\n{escape(cut(one_line(subject(job)), 1_200, escaped))}"


def _copy_fields(locale: str, catalog: Catalog) -> list[Json]:
    lengths = [(length.value, t(locale, f"form.length.{length.value}")) for length in Length]
    return [
        _typed(locale, "tone", text_input(most=40)),
        _typed(locale, "lang", text_input(most=40)),
        field("length", t(locale, "form.length"), select(lengths)),
        _count(locale, MOST_TEXTS),
        *_model(locale, catalog.text_models),
        _typed(locale, "seed", number_input(0, MAX_SEED, decimal=False)),
        _typed(locale, "temperature", number_input(0, 2, decimal=True)),
    ]


def _rows_fields(locale: str, catalog: Catalog) -> list[Json]:
    """What the plan of a run over a table can carry."""
    return [
        _typed(locale, "lang", text_input(most=40)),
        *_model(locale, catalog.text_models),
        _typed(locale, "seed", number_input(0, MAX_SEED, decimal=False)),
    ]


def _draw_fields(locale: str, catalog: Catalog) -> list[Json]:
    return [
        _typed(locale, "style", text_input(most=100)),
        _typed(locale, "size", text_input(most=40)),
        _count(locale, MOST_IMAGES),
        *_model(locale, catalog.image_models),
        _typed(locale, "negative", text_input(most=500)),
        _typed(locale, "seed", number_input(0, MAX_SEED, decimal=False)),
        _typed(locale, "steps", number_input(1, 150, decimal=False)),
        _typed(locale, "guidance", number_input(0, 30, decimal=True)),
    ]


def _typed(locale: str, name: str, element: Json) -> Json:
    return field(name, t(locale, f"form.{name}"), element, hint=t(locale, f"form.{name}.hint"))


def _count(locale: str, most: int) -> Json:
    return field("n", t(locale, "form.n"), select([(str(n), str(n)) for n in range(1, most + 1)]))


def _model(locale: str, names: Sequence[str]) -> list[Json]:
    """A menu, where there is a choice; a menu shows 100 at most, and none whose name is longer than 150."""
    names = [name for name in names if len(name) <= 150]
    return [field("model", t(locale, "form.model"), select([(n, n) for n in names[:100]]))] if len(names) > 1 else []
