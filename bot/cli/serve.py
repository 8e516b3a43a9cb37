"""`aigc serve` and `aigc worker`: the processes of a real installation, one command each."""

from __future__ import annotations

import click

from engine.telemetry.logs import name_process


@click.command()
def serve() -> None:
    """Run the bot: take requests from Slack over HTTP or Socket Mode, as AIGC_SLACK_MODE says."""
    from bot.server import run
    from bot.settings import BotSettings
    from engine.settings import EngineSettings

    run(BotSettings(), EngineSettings())


@click.group()
@click.pass_context
def worker(ctx: click.Context) -> None:
    """Run a worker process."""
    name_process(ctx.invoked_subcommand or "worker")


@worker.command()
def deliver() -> None:
    """Post results to Slack, and look for jobs that the broker lost."""
    from bot.settings import BotSettings
    from bot.tasks import run_delivery_worker
    from engine.settings import EngineSettings

    run_delivery_worker(BotSettings(), EngineSettings())


@worker.command()
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(["copy", "draw"]), help="Only this kind; default: both."
)
def generate(kinds: tuple[str, ...]) -> None:
    """Run the models. Needs no Slack token."""
    from engine.domain.request import Kind
    from engine.settings import EngineSettings
    from engine.worker.main import run

    run(EngineSettings(), kinds=tuple(Kind(kind) for kind in kinds) or tuple(Kind))
