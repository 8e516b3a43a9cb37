"""What every listener is given: the desk, and how to read and answer people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.background import Background
from bot.cookbook import Cookbook
from bot.desk import Desk
from bot.inquiry import Inquiry
from bot.links import Links
from bot.once import Once
from bot.people import People
from bot.ports import Block, ChannelSource, Place, ThreadSource
from bot.slack.payloads import FormChoice, Submission
from bot.slack.table_plan import Misfit, Outlook, Plan
from bot.slack.views import OtherForm
from bot.slack.voice import View, Voice
from bot.uploads import Uploads
from bot.wishes import ForRows, Learn, Wish
from engine.domain.job import Job
from engine.domain.knowledge import Document
from engine.domain.limits import Denial, UsageReport
from engine.domain.recipe import Recipe
from engine.domain.request import Kind
from engine.domain.review import UNREVIEWED, Decision, Oversight
from engine.domain.teams import NO_TEAMS, Teams
from engine.ports import Catalogue


class Reader(Protocol):
    """Makes sense of what people write and fill in; pure. All methods raise Misunderstood."""

    def command(self, text: str, locale: str) -> Wish:
        """The text after `/aigc`."""

    def plain(
        self, text: str, locale: str, *, revising: bool, with_image: bool = False, among_people: bool = False
    ) -> Wish:
        """Plain words; `revising` where there is a result that they may be about, `with_image` beside an image.

        Only `among_people`, in a channel, may they be about what somebody wrote there.
        """

    def learning(self, text: str, locale: str) -> Learn | None:
        """The words beside files; None where they do not ask to learn those."""

    def with_recipes(self, saved: Sequence[Recipe]) -> Reader:
        """The same with more recipes."""

    def table(self, text: str, locale: str) -> ForRows | None:
        """The words beside a table; None where they do not speak of its rows."""

    def recipe(self, name: str) -> Recipe | None: ...

    def default_model(self) -> str:
        """The name of the model that writes where nobody names one."""

    def request_form(self, submission: Submission) -> tuple[Place, Wish | ForRows]:
        """A filled-in form of `Words.request_form`: where to answer, and what is wanted."""

    def revise_form(self, submission: Submission) -> tuple[Place, str, int, str]:
        """A filled-in form of `Words.revise_form`: where to answer, job id, variant and instruction."""

    def save_form(self, submission: Submission) -> tuple[Place, str, str]:
        """A filled-in form of `Words.save_form`: where to answer, job id and the recipe's name."""

    def reject_form(self, submission: Submission) -> tuple[Place, str, str]:
        """A filled-in form of `Words.reject_form`: where to answer, job id and reason, which may be ""."""

    def compared(self, choice: FormChoice) -> str:
        """The id of the job whose texts an open form compares."""

    def other_form(self, choice: FormChoice) -> OtherForm:
        """Which form of `Words.request_form` was chosen in another."""

    def button(self, value: str) -> tuple[str, int]:
        """The job id and variant that a button stands for."""


class Words(Protocol):
    """What people are told and shown outside of results, in their language; pure."""

    def say(self, locale: str, key: str, **params: str | int) -> str:
        """One text of the catalogue."""

    def help(self, locale: str, topic: str) -> str: ...

    def status(self, locale: str, jobs: Sequence[tuple[Job, int]]) -> str:
        """A person's jobs, each with how many come before it."""

    def denied(self, locale: str, denial: Denial, again: str = "") -> str:
        """Why a request is not taken now; `again` is what to send then, in plain text."""

    def documents(self, locale: str, found: Sequence[Document]) -> str:
        """What is in the knowledge base."""

    def usage(self, locale: str, report: UsageReport) -> str:
        """What was used today of what there is."""

    def canceled(self, locale: str, jobs: Sequence[Job]) -> str:
        """Which ones are."""

    def details(self, locale: str, job: Job) -> str:
        """All parameters of a job."""

    def request_form(
        self, locale: str, place: Place, kind: Kind = Kind.COPY, recipe: str = "", *, rows: bool = False
    ) -> View:
        """`recipe` is the name of the one to fill in; of one that is not there, the form without.

        With `rows` a table fills it in, row by row.
        """

    def with_recipes(self, saved: Sequence[Recipe]) -> Words:
        """The same with more recipes."""

    def table_plan(self, locale: str, recipe: Recipe, plan: Plan, outlook: Outlook) -> tuple[str, Sequence[Block]]:
        """What a run over a table will take, with buttons to start it or not."""

    def table_lacks(self, locale: str, recipe: Recipe, found: Misfit) -> str:
        """That no row can be written: what is missing, what the recipe asks for, and what to do."""

    def recipes(self, locale: str, query: str) -> tuple[str, Sequence[Block]]:
        """The recipes that have these words in them, as text and as blocks with a button each."""

    def revise_form(self, locale: str, place: Place, job: Job, variant: int) -> View: ...

    def save_form(self, locale: str, place: Place, job: Job) -> View: ...

    def reject_form(self, locale: str, place: Place, job: Job) -> View: ...

    def compare_form(self, locale: str, place: Place, job: Job, versions: Sequence[Job]) -> View | None:
        """What differs between the first two texts that can be compared; None where there is but one."""

    def other_comparison(self, choice: FormChoice, versions: Sequence[Job]) -> View | None:
        """That form after a choice in it; None for what is not there any more."""

    def decided(self, locale: str, decision: Decision) -> str:
        """That a review is over, and who ended it."""

    def home(self, locale: str, jobs: Sequence[tuple[Job, int]]) -> View:
        """The home tab, with a person's latest jobs, each with how many come before it."""


@dataclass(frozen=True, slots=True)
class Front:
    """The parts that listeners share."""

    desk: Desk
    reader: Reader
    words: Words
    people: People
    voice: Voice
    background: Background
    uploads: Uploads
    inquiry: Inquiry
    threads: ThreadSource
    channels: ChannelSource
    catalogue: Catalogue
    """What is in the knowledge base."""
    command: str = "/aigc"
    once: Once = field(default_factory=Once)
    oversight: Oversight = UNREVIEWED
    links: Links = field(default_factory=lambda: Links("", ""))
    cookbook: Cookbook | None = None
    """The recipes that workspaces saved."""
    teams: Teams = NO_TEAMS

    async def at(self, workspace: str) -> Front:
        """As it is there: with the recipes that were saved in this workspace."""
        saved = await self.cookbook.of(workspace) if self.cookbook else ()
        if not saved:
            return self
        return replace(self, reader=self.reader.with_recipes(saved), words=self.words.with_recipes(saved))

    def whisper(self, place: Place, user: str, text: str, blocks: Sequence[Block] = ()) -> None:
        """Tell one person something, after the acknowledgement."""
        self.background.start(self.voice.whisper(place, user, text, blocks))
