"""What an organiser sees of an event on AWS: the scoreboard. `lab event` does the rest."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from grader.desk.desk import Desk


def routes(desk: Desk) -> list[BaseRoute]:
    """The way to the scoreboard."""

    async def organiser(request: Request) -> Response:
        """Where the organiser's link leads."""
        desk.visitors.organiser(request)
        return RedirectResponse("/scoreboard", HTTPStatus.SEE_OTHER)

    return [Route("/organiser", organiser, methods=["GET"])]
