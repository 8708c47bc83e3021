"""A real browser for tests of the page: Debian's Chromium, or whichever is on the path, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Protocol

import pytest
from moto.core.base_backend import BackendDict
from playwright.sync_api import Browser, Page, sync_playwright

from infra.deploy.state import Lab, StateFolder
from infra.local.lab import Plan, running

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
)


def browser_path() -> str | None:
    """Where a browser is on this machine; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser. Without one on this machine its tests are skipped, and say so."""
    path = browser_path()
    if path is None:
        pytest.skip(f"no browser on this machine: none of {', '.join(NAMES)} is on the path, so the page is not tested")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def desk_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab of two teams, really up, for one file of tests; an earlier file's may have had the same accounts."""
    BackendDict.reset()
    plan = Plan(teams=("blue", "red"), background=2_000, seed="a-seed-for-pages")
    with running(plan, StateFolder(tmp_path_factory.mktemp("state")), say=lambda _: None) as lab:
        yield lab


class Browse(Protocol):
    """Opens a browser that knows nobody yet."""

    def __call__(self, *, locale: str = "en-US", dark: bool = False, width: int = 1440, height: int = 900) -> Page:
        """An empty page of it."""


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Browse]:
    """Browsers for one test. Whatever a page reports to its console as an error fails it."""
    errors: list[str] = []
    with ExitStack() as opened:

        def open_(*, locale: str = "en-US", dark: bool = False, width: int = 1440, height: int = 900) -> Page:
            context = chromium.new_context(
                locale=locale, color_scheme="dark" if dark else "light", viewport={"width": width, "height": height}
            )
            opened.callback(context.close)
            context.set_default_timeout(15_000)
            context.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
            context.on("weberror", lambda error: errors.append(str(error.error)))
            return context.new_page()

        yield open_
    assert errors == []
