"""Takes the pictures in docs/screenshots of a lab that is really up: `make screenshots`."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from grader.client import Portal
from infra.deploy.state import Lab, StateFolder, Team
from infra.local.lab import Plan, running
from scenario.access import open_session
from scenario.language import LANGUAGES
from scenario.responders.reference import ReferenceLearner
from scenario.workshop import query
from tests.browser.conftest import FLAGS, browser_path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
LOCALES = {"en": "en-US", "vi": "vi-VN"}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One picture in each language; `act` is done on the page before it is taken."""

    name: str
    path: str
    act: Callable[[Page], None] = lambda _: None
    organiser: bool = False
    team: str = "blue"
    dark: bool = False
    width: int = 1440
    height: int = 900


def ask(page: Page) -> None:
    """Run the module's first query."""
    page.locator(".cm-content").press("ControlOrMeta+a")
    page.keyboard.insert_text(query("list_buckets", store_id="EDS_ID"))
    page.keyboard.press("Control+Enter")
    expect(page.locator(".tabulator-row").first).to_be_visible()


def drawn(page: Page) -> None:
    """Wait until the timeline is there."""
    expect(page.locator("#timeline canvas").first).to_be_visible()
    expect(page.locator("#see-events table")).to_be_visible()


def told(page: Page) -> None:
    """Wait until the instance is drawn and every finding is judged."""
    expect(page.locator("#picture [id^=instance-]")).to_be_visible()
    expect(page.locator("#finding-terminated")).to_be_visible()


def look(page: Page) -> None:
    """Have every lab looked at."""
    page.locator("#organiser-teams, main").first.wait_for()
    page.wait_for_load_state("networkidle")


VIEWS = (
    View(name="work", path="/work/instance_id", act=ask),
    View(name="work-phone", path="/work/uploaded_files", dark=True, width=390, height=844),
    View(name="see", path="/see", act=drawn, height=1080),
    View(name="see-dark", path="/see", act=drawn, dark=True, height=1080),
    View(name="contain", path="/contain", team="green", act=told),
    View(name="evidence", path="/evidence", team="red"),
    View(name="organiser", path="/organiser", organiser=True, act=look, height=1080),
    View(name="scoreboard", path="/scoreboard", organiser=True, width=1920, height=1080),
)


def main() -> None:
    """Take every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    plan = Plan(teams=("blue", "red", "green", "amber"), background=20_000, seed="a-seed-for-pictures")
    with (
        tempfile.TemporaryDirectory() as folder,
        running(plan, StateFolder(Path(folder)), say=print) as lab,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=browser_path(), args=list(FLAGS))
        prepare(lab)
        for view in VIEWS:
            for language in LANGUAGES:
                take(browser, lab, view, language)
        browser.close()


def prepare(lab: Lab) -> None:
    """Let the teams be at different points of their way."""
    red, green, amber = lab.teams[1:]
    solve(lab, red, "snapshot", "isolate", "terminate")
    solve(lab, green, "snapshot", "isolate")
    solve(lab, amber, only=("instance_id", "primary_call"))


def solve(lab: Lab, team: Team, *acts: str, only: tuple[str, ...] = ()) -> None:
    """Answer as the reference learner does, all or some of it, do some of its acts, and be graded."""
    access = team.access
    learner = ReferenceLearner(
        open_session(access.credentials, region=access.region, endpoint=access.endpoint), store_id=access.store_id
    )
    sheet = learner.investigate()
    portal = Portal(lab.portal, access.token)
    portal.submit(json.dumps({field: answer for field, answer in sheet.items() if field in (only or sheet)}).encode())
    instance = learner.describe(sheet["instance_id"])
    for act in acts:
        getattr(learner, act)(instance)
    portal.report()


def take(browser: Browser, lab: Lab, view: View, language: str) -> None:
    """One picture."""
    context = browser.new_context(
        locale=LOCALES[language],
        color_scheme="dark" if view.dark else "light",
        viewport={"width": view.width, "height": view.height},
    )
    page = context.new_page()
    page.goto(lab.link(lab.organiser_token if view.organiser else lab.team(view.team).access.token))
    page.wait_for_url(re.compile("/(work|organiser)"))
    page.goto(lab.portal + view.path)
    page.wait_for_load_state("load")
    view.act(page)
    expect(page.locator(".loading:visible, .htmx-request")).to_have_count(0)
    page.screenshot(path=FOLDER / f"{view.name}.{language}.png", animations="disabled")
    context.close()


if __name__ == "__main__":
    main()
