"""The lab's HTTP API. A team is told by its bearer token; no answer holds a key, a seed or another team's anything.

| request | answer |
|---|---|
| GET /api/health | 200 `{"status": "ok"}`, for anyone |
| GET /api/team | 200 the team, its account and store, the tasks without answers |
| POST /api/sheet | 200 what is answered by now; 422 `{"errors": [{path, found, expected}]}`; 413 above 256 KB |
| POST /api/report | 200 the report, graded now |
| GET /api/hints/{task} | 200 the hints that the team was shown, and what the next one costs |
| POST /api/hints/{task}/{step} | 200 the same, with all hints up to this step |

What is not a GET is answered so many times a minute for each team, then 429 with `Retry-After`.
Every other refusal is `{"error": "a sentence"}`.
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Sequence
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from grader.desk.headers import HEADERS, SecurityHeaders
from grader.desk.rate import Rate
from grader.desk.team import DeskTeam
from grader.sheet.parse import MAX_BYTES, NotGradableError
from grader.submissions import Submissions
from scenario.workshop import Task, tasks

__all__ = ["DeskTeam", "create_app"]


def create_app(teams: Sequence[DeskTeam], submissions: Submissions, rate: Rate | None = None) -> Starlette:
    """The desk of these teams, which keeps what they hand in in `submissions`; `rate` says how often they may ask.

    `teams` may be a list that changes: it is looked at anew for every request.
    """
    desk = Desk(teams, submissions, rate or Rate())
    return Starlette(
        routes=[
            Route("/api/health", health, methods=["GET"]),
            Route("/api/team", desk.team, methods=["GET"]),
            Route("/api/sheet", desk.sheet, methods=["POST"]),
            Route("/api/report", desk.report, methods=["POST"]),
            Route("/api/hints/{task}", desk.hints, methods=["GET"]),
            Route("/api/hints/{task}/{step}", desk.show_hints, methods=["POST"]),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={HTTPException: refused, NotGradableError: not_gradable, Exception: in_trouble},
    )


async def health(_: Request) -> Response:
    """Whether the desk answers."""
    return JSONResponse({"status": "ok"})


class Desk:
    """The endpoints that need a team. What blocks (SQLite, AWS) runs in a thread."""

    def __init__(self, teams: Sequence[DeskTeam], submissions: Submissions, rate: Rate) -> None:
        self._teams = teams
        self._submissions = submissions
        self._rate = rate

    async def team(self, request: Request) -> Response:
        """Where the team's lab is, and what is asked."""
        return JSONResponse(self._team_of(request).about())

    async def sheet(self, request: Request) -> Response:
        """Keep an answer sheet."""
        team, body = self._admitted(request), await _body(request)
        return JSONResponse(await run_in_threadpool(team.submit, body, self._submissions))

    async def report(self, request: Request) -> Response:
        """Grade now."""
        team = self._admitted(request)
        report = await run_in_threadpool(team.report, self._submissions)
        return JSONResponse((await run_in_threadpool(team.shown, report)).as_json())

    async def hints(self, request: Request) -> Response:
        """The hints that were shown."""
        team = self._team_of(request)
        return JSONResponse(await run_in_threadpool(team.hints, _task(request), self._submissions))

    async def show_hints(self, request: Request) -> Response:
        """Show hints, up to a step."""
        team, task, steps = self._admitted(request), _task(request), _step(request)
        return JSONResponse(await run_in_threadpool(team.show_hints, task, steps, self._submissions))

    def _admitted(self, request: Request) -> DeskTeam:
        """The team that asks, unless it asks too often."""
        team = self._team_of(request)
        if wait := math.ceil(self._rate.wait(team.stage.team)):
            raise HTTPException(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"your team asks too often: wait {wait} s",
                {"Retry-After": str(wait)},
            )
        return team

    def _team_of(self, request: Request) -> DeskTeam:
        """The team whose token the request bears; every token is compared, in constant time."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = token.strip().encode() if scheme.casefold() == "bearer" else b""
        found = [team for team in self._teams if hmac.compare_digest(team.token.encode(), given)]
        if not found:
            raise HTTPException(
                HTTPStatus.UNAUTHORIZED,
                "this needs your team's token, as `Authorization: Bearer TOKEN`",
                {"WWW-Authenticate": "Bearer"},
            )
        return found[0]


def _task(request: Request) -> Task:
    """The task that the path names, or 404."""
    named = {task.id: task for task in tasks()}
    id_ = request.path_params["task"]
    if id_ not in named:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"there is no such task; the tasks are {', '.join(named)}")
    return named[id_]


def _step(request: Request) -> int:
    """The step that the path names, or 404."""
    step: str = request.path_params["step"]
    if step not in {"1", "2", "3"}:
        raise HTTPException(HTTPStatus.NOT_FOUND, "there is no such hint; the steps are 1, 2 and 3")
    return int(step)


async def _body(request: Request) -> bytes:
    """The whole body, or 413 as soon as it is too long: it is never held whole then."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a sheet has at most {MAX_BYTES} bytes")
    return bytes(body)


async def refused(_: Request, error: Exception) -> Response:
    """A refusal as JSON."""
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def not_gradable(_: Request, error: Exception) -> Response:
    """A malformed sheet: what to mend, and no attempt used."""
    assert isinstance(error, NotGradableError)
    return JSONResponse({"errors": [e.as_json() for e in error.errors]}, HTTPStatus.UNPROCESSABLE_ENTITY)


async def in_trouble(_: Request, _error: Exception) -> Response:
    """The desk's own fault, which is in its log; Starlette answers this outside of the middleware."""
    return JSONResponse(
        {"error": "the lab is in trouble; ask its organiser"}, HTTPStatus.INTERNAL_SERVER_ERROR, HEADERS
    )
