"""`aigc check`: a doctor that says what is wrong and what to do."""

from __future__ import annotations

import click
from rich.console import Console
from rich.markup import escape

from bot.checks import slack_checks
from bot.settings import BotSettings
from engine.checks import Mark, engine_checks
from engine.settings import EngineSettings

_SIGNS = {Mark.OK: "[green]✓[/]", Mark.WARNING: "[yellow]![/]", Mark.WRONG: "[red]✗[/]"}


@click.command()
@click.option("--no-slack", is_flag=True, help="Leave Slack out: for a machine that only runs models.")
def check(no_slack: bool) -> None:
    """Look at settings, Redis, database, models, disk, GPU, Slack token and scopes."""
    console = Console(highlight=False)
    settings, bot_settings = EngineSettings(), BotSettings()
    console.print(f"{_SIGNS[Mark.OK]} Settings: read")
    wrong = 0
    for finding in [*engine_checks(settings), *(() if no_slack else slack_checks(bot_settings))]:
        console.print(f"{_SIGNS[finding.mark]} {escape(finding.name)}: {escape(finding.detail)}", soft_wrap=True)
        if finding.advice:
            console.print(f"    [dim]→ {escape(finding.advice)}[/]", soft_wrap=True)
        wrong += finding.mark is Mark.WRONG
    if wrong:
        raise click.ClickException(f"{wrong} thing{'s' if wrong > 1 else ''} to mend.")
    console.print("All is well.")
