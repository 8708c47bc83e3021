"""A desk with an office and teams that were graded, so that nothing but the page is under test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from grader.desk.app import create_app
from grader.desk.event import utc_now
from grader.desk.live import Live
from grader.report import Finding, Report, Verdict
from grader.submissions import SubmissionLog
from scenario.workshop import tasks
from tests.grader.desk.organiser.conftest import ORGANISER, Office
from tests.grader.desk_teams import desk_team
from tests.grader.serving import serving


def name_of(number: int) -> str:
    """`team-07`."""
    return f"team-{number:02}"


def token_of(number: int) -> str:
    """What that team's link bears."""
    return f"{name_of(number)}-token-of-128-bits-or-more"


def report(team: str, solved: int) -> Report:
    """A report of somebody who solved the first so many tasks."""
    findings = tuple(
        Finding(
            id=task.id,
            title=task.title["en"],
            verdict=Verdict.PASS if place < solved else Verdict.FAIL,
            points=float(task.points) if place < solved else 0.0,
            max=task.points,
            message="Said.",
        )
        for place, task in enumerate(tasks())
    )
    return Report(team=team, findings=findings, graded_at=utc_now())


@dataclass(kw_only=True)
class Hall:
    """Where it is, and what is behind it."""

    url: str
    log: SubmissionLog
    live: Live
    office: Office

    def enter(self, page: Page, token: str, path: str) -> Page:
        """Come in by one's link, and go on to a page."""
        page.goto(f"{self.url}/#token={token}")
        page.wait_for_url(re.compile("/(work|organiser)$"), wait_until="commit")
        page.goto(self.url + path)
        return page

    def grade(self, number: int, solved: int) -> None:
        """Let a team be graded now."""
        name = name_of(number)
        self.log.add_report(name, report(name, solved), utc_now())
        self.live.tell(name, "findings")


@contextmanager
def hall_of(teams: int, folder: Path) -> Iterator[Hall]:
    """So many teams, of which the later ones did better, and the last one was not graded."""
    numbers = range(1, teams + 1)
    office, live = Office([desk_team(name_of(number), token_of(number)) for number in numbers]), Live()
    with SubmissionLog.open(folder / "submissions.db") as log:
        app = create_app(office.teams, log, organiser_token=ORGANISER, organisation=office, live=live)
        with serving(app) as url:
            hall = Hall(url=url, log=log, live=live, office=office)
            for number in numbers[:-1]:
                hall.grade(number, number * 10 // teams)
            yield hall
