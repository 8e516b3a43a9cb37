"""`aigc knowledge`: what the company knows, at a terminal: add files, see what is there, search it, take it out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from bot.cli.locale import terminal_locale
from bot.cli.moments import iso
from bot.cli.output import Column, print_list
from bot.cli.plain import plain
from bot.lessons import lesson_line, summary
from bot.locales import t
from engine.domain.knowledge import EVERYBODY, SCOPE, Alias, Document, Hit, Learned, Lesson, Reader, team_of
from engine.domain.table import csv_line

if TYPE_CHECKING:
    from engine.knowledge.base import KnowledgeBase

_COLUMNS = ("document", "title", "scope", "lang", "passages", "version", "at", "source")
_ALIAS_COLUMNS = ("alias", "name", "scope", "told_by")
_WHOLE = ("document", "scope", "version", "at")
_SHOWN_CHARS = 400


def _scope(_: click.Context, __: click.Parameter, given: str) -> str:
    if not SCOPE.fullmatch(given):
        raise click.BadParameter("give everybody, channel:C0123ABC or team:support")
    return given


_SCOPE = click.option(
    "--scope",
    default=EVERYBODY,
    show_default=True,
    callback=_scope,
    help="Who may be answered from it: everybody, channel:C0123ABC, or team:support, to look up and not for drafts.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.group()
def knowledge() -> None:
    """Add to the knowledge base that replies are drafted from, search it, and take documents out again.

    It reads Markdown, text, HTML, PDF, Word (DOCX), and CSV and JSON of questions and answers.
    """


@knowledge.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--example", is_flag=True, help="Add the documents of the shop whose customers ask in `aigc play`.")
@_SCOPE
@click.option("--url-base", default="", help="Where people open these files: the URL of the folder that was given.")
@_JSON
def add(paths: tuple[Path, ...], *, example: bool, scope: str, url_base: str, as_json: bool) -> None:
    """Add files, or all that can be read in folders. What did not change is left as it is.

    Ends with 1 if something could not be read; the rest is added all the same.
    """
    paths += (_example(),) if example else ()
    if not paths:
        raise click.UsageError("Name files or folders, or --example.")
    lessons = []
    _warn_of_team(scope)
    with _knowledge() as base:
        for lesson in _lessons(base, paths, scope, url_base):
            lessons.append(lesson)
            click.echo(json.dumps(_told(lesson), ensure_ascii=False) if as_json else lesson_line(_locale(), lesson))
    click.echo(summary(_locale(), lessons), err=True)
    if any(lesson.learned is Learned.UNREADABLE for lesson in lessons):
        raise SystemExit(1)


@knowledge.command("list")
@click.option("--scope", default="", help="Only what has this scope.")
@_JSON
def list_documents(scope: str, as_json: bool) -> None:
    """List the documents."""
    with _knowledge() as base:
        found = [document for document in base.documents() if scope in ("", document.scope)]
    if as_json:
        for document in found:
            click.echo(json.dumps(_described(document), ensure_ascii=False))
    elif found:
        print_list(_columns(_COLUMNS), [_row(document) for document in found])
    else:
        click.echo(t(_locale(), "knowledge.empty"), err=True)


@knowledge.command()
@click.argument("documents", nargs=-1, required=True)
def remove(documents: tuple[str, ...]) -> None:
    """Take DOCUMENTS out, by their ids or by where they were read."""
    with _knowledge() as base:
        there = base.documents()
        wanted = {given: [d.id for d in there if given in (d.id, d.source, d.url)] for given in documents}
        if missing := [given for given, ids in wanted.items() if not ids]:
            raise click.ClickException(t(_locale(), "knowledge.unknown", names=", ".join(missing)))
        count = base.remove({document_id for ids in wanted.values() for document_id in ids})
    click.echo(t(_locale(), "knowledge.removed", count=count))


@knowledge.command()
@click.argument("question")
@click.option("--channel", default="", help="As if asked in this channel, by its id.")
@click.option("--team", "teams", multiple=True, help="As if asked by somebody of this team; may be repeated.")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 50), help="At most so many.")
@click.option("--all", "everything", is_flag=True, help="Also what does not answer the question well enough.")
@_JSON
def search(question: str, everything: bool, limit: int, as_json: bool, **who: Any) -> None:
    """Show what answers QUESTION, and how likely. Ends with 1 where nothing does."""
    reader = Reader("", who["channel"], who["teams"])
    with _knowledge() as base:
        if everything:
            hits = tuple(found.hit for found in base.finder.find(question, reader, limit))
        else:
            hits = base.search(question, reader, limit)
    for number, hit in enumerate(hits, 1):
        click.echo(json.dumps(_found(hit), ensure_ascii=False) if as_json else "\n".join(_shown(number, hit)))
    if not hits:
        click.echo(t(_locale(), "knowledge.nothing"), err=True)
        raise SystemExit(1)


@knowledge.command()
def reindex() -> None:
    """Embed all passages again, which a new version of AIGC may ask for. Nothing is read again."""
    with _knowledge() as base:
        documents = len(base.documents())
        with click.progressbar(length=documents, label=t(_locale(), "knowledge.embedding")) as bar:
            count = base.reindex(lambda done, of: bar.update(done - bar.pos))
    click.echo(t(_locale(), "knowledge.reindexed", count=count))


@knowledge.command()
@click.option("--export", "exported", is_flag=True, help="Print all as CSV, to be edited and imported.")
@click.option("--import", "imported", type=click.File(encoding="utf-8-sig"), help="A CSV file: what people entered.")
@click.option("--add", "added", nargs=2, metavar="ALIAS NAME", help="One more; NAME as the documents have it.")
@_SCOPE
def aliases(exported: bool, imported: IO[str] | None, added: tuple[str, str] | None, scope: str) -> None:
    """Show other names of things, which questions are widened by: "the blue one" to a product's name.

    Documents tell some; people enter others. A file that is imported, with the columns alias, name and scope, takes
    the place of all that people entered before; rows that a document told (column told by) are left out.
    """
    with _knowledge() as base:
        own = [alias for alias in base.store.aliases() if not alias.document]
        if imported:
            base.store.put_aliases("", read_aliases(imported))
        elif added:
            base.store.put_aliases("", [*own, Alias(*added, scope)])
        known, titles = base.store.aliases(), {document.id: document.title for document in base.documents()}
    if exported:
        for line in written_aliases(known, titles):
            click.echo(line, nl=False)
    elif known:
        print_list(_columns(_ALIAS_COLUMNS), [_alias_row(alias, titles) for alias in known])
    else:
        click.echo(t(_locale(), "knowledge.no_aliases"), err=True)


def read_aliases(file: Iterable[str]) -> list[Alias]:
    """What people entered. Raises click.ClickException that names the line."""
    rows, found = csv.DictReader(file), []
    if not {"alias", "name"} <= set(rows.fieldnames or ()):
        raise click.ClickException(t(_locale(), "knowledge.alias_columns"))
    for row in rows:
        alias, name, scope = ((row.get(key) or "").strip() for key in ("alias", "name", "scope"))
        if (row.get("told by") or "").strip():
            continue
        if not (alias and name and SCOPE.fullmatch(scope or EVERYBODY)):
            raise click.ClickException(t(_locale(), "knowledge.alias_row", line=rows.line_num))
        found.append(Alias(alias, name, scope or EVERYBODY))
    return found


def written_aliases(known: Sequence[Alias], titles: Mapping[str, str]) -> Iterator[str]:
    yield csv_line(("alias", "name", "scope", "told by"))
    for alias in known:
        yield csv_line((alias.alias, alias.name, alias.scope, titles.get(alias.document, alias.document)))


def _alias_row(alias: Alias, titles: Mapping[str, str]) -> list[str]:
    told_by = titles.get(alias.document, alias.document)
    return [plain(cell) for cell in (alias.alias, alias.name, alias.scope, told_by)]


def _columns(names: Sequence[str]) -> list[Column]:
    return [Column(t(_locale(), f"knowledge.column.{name}"), name in _WHOLE) for name in names]


def _warn_of_team(scope: str) -> None:
    """Of one that nobody is in: the file that names it may come later."""
    from engine.settings import EngineSettings
    from engine.teams import load_teams

    team = team_of(scope)
    if team and team not in load_teams(EngineSettings().teams_file).members:
        click.echo(t(_locale(), "knowledge.nobody_in_team", team=plain(team)), err=True)


def _knowledge() -> Any:
    from engine.bootstrap import build_knowledge
    from engine.settings import EngineSettings

    return build_knowledge(EngineSettings())


def _example() -> Path:
    from engine.evals.replies.company import company

    return company().folder / "documents"


def _lessons(base: KnowledgeBase, paths: tuple[Path, ...], scope: str, url_base: str) -> Iterator[Lesson]:
    from engine.knowledge.folders import learn_path

    for path in paths:
        yield from learn_path(base, path, scope=scope, url_base=url_base)


def _locale() -> str:
    return terminal_locale()


def _told(lesson: Lesson) -> dict[str, Any]:
    return {
        "file": lesson.name,
        "document": lesson.document,
        "outcome": lesson.learned.value,
        "passages": lesson.passages,
        "embedded": lesson.embedded,
        "reason": lesson.reason,
        **lesson.params,
    }


def _described(document: Document) -> dict[str, Any]:
    return {
        "document": document.id,
        "title": document.title,
        "source": document.source,
        "scope": document.scope,
        "url": document.url,
        "lang": document.lang,
        "canned": document.canned,
        "passages": document.passages,
        "version": document.version,
        "added": iso(document.added_at),
        "by": document.added_by,
    }


def _row(document: Document) -> list[str]:
    about = (document.title, document.scope, document.lang, str(document.passages), document.version)
    return [plain(cell) for cell in (document.id, *about, iso(document.added_at)[:19], document.source)]


def _found(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "score": round(hit.score, 4),
        "passage": passage.id,
        "document": passage.document,
        "version": passage.version,
        "title": passage.title,
        "heading": passage.heading,
        "url": passage.url,
        "lang": passage.lang,
        "canned": passage.canned,
        "text": passage.text,
    }


def _shown(number: int, hit: Hit) -> Iterator[str]:
    passage = hit.passage
    heads = " › ".join(filter(None, (passage.title, passage.heading)))
    yield plain(f"{number}. {hit.score:.2f}  {heads}" + (f"  {passage.url}" if passage.url else ""))
    text = plain(passage.text)
    text = text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"
    yield from (f"   {line}" for line in text.splitlines())
