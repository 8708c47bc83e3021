"""Live parts where no connection stays open: GET /live/now alone, which looks at the team's account too.

Without GET /live browsers ask here every few seconds.
"""

from __future__ import annotations

import zlib

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from grader.desk.desk import Desk
from grader.desk.live import EVERYONE
from grader.desk.visitors import visitor_token


def routes(desk: Desk) -> list[BaseRoute]:
    """The route."""

    async def now(request: Request) -> Response:
        """By topic, what stands for its state: whoever finds another value than last time asks for the part anew."""
        if desk.visitors.is_organiser(visitor_token(request)):
            return JSONResponse({"lab": EVERYONE, **desk.live.now(EVERYONE)})
        team = desk.team(request)
        seen = await desk.watch.seen(team)
        counted = await run_in_threadpool(desk.live.now, team.stage.store_id)
        state = zlib.crc32(repr((seen.account, seen.trouble)).encode())  # the same wherever it is seen
        return JSONResponse({"lab": team.stage.store_id, **counted, "account": state})

    return [Route("/live/now", now, methods=["GET"])]
