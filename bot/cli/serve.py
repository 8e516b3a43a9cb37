"""`aigc serve` and `aigc worker`: the processes of a real installation, one command each."""

from __future__ import annotations

import socket
import sys

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


@worker.command()
@click.argument("work", nargs=-1, required=True, type=click.Choice(["copy", "draw", "deliver"]))
def alive(work: tuple[str, ...]) -> None:
    """Tell by the exit status whether a worker of this machine is ready to do any of WORK: for health checks."""
    from engine.adapters.redis_progress import connect
    from engine.adapters.worker_board import WorkerBoard
    from engine.settings import EngineSettings

    here = f"{socket.gethostname()}:"
    signs = WorkerBoard(connect(EngineSettings().redis_url)).ready()
    if not any(sign.owner.startswith(here) and set(work) & set(sign.work) for sign in signs):
        click.echo(f"no worker for {' or '.join(work)} is ready on this machine", err=True)
        sys.exit(1)
