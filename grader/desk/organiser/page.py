"""What the organiser sees."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from grader.batch import each
from grader.desk.desk import Desk
from grader.desk.organiser.jobs import Jobs, Kind
from grader.desk.organiser.overview import class_statistics, copied, row
from grader.desk.team import DeskTeam
from scenario.workshop import tasks


class OrganiserPage:
    """The page and its parts, each of which can be asked for alone."""

    def __init__(self, desk: Desk, jobs: Jobs) -> None:
        self._desk, self._jobs = desk, jobs

    async def whole(self, request: Request) -> Response:
        """The page; labs that nobody has looked at yet are looked at meanwhile."""
        if not all(desk.checkup for desk in self._desk.visitors.teams):
            look_at_all(self._desk, self._jobs)
        shared = {"organiser": True, **self._jobs_now(), **await self._rows()}
        return self._desk.pages.page(request, "organiser.html", **shared)

    async def event(self, request: Request) -> Response:
        """How far the event is, and what may be done to it."""
        return self._desk.pages.fragment(request, "organiser-event.html")

    async def jobs(self, request: Request) -> Response:
        """What goes on in the background."""
        return self._desk.pages.fragment(request, "organiser-jobs.html", **self._jobs_now())

    async def teams(self, request: Request) -> Response:
        """The table of teams."""
        return self._desk.pages.fragment(request, "organiser-teams.html", **await self._rows())

    async def tasks(self, request: Request) -> Response:
        """How the class did, task by task."""
        desks, submissions = tuple(self._desk.visitors.teams), self._desk.submissions
        found = await run_in_threadpool(class_statistics, desks, submissions)
        return self._desk.pages.fragment(request, "organiser-tasks.html", statistics=found, tasks=tasks())

    async def flags(self, request: Request) -> Response:
        """What to look after."""
        desks, submissions = tuple(self._desk.visitors.teams), self._desk.submissions
        unwell = {desk.stage.team: desk.checkup for desk in desks if desk.checkup and not desk.checkup.well}
        raised = await run_in_threadpool(copied, desks, submissions)
        return self._desk.pages.fragment(request, "organiser-flags.html", unwell=unwell, copied=raised)

    async def team(self, request: Request) -> Response:
        """One team, and what may be done for it."""
        return await self.team_part(request, asked_team(self._desk, request))

    async def team_part(self, request: Request, team: DeskTeam, **outcome: Any) -> Response:
        """One team; `outcome` is what was just done to it."""
        held = await run_in_threadpool(row, team, self._desk.submissions)
        ledger = await run_in_threadpool(team.ledger, self._desk.submissions)
        questions = [task for task in tasks() if task.kind == "answer"]
        return self._desk.pages.fragment(
            request,
            "organiser-team.html",
            row=held,
            attempts=ledger.attempts,
            limit=team.attempts,
            questions=questions,
            can_reset=self._desk.organisation is not None,
            **{"outcome": "", "task": None, "link": "", **outcome},
        )

    async def _rows(self) -> dict[str, Any]:
        desks, submissions = tuple(self._desk.visitors.teams), self._desk.submissions
        found = await run_in_threadpool(lambda: [row(desk, submissions) for desk in desks])
        return {"rows": found, "tasks": tasks()}

    def _jobs_now(self) -> dict[str, Any]:
        return {"jobs": self._jobs.all(), "now": datetime.now(UTC)}


def look_at_all(desk: Desk, jobs: Jobs) -> None:
    """Begin to look at every lab."""
    teams, submissions = tuple(desk.visitors.teams), desk.submissions
    jobs.start(Kind.CHECK, lambda step: each(teams, lambda team: team.check(submissions), step), total=len(teams))


def asked_team(desk: Desk, request: Request) -> DeskTeam:
    """The team that the path names. Raises HTTPException 404."""
    named = {team.stage.team: team for team in desk.visitors.teams}
    name: str = request.path_params["team"]
    if name not in named:
        raise HTTPException(HTTPStatus.NOT_FOUND, "there is no such team")
    return named[name]
