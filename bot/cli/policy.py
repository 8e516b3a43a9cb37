"""`aigc policy`: shows what the safety policy would do with a text."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text


@click.group()
def policy() -> None:
    """Try the safety policy."""


@policy.command("test")
@click.argument("text")
@click.option("--kind", type=click.Choice(["copy", "draw"]), default="copy", show_default=True)
@click.option("--workspace", default="", help="Workspace id, for a policy with rules per workspace.")
@click.option("--channel", default="", help="Channel id, for a policy with rules per channel.")
def test_text(text: str, kind: str, workspace: str, channel: str) -> None:
    """Show each check's score for TEXT, and what would happen."""
    from engine.domain.request import Kind
    from engine.domain.safety import Where
    from engine.safety import build_safety
    from engine.settings import EngineSettings

    safety = build_safety(EngineSettings())
    where = Where(Kind(kind), workspace, channel)
    table = Table("category", "check", "score", "action", "detail")
    for finding in safety.explain(text, where):
        table.add_row(finding.category, finding.check, f"{finding.score:.3f}", finding.action, finding.detail)
    console = Console(highlight=False)
    console.print(table)
    verdict = safety.check_prompt(text, where)
    console.print(f"As a prompt: [bold]{verdict.action}[/] by policy {verdict.policy}")
    if verdict.text is not None:
        console.print("The model would read:", Text(verdict.text))
