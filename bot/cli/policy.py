"""`aigc policy`: shows what the safety policy says, and what it would do with a text or an image."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from engine.domain.safety import Verdict, Where
    from engine.safety.filter import LayeredFilter, Report
    from engine.safety.policy import Decision

_PLACE = (
    click.option("--kind", type=click.Choice(["copy", "draw"]), default="copy", show_default=True),
    click.option("--workspace", default="", help="Workspace id, for a policy with rules per workspace."),
    click.option("--channel", default="", help="Channel id, for a policy with rules per channel."),
)


def _place(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options that say where."""
    for option in reversed(_PLACE):
        command = option(command)
    return command


@click.group()
def policy() -> None:
    """Read, check and try the safety policy (AIGC_POLICY_FILE, or the built-in one)."""


@policy.command("test")
@click.argument("text", default="")
@click.option("--image", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Judge an image instead.")
@_place
def test(text: str, image: Path | None, kind: str, workspace: str, channel: str) -> None:
    """Show what every layer says of TEXT, or of an image, and what would happen."""
    from engine.safety import build_safety
    from engine.settings import EngineSettings

    if bool(text) is bool(image):
        raise click.UsageError("Give a TEXT, or --image FILE.")
    where, safety, console = _where(kind, workspace, channel), build_safety(EngineSettings()), _console()
    if image is None:
        _test_text(console, safety, text, where)
    else:
        _test_image(console, safety, image.read_bytes(), where)


def _test_text(console: Console, safety: LayeredFilter, text: str, where: Where) -> None:
    from engine.domain.safety import Stage

    safety.warm_up()  # no check's time limit is spent on loading, and no time shown is that of loading
    prompt, output = safety.check_prompt(text, where), safety.check_text(text, where)
    console.print(_scores(safety.report_text(text, where, Stage.OUTPUT)))
    _print(console, "As a prompt", prompt, "The model would read:")
    masked = safety.mask([text], where)
    if not masked.verdict.allowed:
        console.print("A model of an outside API would not be asked.")
    elif masked.texts != (text,):
        console.print("A model of an outside API would read:", Text(masked.texts[0]))
    _print(console, "As an output", output, "People would read:")


def _test_image(console: Console, safety: LayeredFilter, image: bytes, where: Where) -> None:
    from engine.domain.safety import Stage

    given, result = safety.check_image(image, where, Stage.PROMPT), safety.check_image(image, where)
    console.print(_scores(safety.report_image(image, where)))
    _print(console, "As an image to start from", given)
    _print(console, "As a result", result)


def _scores(reports: Iterable[Report]) -> Table:
    table = Table("layer", "ms", "category", "score", "threshold", "action", "detail")
    for report in reports:
        elapsed = f"{report.elapsed_s * 1000:.1f}"
        rows: list[tuple[str, ...]] = [
            (found.category, f"{found.score:.3f}", f"{judged.threshold:.2f}", found.action, found.detail)
            for judged in sorted(report.judged, key=lambda judged: judged.threshold - judged.evidence.score)
            for found in (judged.finding,)
        ]
        rows += [(found.category, "", "", found.action, found.detail) for found in report.outages]
        for number, row in enumerate(rows or [("-", "", "", "", "")]):
            table.add_row(*((report.layer, elapsed) if number == 0 else ("", "")), *row)
    return table


def _print(console: Console, what: str, verdict: Verdict, told: str = "") -> None:
    console.print(f"{what}: [bold]{verdict.action}[/] by policy {verdict.policy}")
    if verdict.text is not None:
        console.print(told, Text(verdict.text))
    for code in verdict.disclaimers:
        console.print(f"With the notice {code}")


@policy.command("show")
@_place
def show(kind: str, workspace: str, channel: str) -> None:
    """Show what holds for a workspace, a channel and a kind of work, and which part of which file says so."""
    from typing import get_args

    from engine.domain.safety import Category
    from engine.safety.policy import load_policy
    from engine.safety.policy_file import LayerName
    from engine.settings import EngineSettings

    held, where = load_policy(EngineSettings().policy_file), _where(kind, workspace, channel)
    console = _console()
    console.print(f"Policy {held.label}")
    images = kind == "draw"
    table = Table("category", "threshold", "action", "from", *(("image", "action", "from") if images else ()))
    for category in (each for each in Category if each is not Category.FOUR_EYES):
        row = _row(held.decide(category, where))
        table.add_row(category, *row, *(_row(held.decide(category, where, image=True)) if images else ()))
        others = held.decide(category, where, context=True)
        if others != held.decide(category, where):
            table.add_row(f"{category}, in others' words", *_row(others))
    console.print(table)
    console.print(f"Replies to customers that a reviewer sees first: {held.replies(where)}")
    console.print(f"Personal data before it goes to an outside API: {held.outside_api(where)}")
    layers = Table("layer", "used", "time limit", "on an outage")
    for name in (name for group in get_args(LayerName) for name in get_args(group)):
        rule = held.layer(name, where)
        limit = f"{rule.timeout_s:g} s" if rule.timeout_s else "AIGC_SAFETY_TIMEOUT_S"
        layers.add_row(name, "yes" if rule.use else "no", limit, rule.on_outage)
    console.print(layers)


def _row(decision: Decision) -> tuple[str, str, str]:
    return f"{decision.threshold:.2f}", decision.action, decision.source


@policy.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Check a policy FILE: each mistake is named with its line and key."""
    from engine.errors import ConfigurationError
    from engine.safety.policy import load_policy

    try:
        held = load_policy(file)
    except ConfigurationError as error:
        raise click.ClickException(str(error).replace("; ", "\n")) from error
    click.echo(f"{file}: {held.label} is a policy")
    for warning in held.warnings:
        click.echo(f"Warning: {warning}")


@policy.command("schema")
def schema() -> None:
    """Print the JSON Schema of policy files, for an editor that completes and checks YAML."""
    from engine.safety.policy_file import PolicyFile

    description: dict[str, Any] = PolicyFile.model_json_schema()
    click.echo(json.dumps(description, indent=2, ensure_ascii=False))


def _where(kind: str, workspace: str, channel: str) -> Where:
    from engine.domain.request import Kind
    from engine.domain.safety import Where

    return Where(Kind(kind), workspace, channel)


def _console() -> Console:
    return Console(highlight=False)
