"""What the organiser sees."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from grader.desk.desk import Desk
from grader.desk.team import DeskTeam
from scenario.workshop import tasks


class OrganiserPage:
    """The page and its parts, each of which can be asked for alone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def whole(self, request: Request) -> Response:
        """The page."""
        await run_in_threadpool(self._desk.office.opened)
        shared = {"organiser": True, "office": self._desk.office, **await self._jobs(), **await self._rows()}
        return self._desk.pages.page(request, "organiser.html", **shared)

    async def event(self, request: Request) -> Response:
        """How far the event is, and what may be done to it."""
        return self._desk.pages.fragment(request, "organiser-event.html")

    async def jobs(self, request: Request) -> Response:
        """What goes on in the background."""
        return self._desk.pages.fragment(request, "organiser-jobs.html", **await self._jobs())

    async def teams(self, request: Request) -> Response:
        """The table of teams."""
        return self._desk.pages.fragment(request, "organiser-teams.html", **await self._rows())

    async def tasks(self, request: Request) -> Response:
        """How the class did, task by task."""
        found = await run_in_threadpool(self._desk.office.statistics)
        return self._desk.pages.fragment(request, "organiser-tasks.html", statistics=found, tasks=tasks())

    async def flags(self, request: Request) -> Response:
        """What to look after."""
        office = self._desk.office
        checkups = await run_in_threadpool(office.checkups)
        unwell = {team: checkup for team, checkup in checkups.items() if not checkup.well}
        raised = await run_in_threadpool(office.copied)
        return self._desk.pages.fragment(request, "organiser-flags.html", unwell=unwell, copied=raised)

    async def team(self, request: Request) -> Response:
        """One team, and what may be done for it."""
        return await self.team_part(request, await asked_team(self._desk, request))

    async def team_part(self, request: Request, team: DeskTeam, **outcome: Any) -> Response:
        """One team; `outcome` is what was just done to it."""
        held = await run_in_threadpool(self._desk.office.row, team)
        ledger = await run_in_threadpool(team.ledger, self._desk.submissions)
        questions = [task for task in tasks() if task.kind == "answer"]
        return self._desk.pages.fragment(
            request,
            "organiser-team.html",
            row=held,
            attempts=ledger.attempts,
            limit=team.attempts,
            questions=questions,
            office=self._desk.office,
            **{"outcome": "", "task": None, "link": "", **outcome},
        )

    async def _rows(self) -> dict[str, Any]:
        return {"rows": await run_in_threadpool(self._desk.office.rows), "tasks": tasks()}

    async def _jobs(self) -> dict[str, Any]:
        return {"jobs": await run_in_threadpool(self._desk.office.jobs)}


async def asked_team(desk: Desk, request: Request) -> DeskTeam:
    """The team that the path names. Raises HTTPException 404."""
    team = await run_in_threadpool(desk.visitors.named, request.path_params["team"])
    if team is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, "there is no such team")
    return team


def offered(can: bool) -> None:
    """Go on where the office can. Raises HTTPException 501."""
    if not can:
        raise HTTPException(HTTPStatus.NOT_IMPLEMENTED, "this page cannot do it: whoever runs the lab has to")
