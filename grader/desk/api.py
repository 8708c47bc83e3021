"""The lab's HTTP API. A team is told by its token; no answer holds a key, a seed or another team's anything.

| request | answer |
|---|---|
| GET /api/health | 200 `{"status": "ok"}`, for anyone |
| GET /api/team | 200 the team, its account and store, the tasks without answers |
| POST /api/sheet | 200 what is answered by now; 422 `{"errors": [{path, found, expected}]}`; 413 above 256 KB |
| POST /api/report | 200 the report, graded now |
| GET /api/hints/{task} | 200 the hints that the team was shown, and what the next one costs |
| POST /api/hints/{task}/{step} | 200 the same, with all hints up to this step |

What is not a GET is refused with 409 while the organiser's event is not running.
What is not a GET is answered so many times a minute for each team, then 429 with `Retry-After`.
Every other refusal is `{"error": "a sentence"}`.
"""

from __future__ import annotations

from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from grader.desk.desk import Desk
from grader.sheet.parse import MAX_BYTES
from scenario.workshop import Task, tasks


def routes(desk: Desk) -> list[BaseRoute]:
    """The API's routes."""
    api = Api(desk)
    return [
        Route("/api/health", health, methods=["GET"]),
        Route("/api/team", api.team, methods=["GET"]),
        Route("/api/sheet", api.sheet, methods=["POST"]),
        Route("/api/report", api.report, methods=["POST"]),
        Route("/api/hints/{task}", api.hints, methods=["GET"]),
        Route("/api/hints/{task}/{step}", api.show_hints, methods=["POST"]),
    ]


async def health(_: Request) -> Response:
    """Whether the desk answers."""
    return JSONResponse({"status": "ok"})


class Api:
    """The endpoints that need a team. What blocks (SQLite, AWS) runs in a thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def team(self, request: Request) -> Response:
        """Where the team's lab is, and what is asked."""
        return JSONResponse(self._desk.team(request).about())

    async def sheet(self, request: Request) -> Response:
        """Keep an answer sheet."""
        team, body = self._desk.accepting(request), await read_body(request)
        kept = await run_in_threadpool(team.submit, body, self._desk.submissions)
        self._desk.live.tell(team.stage.store_id, "sheet")
        return JSONResponse(kept)

    async def report(self, request: Request) -> Response:
        """Grade now."""
        team = self._desk.accepting(request)
        report = await run_in_threadpool(team.report, self._desk.submissions)
        self._desk.live.tell(team.stage.store_id, "findings")
        return JSONResponse((await run_in_threadpool(team.shown, report)).as_json())

    async def hints(self, request: Request) -> Response:
        """The hints that were shown."""
        team = self._desk.team(request)
        return JSONResponse(await run_in_threadpool(team.hints, asked_task(request), self._desk.submissions))

    async def show_hints(self, request: Request) -> Response:
        """Show hints, up to a step."""
        team, task, steps = self._desk.accepting(request), asked_task(request), asked_step(request)
        shown = await run_in_threadpool(team.show_hints, task, steps, self._desk.submissions)
        self._desk.live.tell(team.stage.store_id, "hints")
        return JSONResponse(shown)


def asked_task(request: Request) -> Task:
    """The task that the path names. Raises HTTPException 404."""
    named = {task.id: task for task in tasks()}
    id_ = request.path_params["task"]
    if id_ not in named:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"there is no such task; the tasks are {', '.join(named)}")
    return named[id_]


def asked_step(request: Request) -> int:
    """The step that the path names. Raises HTTPException 404."""
    step: str = request.path_params["step"]
    if step not in {"1", "2", "3"}:
        raise HTTPException(HTTPStatus.NOT_FOUND, "there is no such hint; the steps are 1, 2 and 3")
    return int(step)


async def read_body(request: Request, limit: int = MAX_BYTES) -> bytes:
    """The whole body. Raises HTTPException 413 as soon as it is too long: it is never held whole then."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {limit} bytes")
    return bytes(body)
