"""`aigc copy` and `aigc draw`: one request at the terminal, on the same road as in Slack, without Slack and Redis."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.cli.locale import terminal_locale
from bot.command import recipes
from bot.command.catalog import Catalog
from bot.command.flags import FLAGS
from bot.command.request import checked_brief, read_flag
from bot.command.scan import Flag, Scan
from bot.command.values import Bad
from bot.errors import CommandError
from bot.locales import t, t_or
from bot.slack.outcome import failed, refused
from bot.slack.shortfalls import shortfalls
from bot.submit import new_seed
from engine.bootstrap import build_desk
from engine.device import prepare_environment
from engine.domain import result as domain
from engine.domain.filling import with_defaults
from engine.domain.job import Job, State
from engine.domain.request import CopyParams, DrawParams, Kind, Params, Request
from engine.errors import StartingImageError
from engine.recipes import build_recipes
from engine.settings import EngineSettings
from engine.starting_image import MAX_BYTES, extension

Take = Callable[[Job, Callable[[str], bytes]], None]
"""Given a job and how to get its images by key."""

_REFUSED = 3
"""Exit status of a refusal, which is a result and no error."""


def _with_flags(kind: Kind) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The flags that the slash command has."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for name, spec in reversed(FLAGS[kind].items()):
            command = click.option(f"--{name}", metavar="VALUE", help=f"Example: {spec.example or 'a model'}")(command)
        return command

    return decorate


def _with_recipe(command: Callable[..., None]) -> Callable[..., None]:
    """The flags that name a recipe and fill it in."""
    command = click.option("--field", "fields", multiple=True, metavar="NAME=VALUE", help="Fill in a field.")(command)
    return click.option("--recipe", metavar="NAME", help="By a recipe: aigc recipes lists them.")(command)


@click.command()
@click.argument("brief", default="")
@_with_recipe
@_with_flags(Kind.COPY)
def copy(brief: str, recipe: str | None, fields: tuple[str, ...], **flags: str | None) -> None:
    """Write a text for BRIEF, or by a recipe."""
    job = _run(Kind.COPY, Asked(brief, flags, recipe, fields))
    artifacts = _result(job).artifacts
    click.echo("\n\n---\n\n".join(artifact.text for artifact in artifacts))
    for artifact in artifacts:
        for line in shortfalls(terminal_locale(), artifact, many=len(artifacts) > 1):
            click.echo(line, err=True)
    _label(job)


@click.command()
@click.argument("prompt", default="")
@_with_recipe
@_with_flags(Kind.DRAW)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("aigc.png"),
    show_default=True,
    help="Where to save it; with --n, NAME-1.png, NAME-2.png and so on.",
)
@click.option(
    "--from",
    "start",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A PNG, JPEG or WebP image to start from.",
)
def draw(
    prompt: str,
    recipe: str | None,
    fields: tuple[str, ...],
    output: Path,
    start: Path | None,
    **flags: str | None,
) -> None:
    """Draw a picture of PROMPT, or by a recipe."""
    if not output.parent.is_dir():
        raise click.ClickException(f"There is no folder {output.parent}.")
    images: list[bytes] = []

    def take(job: Job, get: Callable[[str], bytes]) -> None:
        images.extend(get(artifact.blob) for artifact in _result(job).artifacts)

    job = _run(Kind.DRAW, Asked(prompt, flags, recipe, fields), take, start)
    for path, image in zip(_paths(output, len(images)), images, strict=True):
        path.write_bytes(image)
        click.echo(str(path))
    _label(job)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: a brief, flags by their names, and a recipe with its fields as NAME=VALUE."""

    brief: str
    flags: Mapping[str, str | None]
    recipe: str | None = None
    fields: tuple[str, ...] = ()


def _run(
    kind: Kind,
    asked: Asked,
    take: Take = lambda job, get: None,
    start: Path | None = None,
) -> Job:
    """The finished job; `take` is given it while its images can be had. Ends the command if there is no result.

    `start` is the file of an image to draw from.
    """
    settings, locale = EngineSettings(), terminal_locale()
    request = request_of(kind, asked, settings, locale)
    image = _image(start, locale) if start else None
    prepare_environment(settings)
    with _progress_bar(kind, locale) as show, build_desk(settings, show) as desk:
        if image is not None and isinstance(request.params, DrawParams):
            key = desk.artifacts.put(image, extension(image))
            request = replace(request, params=replace(request.params, init_image=key))
        job = desk.run(request)
        if job.state is State.SUCCEEDED:
            take(job, desk.artifacts.get)
    if job.state is State.SUCCEEDED:
        return job
    if job.state is State.REFUSED:
        click.echo(refused(locale, _result(job)), err=True)
        sys.exit(_REFUSED)
    raise click.ClickException(failed(locale, _result(job)))


def request_of(kind: Kind, asked: Asked, settings: EngineSettings, locale: str) -> Request:
    """What was typed as a request. Raises UsageError that says what is wrong, in `locale`."""
    catalog = Catalog(tuple(settings.text_models), tuple(settings.image_models), build_recipes(settings))
    params: Params = CopyParams(seed=new_seed()) if kind is Kind.COPY else DrawParams(seed=new_seed())
    for name, value in asked.flags.items():
        if value is None:
            continue
        read = read_flag(FLAGS[kind][name], kind, value, catalog)
        if isinstance(read, Bad):
            told: dict[str, Any] = {"flag": f"--{name}", "value": value[:40], **read.allowed}
            raise click.UsageError(t(locale, f"command.{read.code}", **told).replace("`", "'"))
        params = replace(params, **read)
    try:
        if asked.recipe is not None or asked.fields:
            return _by_recipe(kind, asked, params, catalog)
        return Request(kind, checked_brief(kind, asked.brief.strip()), params)
    except CommandError as error:
        raise click.UsageError(t(locale, f"command.{error.code}", **error.params).replace("`", "'")) from error


def _by_recipe(kind: Kind, asked: Asked, params: Params, catalog: Catalog) -> Request:
    """As the slash command reads it. Raises CommandError."""
    flags = [Flag(recipes.FIELD, field, 0, 0) for field in asked.fields]
    if asked.recipe is not None:
        flags.append(Flag(recipes.RECIPE, asked.recipe, 0, 0))
    scan = Scan("", asked.brief.strip(), tuple(flags))
    named = recipes.named(kind, scan, catalog)
    assert named is not None  # noqa: S101 - fields alone are a CommandError
    work, brief = recipes.filled(scan, named, scan.brief)
    return Request(kind, brief, with_defaults(named.recipe, params, catalog.models(kind)), work=work)


def _image(start: Path, locale: str) -> bytes:
    """The bytes of a file that can be started from; ends the command if it cannot."""
    with start.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    try:
        extension(data)
    except StartingImageError as error:
        raise click.ClickException(t(locale, f"failure.{error.code}")) from error
    return data


@contextmanager
def _progress_bar(kind: Kind, locale: str) -> Iterator[Callable[[domain.Progress], None]]:
    """What is done, and how far, on the terminal; on standard error, so that the result can be piped."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    running = t(locale, f"phase.running.{kind.value}")
    with bar:
        task = bar.add_task(running, total=None)

        def show(progress: domain.Progress) -> None:
            title = t_or(locale, f"phase.{progress.phase}", f"phase.running.{kind.value}")
            words = sum(len(text.split()) for text in progress.texts)
            more = f" ({words})" if words else ""
            bar.update(task, description=title + more, total=progress.steps or None, completed=progress.step)

        yield show


def _label(job: Job) -> None:
    locale, usage = terminal_locale(), _result(job).usage
    parts = [
        t(locale, "label.ai"),
        usage.model,
        t(locale, "label.seed", seed=job.request.params.seed),
        t(locale, "label.seconds", seconds=f"{usage.run_s:.1f}"),
    ]
    click.echo(" · ".join(parts), err=True)


def _result(job: Job) -> domain.Result:
    return job.result or domain.Result()


def _paths(output: Path, count: int) -> list[Path]:
    if count == 1:
        return [output]
    return [output.with_stem(f"{output.stem}-{number}") for number in range(1, count + 1)]
