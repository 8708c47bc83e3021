"""The scoreboard for the big screen: GET /scoreboard, and GET /scoreboard/board for what changes on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from grader.desk.desk import Desk
from grader.report import Report, Verdict
from grader.submissions import Submissions
from scenario.workshop import tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One team on the board."""

    rank: int  # teams with the same score share one
    team: str
    score: float
    open: int  # points that nobody can give or refuse yet
    solved: int  # tasks


def standings(reports: Iterable[tuple[str, Report | None]]) -> Sequence[Place]:
    """The best first, teams with the same score by name; a team without a report has no points yet."""
    return tuple(_ranked(sorted(reports, key=lambda team: (-_score(team[1]), team[0]))))


def _ranked(reports: Sequence[tuple[str, Report | None]]) -> Iterator[Place]:
    scores = [_score(report) for _, report in reports]
    for team, report in reports:
        findings = report.findings if report else ()
        yield Place(
            rank=scores.index(_score(report)) + 1,
            team=team,
            score=_score(report),
            open=report.open if report else 0,
            solved=sum(finding.verdict is Verdict.PASS for finding in findings),
        )


def _score(report: Report | None) -> float:
    return report.score if report else 0.0


def last_known(teams: Iterable[tuple[str, str]], submissions: Submissions, until: datetime | None) -> Sequence[Place]:
    """The standings of teams (name, lab) at that time, or now."""
    return standings((team, submissions.last_report(lab, until)) for team, lab in teams)


def routes(desk: Desk) -> list[BaseRoute]:
    """The scoreboard's routes. They are the organiser's: the link that opens the page is theirs."""

    async def shown() -> dict[str, Any]:
        event = desk.event()
        places = await run_in_threadpool(desk.office.places, event.frozen)
        return {"event": event, "places": places, "best": sum(task.points for task in tasks()), "tasks": len(tasks())}

    async def page(request: Request) -> Response:
        """The whole page."""
        desk.visitors.organiser(request)
        return desk.pages.page(request, "scoreboard.html", organiser=True, **await shown())

    async def board(request: Request) -> Response:
        """The board alone."""
        desk.visitors.organiser(request)
        return desk.pages.fragment(request, "scoreboard-board.html", **await shown())

    return [Route("/scoreboard", page, methods=["GET"]), Route("/scoreboard/board", board, methods=["GET"])]
