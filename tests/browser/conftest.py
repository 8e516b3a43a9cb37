"""A real Chromium at the local workspace, and a small real Bolt app that answers in it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.small_app import small_app
from tests.support.asgi import serving
from tests.support.compose import ROOT
from tests.support.play import play
from tests.support.slack import RunningPlayground, playground_config, running_playground

_HERE = Path(__file__).parent
_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NewPage = Callable[..., Page]
_WINDOWS = pytest.StashKey[list[BrowserContext]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Windows close before what they show goes away, else each would complain of that."""
    for window in item.stash.get(_WINDOWS, []):
        window.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for all tests of this folder, and gone after them: Playwright keeps the thread's event loop to itself."""
    path = os.environ.get("AIGC_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.fail("The browser tests need Chromium: run `make chromium`, or set AIGC_CHROMIUM to its path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGS))
        yield browser
        browser.close()


@dataclass(frozen=True)
class Company:
    """Who runs `aigc play`: where its page is, and the folder with its data."""

    url: str
    data: Path


@pytest.fixture(scope="package")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """One for all tests here that need the processes and no model's own words: its text models answer at once.

    One writes "Steel outside, cold inside.", whatever it is asked, the other is tests.support.copywriter.
    """
    backends = {"instant": "engine.bench.instant:InstantText", "copywriter": "tests.support.copywriter:Copywriter"}
    models = json.dumps({name: {"backend": backend, "model": "none"} for name, backend in backends.items()})
    data = tmp_path_factory.mktemp("play")
    with play(data, environment={"AIGC_TEXT_MODELS": models, "PYTHONPATH": str(ROOT)}) as (process, url):
        yield Company(url, data)
        process.send_signal(signal.SIGINT)
        process.wait(30)


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Opens another window; takes the options of a browser context (viewport, color_scheme, has_touch ...).

    The test fails if any of them met an error in its console, or one that nobody caught. A browser writes a line for
    every answer of status 400 by itself; a refusal that is shown to the person is no error of the page.
    """
    problems: list[str] = []
    windows: list[BrowserContext] = request.node.stash.setdefault(_WINDOWS, [])

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "status of 400" not in message.text:
            problems.append(f"{message.text} ({message.location.get('url')})")

    def begin(**options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        windows.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield begin
    assert not problems, f"the browser's console: {problems}"


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A window of 1280 by 800."""
    return new_page()


@pytest.fixture
def workspace() -> Iterator[RunningPlayground]:
    """A workspace with the app of small_app.py in it."""
    with contextlib.ExitStack() as stack:
        app = small_app()
        url = f"{stack.enter_context(serving(app.asgi))}/slack/events"
        playground = stack.enter_context(running_playground(playground_config(app_url=url, shortcuts=app.shortcuts)))
        app.bolt.client.base_url = playground.api_url
        yield playground
