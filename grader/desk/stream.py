"""What changes while a page is open: GET /live as server-sent events, GET /live/now for whoever cannot have those.

As long as a team's page is open, its lab is watched.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from grader.desk.desk import Desk
from grader.desk.live import EVERYONE
from grader.desk.team import DeskTeam
from grader.desk.visitors import visitor_token

STILL_HERE = 15  # seconds between comments that keep proxies from closing a stream


def routes(desk: Desk) -> list[BaseRoute]:
    """The stream's routes."""

    def asker(request: Request) -> DeskTeam | None:
        """The team that asks, None for the organiser. Raises HTTPException 401 for anybody else."""
        return None if desk.visitors.is_organiser(visitor_token(request)) else desk.team(request)

    async def live(request: Request) -> Response:
        """How often each topic changed: at once, and whenever one of them does."""
        team = asker(request)

        async def told() -> AsyncIterator[str]:
            async for versions in desk.live.changes(team.stage.store_id if team else EVERYONE):
                if team:
                    desk.watch.follow(team)
                yield json.dumps(versions)

        return EventSourceResponse(told(), ping=STILL_HERE)

    async def now(request: Request) -> Response:
        """The same, once."""
        team = asker(request)
        versions = desk.live.asked(team.stage.store_id if team else EVERYONE)
        if team:
            desk.watch.follow(team)
        return JSONResponse(versions)

    return [Route("/live", live, methods=["GET"]), Route("/live/now", now, methods=["GET"])]
