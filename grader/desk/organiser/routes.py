"""GET /organiser and its parts, POST for each act. Every request has to be the organiser's: 401 for everybody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from grader.desk.desk import Desk
from grader.desk.organiser.acts import OrganiserActs
from grader.desk.organiser.exports import Exports
from grader.desk.organiser.page import OrganiserPage

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(desk: Desk) -> list[BaseRoute]:
    """The organiser's routes."""
    page, exports = OrganiserPage(desk), Exports(desk)
    acts = OrganiserActs(desk, page)
    reading: dict[str, Endpoint] = {
        "/organiser": page.whole,
        "/organiser/event": page.event,
        "/organiser/jobs": page.jobs,
        "/organiser/teams": page.teams,
        "/organiser/tasks": page.tasks,
        "/organiser/flags": page.flags,
        "/organiser/teams/{team}": page.team,
        "/organiser/teams/{team}/report.html": exports.report,
        "/organiser/teams/{team}/evidence.zip": exports.evidence,
        "/organiser/export.{form}": exports.all,
        "/organiser/links.csv": exports.links,
    }
    changing: dict[str, Endpoint] = {
        "/organiser/event/{kind}": acts.event,
        "/organiser/grade": acts.grade,
        "/organiser/check": acts.check,
        "/organiser/teams/{team}/attempts": acts.attempts,
        "/organiser/teams/{team}/reset": acts.reset,
        "/organiser/teams/{team}/reissue": acts.reissue,
    }
    return [
        *(Route(path, _for_organisers(desk, endpoint), methods=["GET"]) for path, endpoint in reading.items()),
        *(Route(path, _for_organisers(desk, endpoint), methods=["POST"]) for path, endpoint in changing.items()),
    ]


def _for_organisers(desk: Desk, endpoint: Endpoint) -> Endpoint:
    async def guarded(request: Request) -> Response:
        desk.visitors.organiser(request)
        return await endpoint(request)

    return guarded
