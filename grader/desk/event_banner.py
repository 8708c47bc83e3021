"""What learners see of the organiser's event: GET /event-banner, a part of every page of theirs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from grader.desk.desk import Desk


def routes(desk: Desk) -> list[BaseRoute]:
    """The banner's route."""

    async def banner(request: Request) -> Response:
        """Whether the event has begun, is paused or over, and how much time is left."""
        desk.team(request)
        return desk.pages.fragment(request, "event-banner.html")

    return [Route("/event-banner", banner, methods=["GET"])]
