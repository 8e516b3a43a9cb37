"""`aigc play`: the whole product on this machine, with a local Slack workspace in the browser."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.markup import escape
from rich.status import Status

from bot.play import Play, PlayError
from bot.supervisor import Ended, ProcessFailed


@click.command()
@click.option("--port", default=8765, show_default=True, help="Port of the page; another is taken if it is in use.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@click.option("--fresh", is_flag=True, help="Forget all messages, jobs and images of earlier runs.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data/play"),
    show_default=True,
    help="Where everything is kept between runs.",
)
def play(port: int, no_browser: bool, fresh: bool, data: Path) -> None:
    """Run everything here: Redis, workers, the bot and a local workspace to try it in."""
    console = Console(stderr=True, highlight=False)
    product = Play(data.resolve(), port, fresh=fresh)
    try:
        with _stopped_by_signals() as stopped, product:
            _start(product, console, stopped)
            if not stopped.is_set():
                click.echo(f"ready {product.address}")
                say_what_to_try(console, product)
                if not no_browser and _has_browser():
                    webbrowser.open(product.address)
            while not stopped.wait(0.5):
                for ended in product.supervisor.tend():
                    _say_what_ended(console, product, ended)
            console.print("Stopping ...")
    except (PlayError, ProcessFailed) as error:
        raise click.ClickException(str(error)) from error


def _start(product: Play, console: Console, stopped: threading.Event) -> None:
    began = time.monotonic()
    for title, start in product.steps():
        if stopped.is_set():
            return
        with console.status(title) as status:
            start(partial(_keep_waiting, stopped, product, title, status))
        if not stopped.is_set():
            console.print(f"[green]✓[/] {title} [dim]{time.monotonic() - began:.1f} s[/]")


def _keep_waiting(stopped: threading.Event, product: Play, title: str, status: Status) -> None:
    if stopped.is_set():
        raise ProcessFailed("Stopped before everything was up.")
    latest = product.latest_log_line()
    status.update(f"{title} [dim]{escape(latest)}[/]" if latest else title)


def say_what_to_try(console: Console, product: Play) -> None:
    """Where the page is, what to type there, and a command to paste into another terminal in this folder."""
    console.print(f"\nOpen [bold]{product.address}[/] and type, for example:")
    console.print("  /aigc copy a launch post for a steel water bottle\n  /aigc draw a red bicycle")
    console.print("  /aigc copy a post that calls our tea a guaranteed cure [dim](held: be Ben, and open #reviews)[/]")
    console.print("Customers have asked in #support. What a shop would know to answer them:")
    data, aigc = shlex.quote(_short(product.data)), shlex.quote(_aigc())
    console.print(f"  AIGC_DATA_DIR={data} {aigc} knowledge add --example", soft_wrap=True, markup=False)
    console.print(f"[dim]Logs: {escape(str(product.logs))}   Stop with Ctrl-C.[/]")


def _aigc() -> str:
    """This program as one would type it here: a virtual environment's is on nobody's path until it is activated."""
    own = Path(sys.executable).with_name("aigc")
    return "aigc" if shutil.which("aigc") == str(own) or not own.exists() else _short(own)


def _short(path: Path) -> str:
    """As one would type it here."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _say_what_ended(console: Console, product: Play, ended: Ended) -> None:
    name, log = ended.program.name, product.logs / f"{ended.program.name}.log"
    again = f"it starts again in {ended.again_in_s:.0f} s"
    console.print(f"[yellow]{name} ended (code {ended.code}), {again}.[/] Its log: {escape(str(log))}", soft_wrap=True)


@contextlib.contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    stopped = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopped.set()

    earlier = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield stopped
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _has_browser() -> bool:
    """A desktop is there; a text browser in a terminal would only get in the way."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@click.command(hidden=True)
@click.option("--port", required=True, type=int)
@click.option("--app-url", required=True)
@click.option("--data", required=True, type=click.Path(file_okay=False, path_type=Path))
def workspace(port: int, app_url: str, data: Path) -> None:
    """Run only the local workspace."""
    from bot.playground.app import create_playground
    from bot.playground.config import PlaygroundConfig
    from bot.playground.server import serve
    from bot.settings import BotSettings

    settings = BotSettings()
    config = PlaygroundConfig(
        data_dir=data,
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        bot_token=settings.slack_bot_token.get_secret_value(),
        app_token=settings.slack_app_token.get_secret_value(),
        app_url=app_url,
        public_url=f"http://127.0.0.1:{port}",
        quiet_only=True,
        customers=True,
    )
    serve(create_playground(config), "127.0.0.1", port)


@click.command(hidden=True)
@click.option("--port", required=True, type=int)
def redis(port: int) -> None:
    """Run only the embedded Redis, in the data folder."""
    from engine.adapters.embedded_redis import EmbeddedRedis
    from engine.settings import EngineSettings

    def stop(signum: int, frame: FrameType | None) -> None:
        sys.exit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with EmbeddedRedis(EngineSettings().data_dir / "redis", port) as server:
        sys.exit(server.wait() or "redis-server ended by itself")
