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

    def lab_of(team: DeskTeam | None) -> str:
        return team.stage.store_id if team else EVERYONE

    async def live(request: Request) -> Response:
        """How often each topic changed in which lab: at once, and whenever one of them does."""
        team = asker(request)

        async def told() -> AsyncIterator[str]:
            async for versions in desk.live.changes(lab_of(team)):
                if team and team not in desk.visitors.teams:  # another lab or token by now: the page has to come anew
                    yield json.dumps({"lab": None})
                    return
                if team:
                    desk.watch.follow(team)
                yield json.dumps({"lab": lab_of(team), **versions})

        return EventSourceResponse(told(), ping=STILL_HERE)

    async def now(request: Request) -> Response:
        """The same, once."""
        team = asker(request)
        versions = {"lab": lab_of(team), **desk.live.asked(lab_of(team))}
        if team:
            desk.watch.follow(team)
        return JSONResponse(versions)

    return [Route("/live", live, methods=["GET"]), Route("/live/now", now, methods=["GET"])]
