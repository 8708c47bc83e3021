"""What changes while a page is open: GET /live as server-sent events, GET /live/now for whoever cannot have those."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from grader.desk.desk import Desk
from grader.desk.live import EVERYONE
from grader.desk.visitors import visitor_token

STILL_HERE = 15  # seconds between comments that keep proxies from closing a stream


def routes(desk: Desk) -> list[BaseRoute]:
    """The stream's routes."""

    def lab_of(request: Request) -> str:
        if desk.visitors.is_organiser(visitor_token(request)):
            return EVERYONE
        return desk.team(request).stage.store_id

    async def live(request: Request) -> Response:
        """How often each topic changed: at once, and whenever one of them does."""
        lab = lab_of(request)

        async def told() -> AsyncIterator[str]:
            async for versions in desk.live.changes(lab):
                yield json.dumps(versions)

        return EventSourceResponse(told(), ping=STILL_HERE)

    async def now(request: Request) -> Response:
        """The same, once."""
        return JSONResponse(desk.live.now(lab_of(request)))

    return [Route("/live", live, methods=["GET"]), Route("/live/now", now, methods=["GET"])]
